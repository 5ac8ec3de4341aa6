package world

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func listen(t *testing.T, n *Network, address string) net.Listener {
	t.Helper()
	ln, err := n.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	return ln
}

func wantOpError(t *testing.T, err error, op string, want error) {
	t.Helper()
	var oe *net.OpError
	if !errors.As(err, &oe) || oe.Op != op || !errors.Is(err, want) {
		t.Errorf("got error %v, want a *net.OpError of %s that wraps %v", err, op, want)
	}
}

func TestListenCountsPorts(t *testing.T) {
	n := NewNetwork()
	listen(t, n, "127.0.0.1:40001")
	first := listen(t, n, "127.0.0.1:0")
	for i, want := range []string{"127.0.0.1:40002", "127.0.0.1:40003"} {
		if got := listen(t, n, "localhost:0").Addr().String(); got != want {
			t.Errorf("listener %d: got %s, want %s", i, got, want)
		}
	}
	first.Close()
	if got := listen(t, n, "[::1]:0").Addr().String(); got != "127.0.0.1:40004" {
		t.Errorf("got %s, want a port that was not free a moment ago", got)
	}
	listen(t, n, "127.0.0.1:40000") // free again
}

func TestPortsWrapAndEnd(t *testing.T) {
	n := NewNetwork()
	for p := firstListenPort; p <= lastListenPort; p++ {
		ln := listen(t, n, "127.0.0.1:0")
		if got := ln.Addr().(*net.TCPAddr).Port; got != p {
			t.Fatalf("got port %d, want %d", got, p)
		}
		if p == 40007 {
			ln.Close()
		}
	}
	if got := listen(t, n, "127.0.0.1:0").Addr().String(); got != "127.0.0.1:40007" {
		t.Errorf("got %s, want the one that is free", got)
	}
	_, err := n.Listen("tcp", "127.0.0.1:0")
	wantOpError(t, err, "listen", syscall.EADDRINUSE)
}

func TestListenOnATakenPort(t *testing.T) {
	n := NewNetwork()
	ln := listen(t, n, "127.0.0.1:9092")
	_, err := n.Listen("tcp", "localhost:9092")
	wantOpError(t, err, "listen", syscall.EADDRINUSE)
	if want := "listen tcp 127.0.0.1:9092: bind: address already in use"; err.Error() != want {
		t.Errorf("got error %q, want %q, as TCP says it", err, want)
	}
	ln.Close()
	again := listen(t, n, "127.0.0.1:9092")
	if err := ln.Close(); err != nil {
		t.Errorf("a second close: %v", err)
	}
	if _, err := n.Dial(t.Context(), "tcp", again.Addr().String()); err != nil {
		t.Errorf("the second close of the first took the port of the second: %v", err)
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	n := NewNetwork()
	for _, c := range []struct{ network, address, want string }{
		{"tcp", "example.com:80", "one host only"},
		{"tcp", ":80", "one host only"},
		{"tcp", "127.0.0.1", "missing port"},
		{"tcp", "127.0.0.1:70000", "no number from 0 to 65535"},
		{"tcp", "127.0.0.1:http", "no number from 0 to 65535"},
		{"udp", "127.0.0.1:80", "unknown network udp"},
	} {
		_, err := n.Listen(c.network, c.address)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("listen on %s %q: got error %v, want %q", c.network, c.address, err, c.want)
		}
		_, err = n.Dial(t.Context(), c.network, c.address)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("dial %s %q: got error %v, want %q", c.network, c.address, err, c.want)
		}
	}
}

