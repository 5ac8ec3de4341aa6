package world

import (
	"context"
	"net"
	"sync"
)

// backlog is how many connections may wait to be accepted, before a Dial waits
// too: the usual limit of an operating system.
const backlog = 128

// listener hands the far ends of dialled connections to Accept. It is safe for
// concurrent use.
type listener struct {
	network *Network
	addr    *net.TCPAddr
	waiting chan *conn    // connections to be accepted
	closed  chan struct{} // closed by Close
	once    sync.Once     // of Close
}

func newListener(n *Network, addr *net.TCPAddr) *listener {
	return &listener{network: n, addr: addr, waiting: make(chan *conn, backlog), closed: make(chan struct{})}
}

// Addr is the listener's *net.TCPAddr, on 127.0.0.1.
func (l *listener) Addr() net.Addr { return l.addr }

// Accept waits for the next connection. After Close it returns an error that
// wraps net.ErrClosed.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.waiting:
		if l.isClosed() { // both were ready
			c.Close()
			return nil, l.acceptError()
		}
		return c, nil
	case <-l.closed:
		return nil, l.acceptError()
	}
}

func (l *listener) acceptError() error {
	return &net.OpError{Op: "accept", Net: "tcp", Addr: l.addr, Err: net.ErrClosed}
}

// Close frees the port, ends Accept, and closes the connections that wait to be
// accepted. Those that were accepted remain. It is idempotent: kfake closes its
// listener twice.
func (l *listener) Close() error {
	l.once.Do(func() {
		l.network.releaseListener(l.addr.Port)
		close(l.closed)
		l.drain()
	})
	return nil
}

func (l *listener) isClosed() bool {
	select {
	case <-l.closed:
		return true
	default:
		return false
	}
}

// drain closes all connections that wait to be accepted.
func (l *listener) drain() {
	for {
		select {
		case c := <-l.waiting:
			c.Close()
		default:
			return
		}
	}
}

// offer queues far for Accept, or returns why it cannot.
func (l *listener) offer(ctx context.Context, far *conn) error {
	if err := l.queue(ctx, far); err != nil {
		return err
	}
	// Close may have drained before far came; then nobody else would close it.
	if l.isClosed() {
		l.drain()
	}
	return nil
}

func (l *listener) queue(ctx context.Context, far *conn) error {
	if l.isClosed() {
		return errRefused()
	}
	select {
	case l.waiting <- far: // the usual case does not look at ctx, whose channel may be from outside the bubble
		return nil
	default:
	}
	select {
	case l.waiting <- far:
		return nil
	case <-l.closed:
		return errRefused()
	case <-ctx.Done():
		return ctx.Err()
	}
}
