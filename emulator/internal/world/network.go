package world

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
	"syscall"
)

// The ports that are handed out: those of listeners that asked for port 0, and
// those of the dialling ends of connections.
const (
	firstListenPort, lastListenPort = 40000, 49999
	firstDialPort, lastDialPort     = 50000, 65535
)

// Network is an in-memory network of one loopback host. The zero value is not
// usable; see NewNetwork. It is safe for concurrent use.
type Network struct {
	mu          sync.Mutex // guards all below
	listeners   map[int]*listener
	listenPorts portCounter
	dialled     map[int]struct{} // ports of the dialling ends that are open
	dialPorts   portCounter
}

// NewNetwork returns a network on which nobody listens.
func NewNetwork() *Network {
	return &Network{
		listeners:   map[int]*listener{},
		listenPorts: portCounter{firstListenPort, lastListenPort, firstListenPort},
		dialled:     map[int]struct{}{},
		dialPorts:   portCounter{firstDialPort, lastDialPort, firstDialPort},
	}
}

// Listen listens on address, "127.0.0.1:9092" for example. Port 0 stands for the
// next free one from 40000 on, the same in every run. The host is 127.0.0.1,
// localhost or ::1, which are one host with one set of ports, and the listener's
// own address always has the first. network is "tcp", "tcp4" or "tcp6".
//
// Every error is a *net.OpError; it wraps syscall.EADDRINUSE if the port is
// taken. The caller closes the listener.
func (n *Network) Listen(network, address string) (net.Listener, error) {
	addr, err := resolve(network, address)
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: network, Err: err}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	free := true
	if addr.Port == 0 {
		addr.Port, free = take(&n.listenPorts, n.listeners)
	} else if n.listeners[addr.Port] != nil {
		free = false
	}
	if !free {
		return nil, &net.OpError{Op: "listen", Net: network, Addr: addr, Err: os.NewSyscallError("bind", syscall.EADDRINUSE)}
	}
	l := newListener(n, addr)
	n.listeners[addr.Port] = l
	return l, nil
}

// Dial connects to the listener on address, whose form is that of Listen. It
// does not wait until the connection is accepted, unless 128 others wait for
// that already.
//
// Every error is a *net.OpError. It wraps syscall.ECONNREFUSED if nobody listens
// there, syscall.EADDRNOTAVAIL if no port is left for this end, and the error of
// ctx if that ended first; ctx has no effect on the connection.
func (n *Network) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	addr, err := resolve(network, address)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	near, err := n.dial(ctx, addr)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Addr: addr, Err: err}
	}
	return near, nil
}

func (n *Network) dial(ctx context.Context, addr *net.TCPAddr) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l, port, err := n.route(addr.Port)
	if err != nil {
		return nil, err
	}
	near, far := newConns(loopback(port), l.addr)
	near.release = func() { n.releaseDialled(port) }
	if err := l.offer(ctx, far); err != nil {
		near.Close()
		return nil, err
	}
	return near, nil
}

// route finds the listener on port, and a port for the end that dials it.
func (n *Network) route(port int) (*listener, int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := n.listeners[port]
	if l == nil {
		return nil, 0, errRefused()
	}
	own, free := take(&n.dialPorts, n.dialled)
	if !free {
		return nil, 0, os.NewSyscallError("connect", syscall.EADDRNOTAVAIL)
	}
	n.dialled[own] = struct{}{}
	return l, own, nil
}

func (n *Network) releaseDialled(port int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.dialled, port)
}

func (n *Network) releaseListener(port int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.listeners, port)
}

func errRefused() error { return os.NewSyscallError("connect", syscall.ECONNREFUSED) }

func loopback(port int) *net.TCPAddr {
	return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}
}

// resolve is the address of this host that address stands for.
func resolve(network, address string) (*net.TCPAddr, error) {
	switch network {
	case "tcp", "tcp4", "tcp6":
	default:
		return nil, net.UnknownNetworkError(network)
	}
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	switch host {
	case "127.0.0.1", "localhost", "::1":
	default:
		return nil, &net.AddrError{Err: "the in-memory network has one host only: 127.0.0.1, localhost or ::1", Addr: address}
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return nil, &net.AddrError{Err: fmt.Sprintf("port %q is no number from 0 to 65535", text), Addr: address}
	}
	return loopback(int(port)), nil
}

// portCounter counts through the ports from first to last, and from the start
// again.
type portCounter struct{ first, last, next int }

// take returns the next port that is not taken, and false if all are.
func take[V any](c *portCounter, taken map[int]V) (int, bool) {
	for range c.last - c.first + 1 {
		port := c.next
		if c.next++; c.next > c.last {
			c.next = c.first
		}
		if _, ok := taken[port]; !ok {
			return port, true
		}
	}
	return 0, false
}
