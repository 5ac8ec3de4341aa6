package faults

import (
	"context"
	"time"

	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Keys of what is loaded: "state " has it asked for again after each change.
const (
	settingsKey = "state settings"
	faultsKey   = "state faults"
)

// known is what the run has said of its settings and faults. The newest answer is shown
// until the next one is there.
type known struct {
	settings []ui.Setting
	faults   []ui.Fault
	err      error
	answered bool
	version  int   // counts answers
	live     int   // settings that were changed by hand
	now, at  int64 // world time, and when the faults were told; not that of a view that stands

	asked    time.Time // when the run was last asked by age
	pending  bool      // it has not answered since
	driver   ui.Driver // whose methods the functions below are
	settle   func(context.Context) (any, error)
	standing func(context.Context) (any, error)
}

// refreshEvery is how old an answer is at most while the screen is shown: another terminal
// may change settings, and faults fire.
const refreshEvery = time.Second

// ask takes what there is. It is called for each frame, so that it allocates nothing.
func (k *known) ask(c *ui.Context) {
	if k.driver != c.Driver {
		d := c.Driver
		k.driver = d
		k.settle = func(ctx context.Context) (any, error) { return d.Settings(ctx) }
		k.standing = func(ctx context.Context) (any, error) { return d.Faults(ctx) }
	}
	k.now = c.Driver.Now()
	settings, err := c.Load(settingsKey, k.settle)
	faults, faultErr := c.Load(faultsKey, k.standing)
	now, isThere := settings.([]ui.Setting)
	standing, areThere := faults.([]ui.Fault)
	if err == nil {
		err = faultErr
	}
	if err != nil { // what was answered before stands
		k.err, k.pending = err, false
		return
	}
	if isThere && !same(now, k.settings) {
		k.takeSettings(now)
	}
	if areThere && !same(standing, k.faults) {
		k.faults, k.at = standing, k.now
		k.version++
	}
	if isThere && areThere {
		k.answered, k.pending, k.err = true, false, nil
	}
}

func (k *known) takeSettings(now []ui.Setting) {
	k.settings, k.live = now, 0
	k.version++
	for i := range now {
		if now[i].From == "live" {
			k.live++
		}
	}
}

// refresh has the run asked again if its answer is old. A question that is still open is
// not asked again.
func (k *known) refresh(c *ui.Context, now time.Time) {
	if k.asked.IsZero() {
		k.asked = now
	}
	if k.pending || !k.answered && k.err == nil || now.Sub(k.asked) < refreshEvery {
		return
	}
	k.asked, k.pending = now, true
	c.Forget(settingsKey)
	c.Forget(faultsKey)
}

// acting is how many faults still act.
func (k *known) acting() int {
	n := 0
	for i := range k.faults {
		if !k.isOver(&k.faults[i]) {
			n++
		}
	}
	return n
}

// isOver reports whether a fault does no more: its time may have passed since it was told.
func (k *known) isOver(f *ui.Fault) bool {
	return f.Over || f.Left > 0 && k.left(f) <= 0
}

// left is how long a fault still acts.
func (k *known) left(f *ui.Fault) time.Duration {
	return f.Left - time.Duration(max(k.now-k.at, 0))
}

// same reports whether two answers are one and the same, not whether they are equal.
func same[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) && (a == nil) == (b == nil)
}
