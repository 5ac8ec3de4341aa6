package world

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// long is a wait that means that something hangs; past is a deadline that
// passed.
const long = time.Minute

var past = time.Unix(1, 0)

// TestConn holds the connections of Network to what those of TCP do, on the
// real clock and in a bubble. That TCP itself passes keeps the cases honest.
func TestConn(t *testing.T) {
	cases := []struct {
		name string
		test func(t *testing.T, a, b net.Conn)
	}{
		{"bytes arrive in order", bytesArrive},
		{"ping pong with deadlines", pingPong},
		{"racing reads", racingReads},
		{"racing writes", racingWrites},
		{"a read waits until its deadline", readDeadline},
		{"a write waits until its deadline", writeDeadline},
		{"a deadline in the past", pastDeadline},
		{"a deadline set to now while blocked", presentDeadline},
		{"a deadline taken back while blocked", deadlineTakenBack},
		{"closed while blocked", closedWhileBlocked},
		{"closed by the peer", closedByPeer},
		{"closed by the peer while writing", closedByPeerWhileWriting},
		{"closed at this end", closedHere},
		{"all methods at once", concurrentMethods},
	}
	for _, c := range cases {
		t.Run(c.name+"/tcp", func(t *testing.T) { onPair(t, &World{}, c.test) })
		t.Run(c.name+"/network", func(t *testing.T) { onPair(t, &World{Network: NewNetwork()}, c.test) })
		t.Run(c.name+"/bubble", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { onPair(t, &World{Network: NewNetwork()}, c.test) })
		})
	}
}

// onPair runs test on both ends of a connection.
func onPair(t *testing.T, w *World, test func(t *testing.T, a, b net.Conn)) {
	t.Helper()
	a, b := pair(t, w)
	test(t, a, b)
}

// pair returns both ends of a connection of w, closed at the end of the test.
func pair(t testing.TB, w *World) (dialled, accepted net.Conn) {
	t.Helper()
	ln, err := w.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if dialled, err = w.Dial(context.Background(), "tcp", ln.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if accepted, err = ln.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dialled.Close(); accepted.Close() })
	return dialled, accepted
}

// going runs fs at once, and returns a wait for their end.
func going(fs ...func()) (wait func()) {
	var wg sync.WaitGroup
	for _, f := range fs {
		wg.Go(f)
	}
	return wg.Wait
}

func wantTimeout(t *testing.T, err error) {
	t.Helper()
	var ne net.Error
	if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &ne) || !ne.Timeout() {
		t.Errorf("got error %v, want a deadline exceeded", err)
	}
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
}

// wantBrokenPipe checks the error of a Write to an end that is closed. That of
// TCP has other numbers elsewhere.
func wantBrokenPipe(t *testing.T, c net.Conn, err error) {
	t.Helper()
	if _, ours := c.(*conn); ours {
		wantError(t, err, syscall.EPIPE)
	}
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "write" || op.Timeout() || errors.Is(err, net.ErrClosed) {
		t.Errorf("got error %v, want a broken pipe", err)
	}
}

// wantRoundTrip checks that a and b can still talk.
func wantRoundTrip(t *testing.T, a, b net.Conn) {
	t.Helper()
	defer going(func() {
		if _, err := a.Write([]byte("ping")); err != nil {
			t.Errorf("write: %v", err)
		}
	})()
	got := make([]byte, 4)
	if _, err := io.ReadFull(b, got); err != nil || string(got) != "ping" {
		t.Errorf("got %q, error %v, want a ping", got, err)
	}
}

// fill writes to c until its deadline, so that the next large Write waits. (A
// small one may still find room: the kernel makes more of it as it goes.)
func fill(t *testing.T, c net.Conn) {
	t.Helper()
	for {
		c.SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
		if _, err := c.Write(make([]byte, 64<<10)); err != nil {
			wantTimeout(t, err)
			break
		}
	}
	if err := c.SetWriteDeadline(time.Time{}); err != nil {
		t.Error(err)
	}
}

func bytesArrive(t *testing.T, a, b net.Conn) {
	sent := make([]byte, 4<<20)
	rand.NewChaCha8([32]byte{1}).Read(sent)
	defer going(func() {
		defer a.Close()
		for rest := sent; len(rest) > 0; {
			n := min(len(rest), 1+int(rest[0])*1000)
			if wrote, err := a.Write(rest[:n]); err != nil || wrote != n {
				t.Errorf("wrote %d of %d, error %v", wrote, n, err)
				return
			}
			rest = rest[n:]
		}
	})()
	got, err := io.ReadAll(b)
	if err != nil || !bytes.Equal(got, sent) {
		t.Errorf("got %d bytes, error %v, want the %d that were sent", len(got), err, len(sent))
	}
}

