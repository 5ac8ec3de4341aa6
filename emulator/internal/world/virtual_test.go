package world

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestWaitsAreDurable has a goroutine in every wait there is. If one were not
// durable, the hour would not pass and the test would hang.
func TestWaitsAreDurable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := NewNetwork()
		a, b := pair(t, &World{Network: n})
		a.Write(make([]byte, maxBuffered))
		ln, full := listen(t, n, "127.0.0.1:0"), listen(t, n, "127.0.0.1:0")
		for range backlog {
			c, err := n.Dial(t.Context(), "tcp", full.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
		}
		a.SetDeadline(time.Now().Add(5 * time.Hour))
		wait := going(
			func() { a.Read(make([]byte, 1)) },
			func() { a.Read(make([]byte, 1)) },
			func() { a.Write(make([]byte, 1)) }, // has its turn
			func() { a.Write(make([]byte, 1)) }, // waits for its turn
			func() { ln.Accept() },
			func() { n.Dial(t.Context(), "tcp", full.Addr().String()) },
		)
		start := time.Now()
		time.Sleep(time.Hour) // why: it passes only if all others wait durably
		if got := time.Since(start); got != time.Hour {
			t.Errorf("got %v, want an hour", got)
		}
		a.Close()
		b.Close()
		ln.Close()
		full.Close()
		wait()
	})
}

// TestOneReadMakesRoomForTwoWrites checks that a write that ends gives its turn
// to the next without another read.
func TestOneReadMakesRoomForTwoWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, &World{Network: NewNetwork()})
		a.Write(make([]byte, maxBuffered))
		write := func() { a.Write(make([]byte, 10)) }
		wait := going(write, write, write)
		synctest.Wait()
		io.ReadFull(b, make([]byte, 30))
		wait()
	})
}

func TestDeadlinesInVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := pair(t, &World{Network: NewNetwork()})
		a.Write(make([]byte, maxBuffered))
		start := time.Now()
		want := func(what string, err error, d time.Duration) {
			wantTimeout(t, err)
			if got := time.Since(start); got != d {
				t.Errorf("%s: got the timeout after %v, want %v", what, got, d)
			}
		}
		a.SetReadDeadline(start.Add(time.Hour))
		_, err := a.Read(make([]byte, 1))
		want("read", err, time.Hour)

		a.SetWriteDeadline(start.Add(2 * time.Hour))
		_, err = a.Write(make([]byte, 1))
		want("write", err, 2*time.Hour)

		// Moved while two wait for it, to earlier and to later.
		a.SetReadDeadline(start.Add(10 * time.Hour))
		read := func() { _, err := a.Read(make([]byte, 1)); want("moved", err, 4*time.Hour) }
		wait := going(read, read)
		time.Sleep(30 * time.Minute) // why: both wait now
		a.SetReadDeadline(start.Add(3 * time.Hour))
		synctest.Wait()
		a.SetReadDeadline(start.Add(4 * time.Hour))
		wait()
		_, err = a.Read(make([]byte, 1))
		want("passed", err, 4*time.Hour)
	})
}

// TestDeadlineIsCheap checks that a deadline costs no timer unless somebody
// waits, and that the timer is stopped with the wait: one that goes on would
// stop the clock at an instant at which nothing happens.
func TestDeadlineIsCheap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := pair(t, &World{Network: NewNetwork()})
		a, one := near.(*conn), make([]byte, 1)
		request := func() {
			a.SetDeadline(time.Now().Add(10 * time.Second))
			far.Write(one)
			a.Read(one)
			a.SetDeadline(time.Time{})
		}
		request()
		if got := testing.AllocsPerRun(100, request); got != 0 {
			t.Errorf("got %v allocations per request, want 0", got)
		}
		if a.in.reader.timer != nil || a.out.writer.timer != nil {
			t.Error("got a timer, want none: nobody waited")
		}
		a.SetReadDeadline(time.Now().Add(10 * time.Second))
		wait := going(func() { a.Read(make([]byte, 1)) })
		synctest.Wait()
		if !a.in.reader.running {
			t.Error("the timer does not run, want it to: somebody waits")
		}
		far.Write([]byte{1})
		wait()
		if a.in.reader.running || a.in.reader.timer.Stop() {
			t.Error("the timer runs, want it stopped: nobody waits")
		}
		if a.in.reader.waiting != 0 {
			t.Errorf("got %d in wait, want 0", a.in.reader.waiting)
		}
	})
}

// TestHTTPOverNetwork has a real server and client talk for hours: they set
// deadlines, read in the background and close while blocked.
func TestHTTPOverNetwork(t *testing.T) {
	start := time.Now()
	synctest.Test(t, func(t *testing.T) {
		w := &World{Network: NewNetwork()}
		ln := listen(t, w.Network, "127.0.0.1:0")
		server := &http.Server{ReadTimeout: time.Minute, Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-time.After(time.Hour):
			}
			io.Copy(rw, r.Body)
		})}
		var serving sync.WaitGroup
		serving.Go(func() { server.Serve(ln) })
		client := &http.Client{Transport: &http.Transport{DialContext: w.Dial}}
		for range 10 {
			res, err := client.Get("http://" + ln.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		request, _ := http.NewRequestWithContext(ctx, "GET", "http://"+ln.Addr().String(), nil)
		_, err := client.Do(request)
		wantError(t, err, context.DeadlineExceeded)
		client.CloseIdleConnections()
		server.Close()
		serving.Wait()
	})
	t.Logf("ten hours in %v", time.Since(start))
}

func TestWorld(t *testing.T) {
	for _, w := range []*World{nil, {}} {
		if w.Virtual() {
			t.Error("got virtual time, want real time")
		}
		ran := false
		if w.RunOutside(func() { ran = true }); !ran {
			t.Error("RunOutside did not run it")
		}
		ln, err := w.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		c, err := w.Dial(t.Context(), "tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := c.(*net.TCPConn); !ok {
			t.Errorf("got a %T, want TCP", c)
		}
		c.Close()
		ln.Close()
	}
	outside := 0
	w := &World{Network: NewNetwork(), Settle: func() {}, Outside: func(f func()) { outside++; f() }}
	if w.RunOutside(func() { outside++ }); outside != 2 {
		t.Error("RunOutside did not go through Outside")
	}
	if !w.Virtual() {
		t.Error("got real time, want virtual time")
	}
	a, b := pair(t, w)
	wantRoundTrip(t, a, b)
	if _, ok := a.(*conn); !ok {
		t.Errorf("got a %T, want a connection of Network", a)
	}
}
