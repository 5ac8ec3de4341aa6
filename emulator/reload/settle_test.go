package reload

import (
	"testing"
	"time"
)

// TestWhatHappensIsDueWithinASecond goes by a clock of its own: steady writes put the
// moment off, but not beyond a second after the first, or twice the debounce.
func TestWhatHappensIsDueWithinASecond(t *testing.T) {
	for _, c := range []struct{ debounce, every, due time.Duration }{
		{0, 21 * time.Millisecond, 20 * time.Millisecond}, // the default
		{20 * time.Millisecond, 5 * time.Millisecond, time.Second},
		{20 * time.Millisecond, 19 * time.Millisecond, time.Second},
		{20 * time.Millisecond, 21 * time.Millisecond, 20 * time.Millisecond},
		{800 * time.Millisecond, 5 * time.Millisecond, 1600 * time.Millisecond},
	} {
		l, err := newLoop(&Watcher{Debounce: c.debounce})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(l.close)
		if at, ok := l.dueAt(); ok {
			t.Errorf("due at %v though nothing has happened", at)
		}
		begun := time.Unix(1, 0)
		now, due := begun, time.Time{}
		for {
			l.stir(now)
			at, ok := l.dueAt()
			if now = now.Add(c.every); !ok || !now.Before(at) {
				due = at
				break
			}
		}
		if got := due.Sub(begun); got != c.due {
			t.Errorf("debounce %v, a write each %v: due after %v, want %v", c.debounce, c.every, got, c.due)
		}
	}
}
