package ordering_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"
	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ordering"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// host is the program around the screen: what is loaded is there at once.
type host struct {
	ui.Host
	loaded map[string]any
	said   string
	shown  ui.Target
	holds  int
}

func (h *host) Load(key string, work func(context.Context) (any, error)) (any, error) {
	if v, ok := h.loaded[key]; ok {
		return v, nil
	}
	v, err := work(context.Background())
	h.loaded[key] = v
	return v, err
}
func (h *host) Toast(_ frame.Style, text string) { h.said = text }
func (h *host) Hold()                            { h.holds++ }
func (h *host) Release()                         { h.holds = 0 }
func (h *host) Show(_ ui.ID, t ui.Target)        { h.shown = t }

// stage is the screen with all that it needs.
type stage struct {
	t      testing.TB
	screen *ordering.Screen
	c      *ui.Context
	host   *host
	frame  frame.Frame
}

// seconds of the run of the shop that screens are drawn at.
var moments = []struct {
	name string
	at   int64
}{{"empty", 0}, {"busy", 4e9}, {"failing", 9e9}, {"whole", 1 << 60}}

// newStage feeds the run of the shop up to a moment.
func newStage(t testing.TB, at int64) *stage {
	t.Helper()
	f, err := journalfile.Open("../testdata/shop.journal")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	v := store.New(f.Description())
	if err := journal.ScanAll(f, func(_ uint64, e *journal.Entry) bool {
		if at == 0 || e.At > at {
			return false
		}
		v.Add(e)
		return true
	}); err != nil {
		t.Fatal(err)
	}
	h := &host{loaded: map[string]any{}}
	return &stage{t: t, screen: ordering.New(), host: h,
		c: &ui.Context{View: v, Mode: ui.Finished, Driver: tuitest.Driver{Of: f}, Axis: &ui.Axis{Column: 100e6}, Host: h}}
}

// draw is the screen as text, with the sentence below it.
func (s *stage) draw(w, h int) string {
	s.c.Width, s.c.Height = w, h
	s.frame.Resize(w, max(h-4, 0))
	body, says := s.frame.Area().Top(h - 5)
	s.screen.Draw(s.c, body)
	style, text := s.screen.Says(s.c)
	says.Cut(1, 0, w-2, style, text)
	return s.frame.Plain() + "\n"
}

// press presses keys.
func (s *stage) press(keys ...string) tea.Cmd {
	s.t.Helper()
	for _, key := range keys {
		k := find(s.screen.Keys(), key)
		if k == nil {
			s.t.Fatalf("nothing is bound to %q", key)
		}
		k.Run(s.c, key)
		s.draw(120, 36)
	}
	return nil
}

func find(keys []ui.Key, key string) *ui.Key {
	for i := range keys {
		for _, k := range keys[i].Keys {
			if k == key {
				return &keys[i]
			}
		}
	}
	return nil
}

var sizes = [][2]int{{120, 36}, {80, 24}, {60, 15}}

func TestFrames(t *testing.T) {
	for _, m := range moments {
		for _, size := range sizes {
			t.Run(fmt.Sprintf("%s-%dx%d", m.name, size[0], size[1]), func(t *testing.T) {
				golden.RequireEqual(t, newStage(t, m.at).draw(size[0], size[1]))
			})
		}
	}
}

// TestFramesOfViolation goes to a violation, and from there to the late list.
func TestFramesOfViolation(t *testing.T) {
	for _, size := range sizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			s := newStage(t, 9e9)
			s.draw(size[0], size[1])
			s.press("O", "O", "O", "tab")
			golden.RequireEqual(t, s.draw(size[0], size[1]))
		})
	}
}

func TestKeysMove(t *testing.T) {
	s := newStage(t, 9e9)
	first := s.draw(120, 36)
	s.press("h")
	if s.host.holds != 1 || s.draw(120, 36) == first {
		t.Errorf("panning held %d times", s.host.holds)
	}
	s.press("G")
	if s.host.holds != 0 || s.draw(120, 36) != first {
		t.Error("G does not come back")
	}
	s.press("O", "tab", "enter")
	if s.host.shown.Topic != "orders" || !s.host.shown.Record {
		t.Errorf("Enter has shown %+v", s.host.shown)
	}
	s.press("]")
	if got := s.draw(120, 36); !strings.Contains(got, "price: orders.enriched") {
		t.Errorf("] shows\n%s", got)
	}
	s.press("o")
	if !strings.Contains(s.host.said, "nothing was out of order by same key") && s.host.said == "" {
		t.Errorf("got %q", s.host.said)
	}
}

