package functions

import (
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// press presses keys, as far as they work.
func press(t *testing.T, s *Screen, c *ui.Context, keys ...string) {
	t.Helper()
	for _, key := range keys {
		found := false
		for _, k := range s.Keys() {
			for _, name := range k.Keys {
				if name == key && (k.Enabled == nil || k.Enabled(c)) {
					k.Run(c, key)
					found = true
				}
			}
		}
		if !found {
			t.Errorf("key %q does nothing", key)
		}
		drawn(s, c)
	}
}

// enabled reports whether a key does something.
func enabled(s *Screen, c *ui.Context, key string) bool {
	for _, k := range s.Keys() {
		if k.Keys[0] == key {
			return k.Enabled == nil || k.Enabled(c)
		}
	}
	return false
}

func TestSelectionAndEvents(t *testing.T) {
	c, host := contextOf(shop(t, 9e9), 120, 36)
	s := New()
	drawn(s, c)
	press(t, s, c, "enter")
	if host.shown.Filter != "fn=enrich" {
		t.Errorf("Enter on a function: got the filter %q", host.shown.Filter)
	}
	press(t, s, c, "tab", "j", "enter")
	if host.shown.Filter != "env=16" || host.shown.Environment != 16 {
		t.Errorf("Enter on the second environment: got %+v, want e-16", host.shown)
	}
	press(t, s, c, "G", "k", "g", "pgdown", "pgup")
	if s.lane != 11 {
		t.Errorf("back at the first: got e-%d, want e-11", s.lane)
	}
	press(t, s, c, "tab", "j")
	if s.function != "price" || s.inLanes {
		t.Errorf("the next function: got %q, among lanes %v", s.function, s.inLanes)
	}
	s.Open(c, ui.Target{Environment: 16})
	if s.function != "enrich" || !s.inLanes || s.environment(c).Number != 16 {
		t.Errorf("opened at e-16: got %q, e-%d", s.function, s.lane)
	}
	if s.Click(c, 3, 2); s.function != "price" {
		t.Errorf("a click on price: got %q", s.function)
	}
}

func TestTimeAxis(t *testing.T) {
	c, _ := contextOf(shop(t, 9e9), 120, 36)
	s := New()
	drawn(s, c)
	press(t, s, c, "h")
	if got, want := c.Axis.End, c.View.Now-1e9; got != want {
		t.Errorf("scrolled back: got %d, want %d", got, want)
	}
	press(t, s, c, "l")
	if c.Axis.End != 0 {
		t.Errorf("at the newest it does not follow: got %d", c.Axis.End)
	}
	press(t, s, c, "-", "-", "-", "H")
	if c.Axis.Column != 10e9 || c.Axis.End < 1 {
		t.Errorf("zoomed out and scrolled before the start: got %+v", *c.Axis)
	}
	press(t, s, c, "0", "+", "+", "+", "+")
	if c.Axis.Column != 10e6 || c.Axis.End != 0 {
		t.Errorf("back and zoomed in: got %+v", *c.Axis)
	}
}

func TestChanges(t *testing.T) {
	c, host := contextOf(shop(t, 9e9), 120, 36)
	c.View.Add(&journal.Entry{Kind: journal.Note, At: c.View.Now, Function: "enrich", Text: "functions.enrich.reservedConcurrency: 10 in place of 6 from now on"})
	c.View.Add(&journal.Entry{Kind: journal.Throttled, At: c.View.Now, Function: "late"}) // it was added while the run went on
	host.limits = map[string]int{"enrich": 3, "late": 4}                                  // of now: a view that stands is older
	s := New()
	if text := drawn(s, c); !strings.Contains(text, "0/4") {
		t.Errorf("the limit of a function that was added is not shown:\n%s", text)
	}
	s = New()
	if text := drawn(s, c); !strings.Contains(text, "5/10") {
		t.Errorf("a limit that was changed is not shown:\n%s", text)
	}
	press(t, s, c, "s")
	if mistake, _ := host.prompt.Check("many"); host.prompt.Value != "10" || mistake == "" {
		t.Errorf("asked with %q, and %q for a word", host.prompt.Value, mistake)
	}
	if host.prompt.Done("8"); host.said != "set [enrich.reservedConcurrency=8]" {
		t.Errorf("limit: got %q", host.said)
	}
	if press(t, s, c, "c"); host.said != "recycled enrich" {
		t.Errorf("force cold: got %q", host.said)
	}
	if press(t, s, c, "u"); host.said != "undone" {
		t.Errorf("undo: got %q", host.said)
	}
	if enabled(s, c, "X") {
		t.Error("X works without an environment")
	}
	press(t, s, c, "tab", "X")
	if host.yes(); host.said != "killed 11" || !strings.Contains(host.lines[0].Text, "e-11") {
		t.Errorf("kill: got %q after %v", host.said, host.lines)
	}
	press(t, s, c, "b")
	if host.yes(); host.said != "reloaded [enrich]" {
		t.Errorf("reload: got %q", host.said)
	}
	c.Mode = ui.Finished
	for _, key := range []string{"s", "c", "X", "u", "b"} {
		if enabled(s, c, key) {
			t.Errorf("%s works in a finished run", key)
		}
	}
}

func TestBrokenFunctions(t *testing.T) {
	c, host := contextOf(shop(t, 9e9), 120, 36)
	c.View.Flow.Functions[0].Broken = "enrich/app.py:41: SyntaxError: invalid syntax\n  qty = = 1\n        ^"
	c.View.Flow.Functions[0].BrokenRevision = 2
	c.View.Add(&journal.Entry{Kind: journal.Warning, Function: "price", Text: "skipped: python3.13 is not installed here"})
	s := New()
	text := drawn(s, c)
	for _, want := range []string{"r1 ✗", "✗ r2 does not serve: enrich/app.py:41: SyntaxError: invalid syntax  ", "✗ not run: python3.13 is not installed here"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	c.Mode = ui.Finished
	press(t, s, c, "b")
	if len(host.lines) != 3 || host.lines[1].Text != "  qty = = 1" || s.Badge(c) == "" {
		t.Errorf("the whole message: got %v", host.lines)
	}
}

// TestEverySize draws on all sizes and zoom levels, at the start and in the middle.
func TestEverySize(t *testing.T) {
	for _, until := range []int64{0, 9e9} {
		v := shop(t, until)
		s := New()
		for w := 0; w <= 170; w += 1 + w/12 {
			for h := 0; h <= 60; h += 1 + h/9 {
				c, _ := contextOf(v, w, h)
				c.Axis.Column = store.ZoomColumn((w + h) % store.ZoomLevels)
				var f frame.Frame
				f.Resize(w, h)
				s.Draw(c, f.Area())
				s.inLanes = !s.inLanes && len(s.shown(c)) > 0
				s.Says(c)
			}
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	c, _ := contextOf(shop(b, 9e9), 120, 36)
	s := New()
	var f frame.Frame
	f.Resize(120, 31)
	b.ReportAllocs()
	for b.Loop() {
		s.Draw(c, f.Area())
	}
}