func pingPong(t *testing.T, a, b net.Conn) {
	play := func(c net.Conn, first bool) {
		ball := make([]byte, 8)
		for i := range 200 {
			c.SetDeadline(time.Now().Add(long))
			if i > 0 || !first {
				if _, err := io.ReadFull(c, ball); err != nil {
					t.Errorf("read %d: %v", i, err)
					return
				}
			}
			ball[i%8]++
			if _, err := c.Write(ball); err != nil {
				t.Errorf("write %d: %v", i, err)
				return
			}
		}
		if first { // the last ball
			if _, err := io.ReadFull(c, ball); err != nil || ball[0] != 50 {
				t.Errorf("got %v, error %v, want each to have counted 25 times", ball, err)
			}
		}
	}
	going(func() { play(a, true) }, func() { play(b, false) })()
}

func racingReads(t *testing.T, a, b net.Conn) {
	var writer, readers sync.WaitGroup
	writer.Go(func() {
		for {
			if _, err := a.Write(make([]byte, 1024)); err != nil {
				return
			}
		}
	})
	for range 5 {
		readers.Go(func() {
			got := make([]byte, 512)
			for i := range 200 {
				if i%10 == 0 {
					b.SetReadDeadline(time.Now().Add(time.Millisecond))
				}
				if _, err := b.Read(got); err != nil {
					wantTimeout(t, err)
					b.SetReadDeadline(time.Now().Add(time.Millisecond))
				}
			}
		})
	}
	readers.Wait()
	b.Close()
	a.Close()
	writer.Wait()
}

// racingWrites checks that writes larger than any buffer do not mix.
func racingWrites(t *testing.T, a, b net.Conn) {
	const writers, size = 4, 600 << 10
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			if n, err := a.Write(bytes.Repeat([]byte{byte(i)}, size)); err != nil || n != size {
				t.Errorf("wrote %d of %d, error %v", n, size, err)
			}
		})
	}
	got := make([]byte, size)
	for range writers {
		if _, err := io.ReadFull(b, got); err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(got, got[:1]); n != size {
			t.Errorf("got %d bytes of one write in a row, want %d", n, size)
		}
	}
	all.Wait()
}

func readDeadline(t *testing.T, a, b net.Conn) {
	start := time.Now()
	a.SetReadDeadline(start.Add(30 * time.Millisecond))
	_, err := a.Read(make([]byte, 1))
	wantTimeout(t, err)
	if took := time.Since(start); took < 30*time.Millisecond {
		t.Errorf("got the timeout after %v, want 30ms", took)
	}
	if _, err := a.Write([]byte("x")); err != nil {
		t.Errorf("a write after it: %v", err)
	}
	_, err = a.Read(make([]byte, 1))
	wantTimeout(t, err)
	b.Read(make([]byte, 1))
	a.SetReadDeadline(time.Now().Add(long))
	wantRoundTrip(t, b, a)
}

func writeDeadline(t *testing.T, a, b net.Conn) {
	fill(t, a)
	start := time.Now()
	a.SetWriteDeadline(start.Add(30 * time.Millisecond))
	_, err := a.Write(make([]byte, 8<<20))
	wantTimeout(t, err)
	if took := time.Since(start); took < 30*time.Millisecond {
		t.Errorf("got the timeout after %v, want 30ms", took)
	}
	wantRoundTrip(t, b, a) // the other direction
}

func pastDeadline(t *testing.T, a, b net.Conn) {
	b.Write([]byte("there are bytes"))
	a.SetDeadline(past)
	for range 2 {
		n, err := a.Write(make([]byte, 1024))
		wantTimeout(t, err)
		if n != 0 {
			t.Errorf("wrote %d bytes, want 0", n)
		}
		n, err = a.Read(make([]byte, 1024))
		wantTimeout(t, err)
		if n != 0 {
			t.Errorf("read %d bytes, want 0", n)
		}
	}
	a.SetDeadline(time.Time{})
	if _, err := io.ReadFull(a, make([]byte, len("there are bytes"))); err != nil {
		t.Error(err)
	}
	wantRoundTrip(t, a, b)
	wantRoundTrip(t, b, a)
}

func presentDeadline(t *testing.T, a, b net.Conn) {
	fill(t, a)
	wait := going(func() {
		_, err := a.Read(make([]byte, 1))
		wantTimeout(t, err)
	}, func() {
		_, err := a.Write(make([]byte, 16<<20))
		wantTimeout(t, err)
	})
	time.Sleep(10 * time.Millisecond) // why: both are to be blocked; that cannot be seen over TCP
	a.SetDeadline(time.Now())
	wait()
	a.SetDeadline(time.Time{})
	wantRoundTrip(t, b, a)
}

