package broker

import (
	"maps"
	"slices"
	"time"
)

// Interrupt makes the broker unreachable for d, except for observers: it ends
// every connection, and new ones at their first request. Requests that the broker has
// already are handled. A second outage that ends later prolongs the first.
func (b *Broker) Interrupt(d time.Duration) {
	b.mu.Lock()
	if until := time.Now().Add(d); until.After(b.downUntil) {
		b.downUntil = until
	}
	doors := append(slices.Collect(maps.Keys(b.addresses)), b.main)
	b.mu.Unlock()
	for _, a := range doors {
		if !a.owner.Load().Observer {
			a.hangUp()
		}
	}
}

// isCutOff reports whether an outage lasts that concerns the address.
func (a *Address) isCutOff() bool {
	if a.owner.Load().Observer {
		return false
	}
	a.b.mu.Lock()
	defer a.b.mu.Unlock()
	return time.Now().Before(a.b.downUntil)
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

// refuse ends a connection of an outage when the client has sent something: ended
// at once, it would sometimes end before and sometimes after that, and clients do
// not take both alike.
func (c *conn) refuse() {
	var first [1]byte
	_, _ = c.Conn.Read(first[:])
	_ = c.Close()
}
