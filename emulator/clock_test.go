package emulator

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestClockOfTheWorld: it stands still, is moved on and goes on; what is said of the wall
// follows.
func TestClockOfTheWorld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock()
		is := func(when string, want time.Duration) {
			t.Helper()
			if got := time.Duration(c.now()); got != want {
				t.Errorf("%s it is %v, want %v", when, got, want)
			}
		}
		in := func(d time.Duration) time.Duration { return time.Until(c.wall(c.now() + int64(d))) }
		pass := func(d time.Duration) { time.Sleep(d) } // the bubble's time
		stamp := func() int64 { return time.Now().UnixMilli() }
		inWorld := func(ms int64) time.Duration {
			return time.Duration((c.timestamp(ms) - c.start.UnixMilli()) * 1e6)
		}

		pass(10 * time.Second)
		before := stamp()
		is("at first", 10*time.Second)
		if c.hasStood() {
			t.Error("it has stood before it was paused")
		}
		c.begin(c.now(), false)
		pass(30 * time.Second)
		during := stamp()
		pass(30 * time.Second)
		is("while it stands", 10*time.Second)
		if since, took := c.stood(); since != 10*time.Second || took != time.Minute {
			t.Errorf("it has stood since %v, for %v", since, took)
		}
		if got := in(time.Second); got != time.Second {
			t.Errorf("a second to go is %v on the wall", got)
		}
		c.begin(int64(40*time.Second), false)
		pass(30 * time.Second)
		moved := stamp()
		pass(30 * time.Second)
		is("moved on", 40*time.Second)
		if since, took := c.stood(); since != 10*time.Second || took != 2*time.Minute {
			t.Errorf("it has stood since %v, for %v", since, took)
		}
		c.begin(c.now(), true)
		pass(5 * time.Second)
		is("afterwards", 45*time.Second)
		if got := in(time.Second); got != time.Second {
			t.Errorf("a second to go is %v on the wall", got)
		}
		for ms, want := range map[int64]time.Duration{
			before: 10 * time.Second, during: 10 * time.Second, moved: 40 * time.Second, stamp(): 45 * time.Second,
			before - 4000: 6 * time.Second, c.start.UnixMilli() - 1000: -time.Second, stamp() + 1000: 46 * time.Second,
		} {
			if got := inWorld(ms); got != want {
				t.Errorf("the timestamp %v after the start: got %v in the world, want %v", time.Duration(ms-c.start.UnixMilli())*time.Millisecond, got, want)
			}
		}
	})
}

// TestClockForgetsOldEras: pausing for ever takes no memory without end.
func TestClockForgetsOldEras(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock()
		for i := range 3 * erasKept {
			c.begin(c.now(), i%2 == 1)
			time.Sleep(time.Millisecond)
		}
		if len(c.eras) > erasKept {
			t.Errorf("%d eras are kept", len(c.eras))
		}
		if got, want := time.Duration(c.now()), 3*erasKept/2*time.Millisecond; got != want {
			t.Errorf("it is %v, want %v", got, want)
		}
		wall := time.Since(c.start)
		for ms, last := int64(0), int64(0); ms <= wall.Milliseconds(); ms++ {
			at := c.timestamp(c.start.UnixMilli()+ms) - c.start.UnixMilli()
			if at < last || at > ms || at > c.now()/1e6 {
				t.Fatalf("what came after %d ms on the wall came after %d ms in the world, where it was %d before, and it is %d", ms, at, last, c.now()/1e6)
			}
			last = at
		}
	})
}

// TestClockThatIsSteppedForLong knows since when it stands still after more steps than it
// has eras.
func TestClockThatIsSteppedForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock()
		time.Sleep(time.Second)
		c.begin(c.now(), false)
		for range 2 * erasKept {
			time.Sleep(time.Millisecond)
			c.begin(c.now()+1e6, false)
		}
		if since, took := c.stood(); since != time.Second || took != 2*erasKept*time.Millisecond {
			t.Errorf("it has stood since %v, for %v", since, took)
		}
	})
}
