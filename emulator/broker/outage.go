package broker

import (
	"maps"
	"slices"
	"time"
)

// Interrupt makes the broker unreachable for d: it ends every connection, and
// ends new ones as they come. Requests that the broker has already are handled.
// A second outage that ends later prolongs the first.
func (b *Broker) Interrupt(d time.Duration) {
	b.mu.Lock()
	if until := time.Now().Add(d); until.After(b.downUntil) {
		b.downUntil = until
	}
	doors := append(slices.Collect(maps.Keys(b.addresses)), b.main)
	b.mu.Unlock()
	for _, a := range doors {
		a.hangUp()
	}
}

// isDown reports whether an outage lasts.
func (b *Broker) isDown() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return time.Now().Before(b.downUntil)
}

// hangUp ends the connections of an address.
func (a *Address) hangUp() {
	a.mu.Lock()
	conns := slices.Collect(maps.Keys(a.conns))
	a.mu.Unlock()
	for _, c := range conns {
		c.hangUp()
	}
}
