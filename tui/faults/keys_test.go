package faults

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// shown is the screen on paper, with the cursor on the row with a label.
func shown(t *testing.T, label string) (*Screen, *tuitest.Paper, *driver) {
	t.Helper()
	d := shopDriver()
	s, p := New(), &tuitest.Paper{View: shopView(true), Driver: d}
	p.Draw(s, 120, 36)
	for s.selected().label != label {
		at := s.at
		if p.Press(s, "j"); s.at == at {
			t.Fatalf("there is no row %q", label)
		}
	}
	return s, p, d
}

// again draws the screen after the host has asked the run again, as it does after Do.
func again(s *Screen, p *tuitest.Paper) string {
	p.Forget("state ")
	return p.Draw(s, 120, 36)
}

func TestArrowsChangeTheSettingAndZeroGoesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p, d := shown(t, "timeout")
		for _, key := range []string{"right", "right", "left", "shift+right", "0"} {
			if !p.Press(s, key) {
				t.Errorf("%s does nothing", key)
			}
			again(s, p)
		}
		want := []string{"set enrich.timeout=5s", "set enrich.timeout=10s", "set enrich.timeout=5s", "set enrich.timeout=30s", "set enrich.timeout=default"}
		if !slices.Equal(d.calls, want) {
			t.Errorf("got %q, want %q", d.calls, want)
		}
		p.Press(s, "0")
		if len(d.calls) != len(want) {
			t.Errorf("a default was set to its default: %q", d.calls)
		}
	})
}

func TestArrowsGoThroughChoices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p, d := shown(t, "order")
		p.Press(s, "right") // there is none after the last
		for _, key := range []string{"left", "shift+left"} {
			p.Press(s, key)
			again(s, p)
		}
		p.Press(s, "k")
		p.Draw(s, 120, 36)
		p.Press(s, "right")
		if want := []string{"set enrich.order=key", "set enrich.order=partition", "set enrich.bisect=false"}; !slices.Equal(d.calls, want) {
			t.Errorf("got %q, want %q", d.calls, want)
		}
	})
}

// held is a driver whose first change takes as long as the test wants.
type held struct {
	*driver
	gate chan struct{}
}

func (h *held) Set(ctx context.Context, a []string) (string, error) {
	<-h.gate
	return h.driver.Set(ctx, a)
}

// While a key repeats, the wanted value is shown at once, and of all that was wanted while
// one change was on its way the last one is sent.
func TestRepeatedKeysAreSentTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p, d := shown(t, "batchSize")
		h := &held{d, make(chan struct{})}
		host := &later{Paper: p}
		c := p.Context(120, 36)
		c.Driver, c.Host = h, host
		for range 5 {
			s.step(c, 1, false)
			synctest.Wait()
		}
		if got := p.Draw(s, 120, 36); !strings.Contains(got, "105…") || !strings.Contains(got, "enrich.batchSize=105 is on its way") {
			t.Errorf("the wanted value is not shown:\n%s", got)
		}
		close(h.gate)
		time.Sleep(time.Second)
		synctest.Wait()
		if want := []string{"set enrich.batchSize=101", "set enrich.batchSize=105"}; !slices.Equal(d.calls, want) {
			t.Errorf("got %q, want %q", d.calls, want)
		}
		if got := again(s, p); strings.Contains(got, "105…") || !strings.Contains(got, "105 ") || s.changes.any() {
			t.Errorf("it is still on its way:\n%s", got)
		}
		if host.begun != 1 {
			t.Errorf("%d pieces of work were begun", host.begun)
		}
	})
}

// later does work beside the test, as the program does.
type later struct {
	*tuitest.Paper
	begun int
}

func (l *later) Do(_ string, work func(context.Context) (string, error)) tea.Cmd {
	l.begun++
	go work(context.Background())
	return nil
}

func TestWhatIsRefusedIsNotShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p, d := shown(t, "timeout")
		d.refuse = errRefused
		p.Press(s, "right")
		if got := p.Draw(s, 120, 36); strings.Contains(got, "…") && strings.Contains(got, "on its way") || s.changes.any() {
			t.Errorf("got\n%s", got)
		}
		if len(p.Results) != 1 || p.Results[0] != errRefused.Error() {
			t.Errorf("got %q", p.Results)
		}
		d.refuse = nil
		p.Press(s, "right")
		if want := "set enrich.timeout=5s"; d.calls[len(d.calls)-1] != want {
			t.Errorf("got %q, want %q", d.calls, want)
		}
	})
}

func TestValuesAreTypedAndChecked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p, d := shown(t, "timeout")
		p.Press(s, "enter")
		if mistake, at := p.Prompt.Check("20m"); at != 0 || mistake != "20m is not within 1s to 15m" {
			t.Errorf("got %q at %d", mistake, at)
		}
		p.Prompt.Done("7s")
		again(s, p)
		p.Press(s, "enter")
		p.Prompt.Done("3s") // the default
		for range 2 {
			p.Press(s, "k") // memory is below, reservedConcurrency and keepAlive above
		}
		p.Prompt = nil
		p.Press(s, "right") // keepAlive is drawn: there is no step from it
		if p.Prompt == nil || p.Prompt.Title != "enrich.keepAlive" {
			t.Fatalf("nothing is asked: %+v", p.Prompt)
		}
		p.Prompt.Done("2m")
		if want := []string{"set enrich.timeout=7s", "set enrich.timeout=default", "set enrich.keepAlive=2m"}; !slices.Equal(d.calls, want) {
			t.Errorf("got %q, want %q", d.calls, want)
		}
	})
}

func TestFaultsAreAddedAndRemoved(t *testing.T) {
	s, p, d := shown(t, "crash")
	p.Press(s, "!", "T")
	p.Menu.Items[1].Run()
	p.Press(s, "enter")
	if mistake, _ := p.Prompt.Check("p=3"); mistake == "" {
		t.Error("p=3 is taken")
	}
	p.Prompt.Done("p=0.5 after-handler")
	p.Press(s, "!") // after the handler, as it was typed
	for s.selected().label != "slow" {
		p.Press(s, "j")
	}
	p.Press(s, "x", "0", "j")
	if s.selected().label != "rebalance" || p.Press(s, "T") || p.Press(s, "x") || p.Press(s, "right") {
		t.Errorf("%q: a key does what it cannot", s.selected().label)
	}
	p.Press(s, "!", "j", "T")
	p.Menu.Items[0].Run()
	want := []string{`add crash "enrich" times=1`, `add crash "enrich" p=0.05 for=30s`, `add crash "enrich" p=0.5 after-handler`, `add crash "enrich" times=1 after-handler`,
		"remove 3", "remove 3", `add rebalance "enrich" times=1`, `add broker-down "" delay=10s`}
	if !slices.Equal(d.calls, want) {
		t.Errorf("got\n%q, want\n%q", d.calls, want)
	}
}

func TestMenuOffersAllFaultsForTheScope(t *testing.T) {
	s, p, d := shown(t, "coldStart")
	p.Press(s, "F")
	if n := len(p.Menu.Items); n != len(faultKinds)+1 {
		t.Fatalf("got %d items", n)
	}
	p.Menu.Items[2].Run()
	p.Prompt.Done("delay=2s times=3")
	p.Menu.Items[5].Run()
	if want := []string{`add slow "enrich" delay=2s times=3`, "remove 3", "remove 4"}; !slices.Equal(d.calls, want) {
		t.Errorf("got %q, want %q", d.calls, want)
	}
}