func TestDialNobody(t *testing.T) {
	n := NewNetwork()
	_, err := n.Dial(t.Context(), "tcp", "127.0.0.1:9092")
	wantOpError(t, err, "dial", syscall.ECONNREFUSED)
	listen(t, n, "127.0.0.1:9092").Close()
	_, err = n.Dial(t.Context(), "tcp", "127.0.0.1:9092")
	wantOpError(t, err, "dial", syscall.ECONNREFUSED)
	if want := "dial tcp 127.0.0.1:9092: connect: connection refused"; err.Error() != want {
		t.Errorf("got error %q, want %q, as TCP says it", err, want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	listen(t, n, "127.0.0.1:9092")
	_, err = n.Dial(ctx, "tcp", "127.0.0.1:9092")
	wantOpError(t, err, "dial", context.Canceled)
}

func TestAddressesOfAConnection(t *testing.T) {
	n := NewNetwork()
	for i, want := range []string{"127.0.0.1:50000", "127.0.0.1:50001"} {
		a, b := pair(t, &World{Network: n})
		if a.LocalAddr().String() != want || b.RemoteAddr().String() != want {
			t.Errorf("connection %d: got %s and %s, want %s", i, a.LocalAddr(), b.RemoteAddr(), want)
		}
		if a.RemoteAddr().String() != b.LocalAddr().String() || a.RemoteAddr().(*net.TCPAddr).Port != 40000+i {
			t.Errorf("connection %d: got %s and %s, want the listener's address", i, a.RemoteAddr(), b.LocalAddr())
		}
	}
}

func TestDialFreesItsPort(t *testing.T) {
	n := NewNetwork()
	n.dialPorts.last = n.dialPorts.first
	ln := listen(t, n, "127.0.0.1:0")
	dial := func() (net.Conn, error) { return n.Dial(t.Context(), "tcp", ln.Addr().String()) }
	c, err := dial()
	if err != nil {
		t.Fatal(err)
	}
	_, err = dial()
	wantOpError(t, err, "dial", syscall.EADDRNOTAVAIL)
	c.Close()
	if _, err = dial(); err != nil {
		t.Errorf("got error %v, want the port of the connection that was closed", err)
	}
	ln.Close()
	_, err = dial()
	wantOpError(t, err, "dial", syscall.ECONNREFUSED)
}

func TestListenerCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := NewNetwork()
		ln := listen(t, n, "127.0.0.1:0")
		wait := going(func() {
			_, err := ln.Accept()
			wantOpError(t, err, "accept", net.ErrClosed)
		})
		synctest.Wait()
		ln.Close()
		wait()

		ln = listen(t, n, "127.0.0.1:0")
		c, err := n.Dial(t.Context(), "tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		ln.Close()
		if _, err := c.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("got error %v, want EOF: nobody will accept it", err)
		}
		_, err = ln.Accept()
		wantOpError(t, err, "accept", net.ErrClosed)
	})
}

// TestListenerThatClosesMeanwhile looks at what a Dial and an Accept meet that
// had found the listener open.
func TestListenerThatClosesMeanwhile(t *testing.T) {
	l := listen(t, NewNetwork(), "127.0.0.1:0").(*listener)
	l.Close()
	for range 30 { // select chooses by chance
		near, far := newConns(loopback(1), l.addr)
		wantError(t, l.offer(t.Context(), far), syscall.ECONNREFUSED)
		l.waiting <- far
		_, err := l.Accept()
		wantOpError(t, err, "accept", net.ErrClosed)
		l.drain() // if Accept saw the close first
		if _, err := near.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("got error %v, want EOF", err)
		}
	}
}

func TestFullBacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := NewNetwork()
		ln := listen(t, n, "127.0.0.1:0")
		dial := func(ctx context.Context) error {
			c, err := n.Dial(ctx, "tcp", ln.Addr().String())
			if err == nil {
				t.Cleanup(func() { c.Close() })
			}
			return err
		}
		for range backlog {
			if err := dial(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		wantOpError(t, dial(ctx), "dial", context.DeadlineExceeded)
		if took := time.Since(start); took != time.Hour {
			t.Errorf("waited %v, want the hour of the context", took)
		}

		wait := going(func() {
			if err := dial(context.Background()); err != nil {
				t.Errorf("after a place was free: %v", err)
			}
		})
		synctest.Wait()
		if c, err := ln.Accept(); err != nil || c.RemoteAddr().String() != "127.0.0.1:50000" {
			t.Errorf("got %v, error %v, want the first that dialled", c, err)
		}
		wait()

		wait = going(func() { wantOpError(t, dial(context.Background()), "dial", syscall.ECONNREFUSED) })
		synctest.Wait()
		ln.Close()
		wait()
		if got := len(n.dialled); got != backlog+1 {
			t.Errorf("got %d ports of dialling ends, want %d: those of the connections", got, backlog+1)
		}
	})
}

// TestDialBesideClose checks that no end stays open that nobody holds.
func TestDialBesideClose(t *testing.T) {
	for range 200 {
		synctest.Test(t, func(t *testing.T) {
			n := NewNetwork()
			ln := listen(t, n, "127.0.0.1:0")
			wait := going(func() { ln.Close() }, func() {
				for {
					c, err := ln.Accept()
					if err != nil {
						return
					}
					c.Close()
				}
			})
			for range 4 {
				c, err := n.Dial(t.Context(), "tcp", ln.Addr().String())
				if err != nil {
					wantOpError(t, err, "dial", syscall.ECONNREFUSED)
					break
				}
				c.SetReadDeadline(time.Now().Add(time.Hour))
				if _, err := c.Read(make([]byte, 1)); err != io.EOF {
					t.Errorf("got error %v, want EOF", err)
				}
				c.Close()
			}
			wait()
		})
	}
}