func deadlineTakenBack(t *testing.T, a, b net.Conn) {
	a.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	wait := going(func() {
		if n, err := a.Read(make([]byte, 10)); n != 3 || err != nil {
			t.Errorf("got %d bytes, error %v, want 3", n, err)
		}
	})
	a.SetReadDeadline(time.Now().Add(long))
	a.SetReadDeadline(time.Now().Add(30 * time.Millisecond))
	a.SetReadDeadline(time.Time{})
	time.Sleep(50 * time.Millisecond) // why: the deadlines that were taken back are to pass
	b.Write([]byte("now"))
	wait()
}

func closedWhileBlocked(t *testing.T, a, b net.Conn) {
	fill(t, a)
	ended := func(err error) { wantError(t, err, net.ErrClosed) }
	wait := going(
		func() { _, err := a.Read(make([]byte, 1)); ended(err) },
		func() { _, err := a.Read(make([]byte, 1)); ended(err) },
		func() { _, err := a.Write(make([]byte, 16<<20)); ended(err) },
		func() { _, err := a.Write(make([]byte, 16<<20)); ended(err) },
	)
	time.Sleep(10 * time.Millisecond) // why: all are to be blocked; that cannot be seen over TCP
	a.Close()
	wait()
}

func closedByPeer(t *testing.T, a, b net.Conn) {
	if _, err := b.Write([]byte("the rest")); err != nil {
		t.Error(err)
	}
	b.Close()
	if got, err := io.ReadAll(a); string(got) != "the rest" || err != nil {
		t.Errorf("got %q, error %v, want the rest", got, err)
	}
	if n, err := a.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("got %d bytes, error %v, want EOF again", n, err)
	}
	if err := a.SetDeadline(time.Now().Add(long)); err != nil {
		t.Errorf("set a deadline: %v", err)
	}
	var err error
	for err == nil { // TCP accepts the first
		_, err = a.Write([]byte("too late"))
	}
	wantBrokenPipe(t, a, err)
}

func closedByPeerWhileWriting(t *testing.T, a, b net.Conn) {
	wait := going(func() {
		n, err := a.Write(make([]byte, 16<<20))
		if n == 16<<20 {
			t.Error("wrote all bytes, want some")
		}
		wantBrokenPipe(t, a, err)
	})
	io.ReadFull(b, make([]byte, 1024))
	time.Sleep(10 * time.Millisecond) // why: the write is to be blocked; that cannot be seen over TCP
	b.Close()
	wait()
}

func closedHere(t *testing.T, a, b net.Conn) {
	b.Write([]byte("unread"))
	if err := a.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	_, err := a.Read(make([]byte, 1))
	wantError(t, err, net.ErrClosed)
	_, err = a.Read(nil)
	wantError(t, err, net.ErrClosed)
	_, err = a.Write([]byte("x"))
	wantError(t, err, net.ErrClosed)
	wantError(t, a.SetDeadline(time.Time{}), net.ErrClosed)
	wantError(t, a.SetReadDeadline(past), net.ErrClosed)
	wantError(t, a.SetWriteDeadline(past), net.ErrClosed)
	wantError(t, a.Close(), net.ErrClosed)
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "write" || op.Source.String() != a.LocalAddr().String() || op.Addr.String() != a.RemoteAddr().String() {
		t.Errorf("got error %#v, want a *net.OpError with both addresses", err)
	}
}

func concurrentMethods(t *testing.T, a, b net.Conn) {
	var all sync.WaitGroup
	for range 50 {
		for _, c := range []net.Conn{a, b} {
			all.Go(func() { c.Read(make([]byte, 1024)) })
			all.Go(func() { c.Write(make([]byte, 1024)) })
			all.Go(func() { c.SetDeadline(time.Now().Add(10 * time.Millisecond)) })
			all.Go(func() { c.SetReadDeadline(past) })
			all.Go(func() { c.SetWriteDeadline(past) })
			all.Go(func() { _, _ = c.LocalAddr(), c.RemoteAddr() })
		}
	}
	a.SetDeadline(time.Now().Add(10 * time.Millisecond))
	all.Wait()
	all.Go(func() { a.Close() })
	all.Go(func() { a.Read(make([]byte, 1)) })
	all.Go(func() { b.Write(make([]byte, 1)) })
	all.Go(func() { a.Close() })
	all.Wait()
}