func TestSaveShowsTheDifferenceFirst(t *testing.T) {
	s, p, d := shown(t, "timeout")
	d.diff = "--- a\n+++ b\n@@ -1 +1 @@\n-    timeout: 3s\n+    timeout: 5s\n"
	p.Press(s, "S", "u")
	if want := []string{"save", "undo"}; !slices.Equal(d.calls, want) {
		t.Errorf("got %q, want %q", d.calls, want)
	}
	if n := len(p.Confirmed); n != 5 || p.Confirmed[3] != (ui.Line{Style: frame.Bad, Text: "-    timeout: 3s"}) || p.Confirmed[4].Style != frame.Busy {
		t.Errorf("got %+v", p.Confirmed)
	}
	d.diff = ""
	p.Press(s, "S")
	d.refuse = errRefused
	p.Press(s, "S")
	if want := []string{"there is nothing to save: no setting was changed by hand", "save: " + errRefused.Error()}; !slices.Equal(p.Toasts, want) {
		t.Errorf("got %q, want %q", p.Toasts, want)
	}
}

func TestBadgeCountsWhatIsChangedAndActs(t *testing.T) {
	d := shopDriver()
	s, p := New(), &tuitest.Paper{View: shopView(true), Driver: d}
	if got := s.Badge(p.Context(120, 36)); got != "*3" { // two settings, one fault that is not over
		t.Errorf("got %q", got)
	}
	d.now += 22e9 // the fault was to act for 21 s
	if got := s.Badge(p.Context(120, 36)); got != "*2" {
		t.Errorf("got %q", got)
	}
	c := p.Context(120, 36)
	if n := testing.AllocsPerRun(100, func() { s.Badge(c) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
	p.Mode = ui.Finished
	if got := s.Badge(p.Context(120, 36)); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestNothingCanBeChangedInAFinishedRun(t *testing.T) {
	d := shopDriver()
	s, p := New(), &tuitest.Paper{View: shopView(true), Driver: d, Mode: ui.Finished}
	p.Draw(s, 120, 36)
	for _, key := range []string{"left", "right", "shift+left", "H", "L", "enter", "0", "u", "S", "!", "T", "x", "delete", "F"} {
		if p.Press(s, key) {
			t.Errorf("%s does something", key)
		}
	}
	if len(d.calls) > 0 {
		t.Errorf("got %q", d.calls)
	}
}

// Another terminal may change settings: they are asked for again once a second, and not
// again before the answer is there.
func TestTheRunIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p, d := shown(t, "timeout")
		d.settings[6].Value = "42s"
		if got := p.Draw(s, 120, 36); strings.Contains(got, "42s") {
			t.Error("it was asked again at once")
		}
		time.Sleep(refreshEvery)
		p.Draw(s, 120, 36)
		if got := p.Draw(s, 120, 36); !strings.Contains(got, "42s") {
			t.Errorf("it was not asked again:\n%s", got)
		}
		if s.selected().label != "timeout" {
			t.Errorf("the cursor went to %q", s.selected().label)
		}
	})
}

func TestTheCursorStaysNearARowThatIsGone(t *testing.T) {
	s, p, d := shown(t, "slow")
	if got := p.Draw(s, 120, 36); !strings.Contains(got, "00:21 left") {
		t.Errorf("got\n%s", got)
	}
	d.now = 6.5e9
	if got := p.Draw(s, 120, 36); !strings.Contains(got, "00:15 left") {
		t.Errorf("got\n%s", got)
	}
	d.faults = nil
	again(s, p)
	again(s, p)
	if r := s.selected(); r == nil || r.label != "slow" {
		t.Errorf("got %+v", r)
	}
	p.Press(s, "l")
	p.Draw(s, 120, 36)
	if s.scope != "price" || s.selected() == nil || s.selected().setting.Function != "price" {
		t.Errorf("got %q, %+v", s.scope, s.selected())
	}
}

// The default of a text may be a description, which is no value.
func TestTheDefaultOfATextIsNotItsDescription(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p, d := shown(t, "onFailure")
		p.Press(s, "0")
		if len(p.Toasts) != 1 || len(d.calls) > 0 {
			t.Errorf("got %q, %q", p.Toasts, d.calls)
		}
		p.Press(s, "enter")
		p.Prompt.Done("orders.lost")
		again(s, p)
		p.Press(s, "0") // the file's value is the way back
		if want := []string{"set enrich.onFailure=orders.lost", "set enrich.onFailure="}; !slices.Equal(d.calls, want) {
			t.Errorf("got %q, want %q", d.calls, want)
		}
	})
}

