package tui_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/colorprofile"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/tui"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
)

// pausing is a driver whose world can be let stand.
type pausing struct {
	tuitest.Driver
	paused *int
}

func (p pausing) Pause(context.Context) error { *p.paused++; return nil }

// armed is a program on the run of the shop, of which nothing has happened yet.
type armed struct {
	*tuitest.Screen
	t      *testing.T
	store  *store.Store
	rest   []journal.Entry
	paused int
}

// withTrigger runs a test in virtual time.
func withTrigger(t *testing.T, f func(*armed)) {
	s, entries, _ := fed(t)
	synctest.Test(t, func(t *testing.T) {
		a := &armed{t: t, store: s, rest: entries}
		a.Screen = tuitest.New(tui.New(tui.Options{Store: s, Driver: pausing{paused: &a.paused}}), 120, 36, colorprofile.TrueColor)
		f(a)
		a.Quit()
		if a.Err != nil {
			t.Error(a.Err)
		}
	})
}

// feed lets the run go on until a moment.
func (a *armed) feed(until int64) {
	n := 0
	for n < len(a.rest) && a.rest[n].At <= until {
		n++
	}
	a.store.Feed(context.Background(), &someEntries{a.rest[:n]})
	a.rest = a.rest[n:]
	a.Step(100 * time.Millisecond)
}

func (a *armed) want(texts ...string) {
	a.t.Helper()
	got := a.Text()
	for _, text := range texts {
		if !strings.Contains(got, text) {
			a.t.Errorf("%q is not in\n%s", text, got)
		}
	}
}

// firsts are when records were first out of the order of their keys, by brute force.
func firsts(entries []journal.Entry, d order.Domain) []int64 {
	var at []int64
	c := order.New(order.Options{Domain: d})
	for i := range entries {
		before := c.Tally().Disordered
		if c.Add(&entries[i]); c.Tally().Disordered > before {
			at = append(at, entries[i].At)
		}
	}
	return at
}

func TestTriggerHoldsOnKeyOvertake(t *testing.T) {
	withTrigger(t, func(a *armed) {
		at := firsts(a.rest, order.ByKey)
		a.Press("t")
		a.want("hold the view when", "events wanted before it: 80", "events to wait for after it: 40")
		a.Press("1")
		a.want("trigger armed: same-key overtake", "LIVE ►", "[1 Flow]")
		a.feed(at[0])
		a.want("trigger fired", "LIVE ►")
		a.feed(5e9)
		a.want("‖ HELD", "[4 Ordering", "trigger fired: same-key overtake at "+frame.Clock(at[0])+", kept ", " before and 40 after (space goes on, t arms it again)")
		a.Resize(80, 24)
		a.want("t fired: same-key overtake "+frame.Clock(at[0])+" (", " after)")
		a.Press("space")
		a.want("LIVE ►")
		if strings.Contains(a.Text(), "armed: same") {
			t.Errorf("it is still armed\n%s", a.Text())
		}
	})
}

func TestTriggerIsArmedAgain(t *testing.T) {
	withTrigger(t, func(a *armed) {
		at := firsts(a.rest, order.ByKey)
		a.Press("t", "r")
		a.want("arm it again when the view goes on: yes")
		a.Press("1")
		a.feed(6e9)
		a.want("kept ", "still armed)", frame.Clock(at[0]))
		a.feed(7e9) // nothing fires while the view stands
		a.Press("space")
		a.want("LIVE ►", "trigger armed")
		a.feed(9e9)
		next := at[0]
		for _, n := range at {
			if n > 7e9 {
				next = n
				break
			}
		}
		a.want("‖ HELD", frame.Clock(next), "trigger fired (2 of 2)")
		a.Press("{")
		a.want(frame.Clock(at[0]), "trigger fired (1 of 2)")
		a.Press("{")
		a.want("no earlier capture is kept")
		a.Press("}")
		a.want("(2 of 2)")
	})
}

func TestTriggerOnOtherThings(t *testing.T) {
	for _, c := range []struct {
		keys  []string
		typed string
		name  string
		tab   string
		first func(*journal.Entry) bool
	}{
		{keys: []string{"t", "3"}, name: "dead letter", tab: "[2 Events", first: func(e *journal.Entry) bool { return e.Outcome == journal.DeadLettered }},
		{keys: []string{"t", "4"}, name: "throttle", tab: "[3 Functions", first: func(e *journal.Entry) bool { return e.Kind == journal.Throttled }},
		{keys: []string{"t", "6"}, typed: "fn=price & kind=invocation-ended", name: "fn=price & kind=invocation-ended", tab: "[2 Events",
			first: func(e *journal.Entry) bool { return e.Kind == journal.InvocationEnded && e.Function == "price" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			withTrigger(t, func(a *armed) {
				at := int64(-1)
				for i := range a.rest {
					if c.first(&a.rest[i]) {
						at = a.rest[i].At
						break
					}
				}
				a.Press("t", "w")
				a.Press(c.keys[1:]...)
				if c.typed != "" {
					a.Type(c.typed)
					a.Press("enter")
				}
				a.feed(15e9)
				a.want("‖ HELD", c.tab, "trigger fired: "+c.name+" at "+frame.Clock(at))
				if a.paused != 1 {
					t.Errorf("the world was paused %d times", a.paused)
				}
			})
		})
	}
}

func TestTriggerRefusesWhatItCannotSee(t *testing.T) {
	for filter, want := range map[string]string{"v.sku=a": "a trigger", "": "everything matches", "fn=": "fn"} {
		withTrigger(t, func(a *armed) {
			a.Press("t", "6")
			a.Type(filter)
			a.Press("enter")
			a.want(strings.TrimSpace("hold the view when "+filter), want)
			a.Press("esc")
		})
	}
}

func TestTriggerDoesNotWaitForeverForWhatFollows(t *testing.T) {
	withTrigger(t, func(a *armed) {
		at := firsts(a.rest, order.ByPartition)[0]
		a.Press("t", "2")
		a.feed(at)
		a.want("LIVE ►", "trigger fired")
		a.Step(4 * time.Second)
		a.want("‖ HELD", fmt.Sprintf("overtake at %s", frame.Clock(at)), " and 0 after")
	})
}

func TestTriggerOffAndCounts(t *testing.T) {
	withTrigger(t, func(a *armed) {
		a.Press("t", "a", "backspace", "backspace", "x")
		a.want(`"x" is no number from 0 to 4096`)
		a.Press("backspace", "5", "enter")
		a.want("events to wait for after it: 5")
		a.Press("o")
		a.want("go to the screen Ordering: no")
		a.Press("1", "t", "x")
		a.want("the trigger is off")
		a.feed(9e9)
		a.want("LIVE ►")
		a.Press("t", "1")
		a.feed(15e9)
		a.want("‖ HELD", "[1 Flow]", " and 5 after")
	})
}

func TestTriggerIsNotArmedAgainWhenThatWasTurnedOff(t *testing.T) {
	withTrigger(t, func(a *armed) {
		a.Press("t", "r", "1")
		a.feed(6e9)
		a.want("still armed)")
		a.Press("t", "r", "esc")
		a.want("t arms it again)")
		a.Press("space")
		a.want("LIVE ►")
		if strings.Contains(a.Text(), "trigger armed") {
			t.Errorf("it is armed\n%s", a.Text())
		}
	})
}