func TestClickSelectsPartition(t *testing.T) {
	s := newStage(t, 9e9)
	s.draw(120, 36)
	s.screen.Click(s.c, 10, 4)
	if got := s.draw(120, 36); !strings.Contains(got, "►p2") {
		t.Errorf("got\n%s", got)
	}
	s.screen.Click(s.c, 10, 6) // the rule below the partitions
	if got := s.draw(120, 36); !strings.Contains(got, "►p2") {
		t.Errorf("a click below has moved the selection\n%s", got)
	}
}

func TestOpenShowsTheRecord(t *testing.T) {
	s := newStage(t, 1<<60)
	s.draw(120, 36)
	s.screen.Open(s.c, ui.Target{Function: "price", Topic: "orders.enriched", Partition: 1, Offset: 55, Record: true})
	if got := s.draw(120, 36); !strings.Contains(got, "price: orders.enriched") || !strings.Contains(got, "►p1") || !strings.Contains(got, "@55") {
		t.Errorf("got\n%s", got)
	}
}

func TestARecordThatIsGoneIsSaid(t *testing.T) {
	s := newStage(t, 0)
	s.c.View = store.New(nil)
	for o := range int64(10_000) {
		s.c.View.Add(&journal.Entry{Kind: journal.RecordsArrived, Mapping: "ship", Function: "ship", Topic: "orders", First: o, Last: o, Records: 1,
			Each: &journal.Records{Each: []journal.Known{{Key: 1}}}})
	}
	s.screen.Open(s.c, ui.Target{Topic: "orders", Offset: 50, Record: true})
	if got := s.draw(120, 36); !strings.Contains(got, "these records are not kept any more") {
		t.Errorf("got\n%s", got)
	}
}

// TestEmptyStatesSayWhy has each reason for showing nothing once.
func TestEmptyStatesSayWhy(t *testing.T) {
	mapped := &journal.Description{Mappings: []journal.DescribedMapping{{Group: "ship", Function: "ship", Topic: "orders"}}}
	produced := journal.Entry{Kind: journal.RecordsProduced, Topic: "orders", Records: 1, At: 1}
	for want, build := range map[string]func() *store.View{
		"No function reads a topic": func() *store.View { return store.New(nil) },
		"Nothing has been produced": func() *store.View { return store.New(mapped) },
		"none was handed to a function": func() *store.View {
			v := store.New(mapped)
			v.Add(&produced)
			return v
		},
		"The world is paused": func() *store.View {
			v := store.New(mapped)
			v.Add(&produced)
			v.Paused = true
			return v
		},
		"--order off": func() *store.View {
			v := store.New(mapped)
			v.Add(&journal.Entry{Kind: journal.BatchFormed, Mapping: "ship", Function: "ship", Topic: "orders", Batch: 1, Last: 4, Records: 5, At: 2})
			v.Add(&journal.Entry{Kind: journal.InvocationStarted, Mapping: "ship", Function: "ship", Topic: "orders", Batch: 1, Invocation: 1, Last: 4, Records: 5, At: 3})
			return v
		},
	} {
		s := newStage(t, 0)
		s.c.View = build()
		if got := s.draw(120, 36); !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

// TestAnyKeysAtAnySize presses keys and changes the size: no panic, and nothing outside.
func TestAnyKeysAtAnySize(t *testing.T) {
	stages := []*stage{newStage(t, 0), newStage(t, 4e9), newStage(t, 1<<60)}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(stages).Draw(t, "run")
		s.screen = ordering.New()
		keys := s.screen.Keys()
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			k := rapid.SampledFrom(keys).Draw(t, "key")
			k.Run(s.c, k.Keys[0])
			w, h := rapid.IntRange(0, 200).Draw(t, "width"), rapid.IntRange(0, 60).Draw(t, "height")
			for _, line := range strings.Split(s.draw(w, h), "\n") {
				if n := frame.Width(line); n > w {
					t.Fatalf("a line of %d at %dx%d: %q", n, w, h, line)
				}
			}
		}
	})
}

func TestEveryKeyIsExplained(t *testing.T) {
	seen := map[string]string{}
	for _, k := range ordering.New().Keys() {
		if k.Help == "" || !strings.HasPrefix(k.ID, "ordering.") || k.Label == "" && !k.Hidden {
			t.Errorf("%s: help %q, label %q", k.ID, k.Help, k.Label)
		}
		for _, key := range k.Keys {
			if seen[key] != "" {
				t.Errorf("%q is bound to %s and %s", key, seen[key], k.ID)
			}
			seen[key] = k.ID
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	s := newStage(b, 9e9)
	s.draw(120, 36)
	s.frame.Resize(120, 31)
	for _, keys := range [][]string{nil, {"O"}} {
		b.Run(strings.Join(append([]string{"newest"}, keys...), "-"), func(b *testing.B) {
			for _, key := range keys {
				find(s.screen.Keys(), key).Run(s.c, key)
			}
			b.ReportAllocs()
			for b.Loop() {
				s.screen.Draw(s.c, s.frame.Area())
			}
		})
	}
}
