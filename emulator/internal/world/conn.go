package world

import (
	"io"
	"net"
	"sync/atomic"
	"time"
)

// conn is one end of a connection. It is safe for concurrent use, and its
// errors, other than io.EOF, are a *net.OpError, as those of TCP are.
type conn struct {
	in, out       *stream
	local, remote *net.TCPAddr
	release       func() // frees the local port; nil on the end that was accepted
	closed        atomic.Bool
}

// newConns returns both ends of a connection from near to far.
func newConns(near, far *net.TCPAddr) (dialled, accepted *conn) {
	there, back := newStream(), newStream()
	return &conn{in: back, out: there, local: near, remote: far},
		&conn{in: there, out: back, local: far, remote: near}
}

// Read reads what the other end wrote, and waits if there is nothing. It
// returns io.EOF once the other end is closed and all it wrote was read.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.in.read(p)
	if err == nil || err == io.EOF {
		return n, err
	}
	return n, c.failed("read", err)
}

// Write writes all of p or returns an error. It waits while 256 KiB are unread
// at the other end. What two goroutines write is never mixed.
func (c *conn) Write(p []byte) (int, error) {
	n, err := c.out.write(p)
	return n, c.failed("write", err)
}

// Close ends all that waits at this end; what was written can still be read at
// the other. A second Close returns net.ErrClosed, as that of TCP does.
func (c *conn) Close() error {
	if c.closed.Swap(true) {
		return c.failed("close", net.ErrClosed)
	}
	c.in.closeReader()
	c.out.closeWriter()
	if c.release != nil {
		c.release()
	}
	return nil
}

// LocalAddr is the *net.TCPAddr of this end.
func (c *conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr is the *net.TCPAddr of the other end.
func (c *conn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline is SetReadDeadline and SetWriteDeadline.
func (c *conn) SetDeadline(t time.Time) error {
	err := c.in.setReadDeadline(t)
	if err == nil {
		err = c.out.setWriteDeadline(t)
	}
	return c.failed("set", err)
}

// SetReadDeadline sets the time from which on Read, also one that waits now,
// returns os.ErrDeadlineExceeded, even if there are bytes. Zero is never.
func (c *conn) SetReadDeadline(t time.Time) error {
	return c.failed("set", c.in.setReadDeadline(t))
}

// SetWriteDeadline sets the time from which on Write, also one that waits now,
// returns os.ErrDeadlineExceeded. Zero is never.
func (c *conn) SetWriteDeadline(t time.Time) error {
	return c.failed("set", c.out.setWriteDeadline(t))
}

// failed is err as an error of op, nil if err is.
func (c *conn) failed(op string, err error) error {
	if err == nil {
		return nil
	}
	return &net.OpError{Op: op, Net: "tcp", Source: c.local, Addr: c.remote, Err: err}
}
