package world

import (
	"context"
	"net"
)

// World is what differs between real and virtual time. The zero value, and nil,
// are real time over TCP. It is not changed after its making, so safe for
// concurrent use.
type World struct {
	// Network is what Listen and Dial use. Nil means TCP.
	Network *Network

	// Settle returns when everything else in the bubble waits for time to pass
	// or for the caller (synctest.Wait). Nil means real time. Only the conductor
	// calls it: of two calls at once, one panics.
	Settle func()

	// Outside runs f outside virtual time and returns when f has. Nil means that
	// f is simply called.
	Outside func(f func())
}

// Virtual reports whether w is in virtual time.
func (w *World) Virtual() bool { return w != nil && w.Settle != nil }

// Listen is net.Listen, or Network.Listen if w has a network.
func (w *World) Listen(network, address string) (net.Listener, error) {
	if w == nil || w.Network == nil {
		return net.Listen(network, address)
	}
	return w.Network.Listen(network, address)
}

// Dial is DialContext of net.Dialer, or Network.Dial if w has a network.
func (w *World) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	if w == nil || w.Network == nil {
		var d net.Dialer
		return d.DialContext(ctx, network, address)
	}
	return w.Network.Dial(ctx, network, address)
}

// RunOutside runs f and returns when f has. In virtual time the clock stands
// still meanwhile, and f must not touch channels, timers or connections that
// were made in the bubble.
func (w *World) RunOutside(f func()) {
	if w == nil || w.Outside == nil {
		f()
		return
	}
	w.Outside(f)
}