func TestTabGoesFromGroupToGroup(t *testing.T) {
	s, p, d := shown(t, "memory")
	d.settings = append(d.settings, ui.Setting{Path: "enrich.x", Function: "enrich", Group: "RUNTIME", Label: "x", Kind: kindText})
	d.settings = slices.Insert(d.settings, 0, ui.Setting{Path: "enrich.code", Function: "enrich", Group: "CODE (a new revision)", Label: "code", Kind: kindText})
	again(s, p)
	var got []string
	for range 5 {
		p.Press(s, "tab")
		p.Draw(s, 120, 36)
		got = append(got, s.selected().label)
	}
	p.Press(s, "shift+tab")
	got = append(got, s.selected().label)
	if want := []string{"batchSize", "code", "crash", "coldStart", "batchSize", "coldStart"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if headings := slices.DeleteFunc(slices.Clone(s.rows), func(r row) bool { return r.is != headingRow }); len(headings) != 4 {
		t.Errorf("got %+v", headings)
	}
}

// Each ! leaves a fault that is over: they share a row, and go together.
func TestFaultsThatAreOverShareARow(t *testing.T) {
	s, p, d := shown(t, "coldStart")
	for id := range 20 {
		d.faults = append(d.faults, ui.Fault{ID: 10 + id, Kind: "crash", Function: "enrich", Text: "invocations of enrich crash before the handler: once", Fired: 1, Over: true})
	}
	d.faults = append(d.faults, ui.Fault{ID: 40, Kind: "crash", Function: "enrich", Text: "invocations of enrich crash before the handler"})
	d.faults = append(d.faults, ui.Fault{ID: 41, Kind: "crash", Function: "price", Text: "of another function"})
	if got := again(s, p); strings.Count(got, "\n   crash ") != 2 || !strings.Contains(got, "fired 20 ") || strings.Contains(got, "another") {
		t.Errorf("got\n%s", got)
	}
	p.Press(s, "G", "k", "k", "k", "k", "x", "k", "x")
	if got := len(d.calls); got != 21 || d.calls[0] != "remove 10" || d.calls[20] != "remove 40" {
		t.Errorf("got %q", d.calls)
	}
}

// silent is a run that does not answer at first.
type silent struct {
	*driver
	err error
}

func (d *silent) Settings(ctx context.Context) ([]ui.Setting, error) {
	if d.err != nil {
		return nil, d.err
	}
	return d.driver.Settings(ctx)
}

func TestARunThatDoesNotAnswerIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &silent{shopDriver(), errors.New("the run stops")}
		s, p := New(), &tuitest.Paper{View: shopView(true), Driver: d}
		if got := p.Draw(s, 120, 36); strings.Count(got, "the run stops") != 2 {
			t.Errorf("got\n%s", got)
		}
		for _, k := range s.Keys() {
			p.Press(s, k.Keys[0]) // nothing is selected
		}
		d.err = nil
		time.Sleep(refreshEvery)
		p.Draw(s, 120, 36)
		if got := p.Draw(s, 120, 36); strings.Contains(got, "the run stops") || !strings.Contains(got, "timeout") {
			t.Errorf("got\n%s", got)
		}
	})
}

// A screen that is opened at a function shows that one.
func TestOpensAtAFunction(t *testing.T) {
	s, p := New(), &tuitest.Paper{View: shopView(true), Driver: shopDriver()}
	s.Open(p.Context(120, 36), ui.Target{Function: "price"})
	if got := p.Draw(s, 120, 36); !strings.Contains(got, "[price]") || s.selected().setting.Function != "price" {
		t.Errorf("got\n%s", got)
	}
	s.Open(p.Context(120, 36), ui.Target{Function: "gone"})
	if got := p.Draw(s, 120, 36); !strings.Contains(got, "[run]") {
		t.Errorf("got\n%s", got)
	}
}
