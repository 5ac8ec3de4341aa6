package broker

import (
	"maps"
	"net"
	"net/netip"
	"slices"
)

// identify finds out, once and before the first request, by which address a connection at
// the main listener would have come if its client had taken its own. What is produced and
// fetched there is that owner's, then, and belongs to its invocations; the client is told
// the main address as before, which it came by.
func (c *conn) identify() {
	b := c.g.b
	if b.cfg.Owner == nil || c.addr != b.main {
		return
	}
	client, server := endOf(c.Conn.RemoteAddr()), endOf(c.Conn.LocalAddr())
	if !client.IsValid() || !server.IsValid() {
		return
	}
	if a := b.addressAt(b.cfg.Owner(client, server)); a != nil {
		c.whose = a
	}
}

// endOf is an end of a TCP connection; invalid if it is none.
func endOf(addr net.Addr) netip.AddrPort {
	if tcp, ok := addr.(*net.TCPAddr); ok {
		return tcp.AddrPort()
	}
	return netip.AddrPort{}
}

// addressAt is the open address host:port, nil if there is none.
func (b *Broker) addressAt(hostport string) *Address {
	if hostport == "" {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	all := slices.Collect(maps.Keys(b.addresses))
	if i := slices.IndexFunc(all, func(a *Address) bool { return a.hostport == hostport }); i >= 0 {
		return all[i]
	}
	return nil
}
