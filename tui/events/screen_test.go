package events

import (
	"fmt"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// paper is the screen on the run of the shop up to a moment, with rows that have been
// selected for a while.
func paper(t testing.TB, until time.Duration) (*Screen, *tuitest.Paper) {
	v, src := tuitest.Shop(t, "../testdata/shop.journal", int64(until))
	s := New()
	ticks := time.Unix(0, 0)
	s.now = func() time.Time { ticks = ticks.Add(time.Second); return ticks }
	return s, &tuitest.Paper{View: v, Driver: tuitest.Driver{Of: src}, Mode: ui.Finished}
}

const whole = 30 * time.Second

func TestFrames(t *testing.T) {
	for _, moment := range []struct {
		name  string
		until time.Duration
	}{{"empty", 0}, {"busy", 4 * time.Second}, {"failing", 9 * time.Second}, {"whole", whole}} {
		for _, size := range [][2]int{{120, 36}, {80, 24}, {60, 15}} {
			t.Run(fmt.Sprintf("%s-%dx%d", moment.name, size[0], size[1]), func(t *testing.T) {
				s, p := paper(t, moment.until)
				p.Draw(s, size[0], size[1])
				golden.RequireEqual(t, p.Draw(s, size[0], size[1]))
			})
		}
	}
}

// What is overtaken says by whom, and whether that has its key.
func TestOvertaken(t *testing.T) {
	s, p := paper(t, whole)
	p.Draw(s, 120, 36)
	p.Press(s, "O")
	p.Filter = "keylate"
	p.Draw(s, 120, 36)
	golden.RequireEqual(t, p.Draw(s, 120, 36))
}

// A wide terminal has the story at the right.
func TestWide(t *testing.T) {
	s, p := paper(t, whole)
	p.Press(s, "E")
	p.Draw(s, 200, 50)
	golden.RequireEqual(t, p.Draw(s, 200, 50))
}

// The filter says how many it hides; payloads are looked at bit by bit.
func TestFilter(t *testing.T) {
	s, p := paper(t, whole)
	all := int(p.View.Events.Total)
	for filter, want := range map[string]int{
		"": all, "fn=enrich | fn=price": all, "fn=nobody": 0, "dlq": 3, "thr": 484, "bad": 493, "err | timeout": 6, "!ok": 493, "late": 408, "keylate": 133,
		"p=3 off=10..20 topic=orders": 11, "reason~sku": 6, "key=cust-0005": 61, "cust-0005": 61, "v.sku=Z": 0, "cold warm": 0, "try>1 timeout": 1, "try=2 dlq": 0, "try=3 dlq": 3,
	} {
		p.Filter = filter
		for range 100 {
			s.update(p.Context(120, 36))
		}
		if s.list.Len() != want || s.list.Len()+s.list.Hidden() != all || s.list.Scanning() != "" || s.list.Mistake() != nil {
			t.Errorf("%q: %d shown, want %d; %d hidden of %d; %s %v", filter, s.list.Len(), want, s.list.Hidden(), all, s.list.Scanning(), s.list.Mistake())
		}
	}
	p.Filter = "kind=note"
	s.update(p.Context(120, 36))
	if s.list.Mistake() == nil || s.list.Len() != 0 {
		t.Errorf("events have no kind: got %d, %v", s.list.Len(), s.list.Mistake())
	}
}

// Keys go from event to event; whatever is pressed, the one that is selected is shown.
func TestKeys(t *testing.T) {
	s, p := paper(t, whole)
	at := func() store.Event {
		p.Draw(s, 120, 36)
		return *s.selected(p.Context(120, 36))
	}
	newest := at().Number
	if p.Press(s, "E"); !failed(new(at())) {
		t.Errorf("E: got %+v", at())
	}
	if p.Press(s, "O"); at().Late == 0 {
		t.Errorf("O: got %+v", at())
	}
	key := at().Key
	if p.Press(s, "N"); at().Key != key || at().Number >= newest {
		t.Errorf("N: got %+v", at())
	}
	marked := at().Number
	p.Press(s, "m", "g")
	if at().Number != 1 {
		t.Errorf("g: got %d", at().Number)
	}
	if p.Press(s, "'"); at().Number != marked {
		t.Errorf("': got %d, want %d", at().Number, marked)
	}
	p.Filter = "marked"
	if at(); s.list.Len() != 1 {
		t.Errorf("%d are marked", s.list.Len())
	}
	p.Filter = ""
	if p.Press(s, "*"); !p.Pinned.Record || p.Pinned.Offset != at().Offset {
		t.Errorf("*: pinned %+v", p.Pinned)
	}
	if p.Press(s, "enter"); len(p.Shown) != 1 || p.Shown[0] != ui.Detail || p.Targets[0].Row != marked {
		t.Errorf("enter: showed %v %+v", p.Shown, p.Targets)
	}
	if p.Press(s, "G"); at().Number != newest {
		t.Errorf("G: got %d, want %d", at().Number, newest)
	}
	if p.Press(s, "y"); p.Menu == nil || len(p.Menu.Items) != 6 {
		t.Error("y opens no menu")
	}
}

// Live, the list follows; up holds it, and G lets it go on.
func TestHold(t *testing.T) {
	s, p := paper(t, whole)
	p.Mode = ui.Live
	p.Draw(s, 120, 36)
	if p.Press(s, "k"); !p.Held {
		t.Error("k does not hold the view")
	}
	p.Mode = ui.Held
	p.Draw(s, 120, 36)
	if p.Press(s, "G"); p.Held || s.cursor != 0 {
		t.Error("G does not let it go on")
	}
}

// No size and no key is too much.
func TestAnySize(t *testing.T) {
	s, p := paper(t, 9*time.Second)
	var keys []string
	for _, k := range s.Keys() {
		keys = append(keys, k.Keys...)
	}
	rapid.Check(t, func(t *rapid.T) {
		p.Filter = rapid.SampledFrom([]string{"", "", "bad", "late", "fn=nobody"}).Draw(t, "filter")
		p.Press(s, rapid.SampledFrom(keys).Draw(t, "key"))
		p.Draw(s, rapid.IntRange(0, 210).Draw(t, "w"), rapid.IntRange(0, 60).Draw(t, "h"))
	})
}

func BenchmarkDraw(b *testing.B) {
	s, p := paper(b, whole)
	c := p.Context(120, 36)
	var f frame.Frame
	f.Resize(120, 31)
	for b.Loop() {
		f.Clear()
		s.Draw(c, f.Area())
	}
	b.ReportAllocs()
}
