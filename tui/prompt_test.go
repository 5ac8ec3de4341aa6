package tui_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// typed is a hand on the shop's run at nine seconds, with what it typed.
func typed(t *testing.T, keys ...string) (*hand, string) {
	s, d := atNine(t)
	h := &hand{t: t, m: tui.New(tui.Options{Store: s, Driver: still{d, 9e9}}), w: 120, h: 36}
	h.send(tea.WindowSizeMsg{Width: 120, Height: 36})
	for _, key := range keys {
		if len(key) > 1 && strings.ContainsAny(key, " =&") {
			for _, r := range key {
				h.send(tea.KeyPressMsg{Code: r, Text: string(r)})
			}
			continue
		}
		h.send(tuitest.Key(key))
	}
	return h, h.plain()
}

func TestAFilterIsAppliedWhileItIsTyped(t *testing.T) {
	_, got := typed(t, "5", "/", "fn= ")
	if !strings.Contains(got, "filter: column") {
		t.Errorf("the mistake is not said:\n%s", got)
	}
	_, got = typed(t, "5", "/", "fn=enrich & bad", "enter")
	if !strings.Contains(got, "filter: fn=enrich & bad") || strings.Contains(got, "price#") {
		t.Errorf("got\n%s", got)
	}
	_, got = typed(t, "5", "/", "fn=enrich & bad", "enter", "backspace")
	if !strings.Contains(got, "filter: none") {
		t.Errorf("got\n%s", got)
	}
}

func TestTabCompletesFieldsAndValues(t *testing.T) {
	_, got := typed(t, "5", "/", "f", "n", "tab", "e", "n", "tab", "enter")
	if !strings.Contains(got, "filter: fn=enrich") {
		t.Errorf("got\n%s", got)
	}
}

func TestThePaletteRunsACommand(t *testing.T) {
	_, got := typed(t, ":", "s", "c", "r", "e", "e", "n", ".", "l", "o", "g", "enter")
	if !strings.Contains(got, "[5 Logs") {
		t.Errorf("got\n%s", got)
	}
	_, got = typed(t, ":", "q", "z", "z")
	if !strings.Contains(got, "there is no command qzz") {
		t.Errorf("got\n%s", got)
	}
}

func TestThePaletteTakesAWordOfAName(t *testing.T) {
	_, got := typed(t, "4", ":", "f", "a", "u", "enter")
	if !strings.Contains(got, "[6 Faults") {
		t.Errorf("fau is the beginning of a word of one name only, screen.faults; got\n%s", got)
	}
}

// What is typed takes the place of a value that a prompt begins with, and ← edits it.
func TestAPromptIsTypedOverItsValue(t *testing.T) {
	for _, test := range []struct {
		keys []string
		want string
	}{{[]string{"7", "enter"}, "7"}, {[]string{"end", "7", "enter"}, "127"}, {[]string{"enter"}, "12"}} {
		h, _ := typed(t)
		got := ""
		h.m.Ask(ui.Prompt{Title: "amount", Value: "12", Replace: true, Done: func(text string) tea.Cmd { got = text; return nil }})
		for _, key := range test.keys {
			h.send(tuitest.Key(key))
		}
		if got != test.want {
			t.Errorf("%q: got %q, want %q", test.keys, got, test.want)
		}
	}
}

// A sentence of one screen says nothing on the next; an error stays.
func TestASentenceStaysOnItsScreen(t *testing.T) {
	h, _ := typed(t)
	h.m.Toast(frame.Text, "about Flow")
	h.send(tuitest.Key("2"))
	if strings.Contains(h.plain(), "about Flow") {
		t.Error("the sentence is on the next screen, too")
	}
	h.m.Toast(frame.Bad, "it failed")
	h.send(tuitest.Key("3"))
	if !strings.Contains(h.plain(), "it failed") {
		t.Error("the error is gone before it was read")
	}
}

// P goes by whether the world stands now, not by whether it stood when the view was held.
func TestAHeldViewSaysWhetherTheWorldStands(t *testing.T) {
	s, d := atNine(t)
	h := &hand{t: t, m: tui.New(tui.Options{Store: s, Driver: still{d, 9e9}}), w: 120, h: 36}
	h.send(tea.WindowSizeMsg{Width: 120, Height: 36})
	h.send(tuitest.Key("space"))
	for _, test := range []struct {
		kind journal.Kind
		want bool
	}{{journal.WorldPaused, true}, {journal.WorldResumed, false}} {
		s.Feed(t.Context(), &someEntries{[]journal.Entry{{Kind: test.kind, At: 9e9}}})
		h.send(tea.FocusMsg{})
		first := lines(h.plain(), 0, 1)
		if !strings.Contains(first, "HELD") || strings.Contains(first, "PAUSED") != test.want {
			t.Errorf("after %v: got %q", test.kind, first)
		}
	}
}

func TestHeldViewStandsWhileDataFlows(t *testing.T) {
	s, entries, src := fed(t)
	s.Feed(t.Context(), &someEntries{entries[:3000]})
	h := &hand{t: t, m: tui.New(tui.Options{Store: s, Driver: still{tuitest.Driver{Of: src}, 0}}), w: 120, h: 36}
	h.send(tea.WindowSizeMsg{Width: 120, Height: 36})
	h.send(tuitest.Key("5"))
	h.send(tuitest.Key("space"))
	before := h.plain()
	if !strings.Contains(before, "HELD") {
		t.Fatalf("got\n%s", before)
	}
	s.Feed(t.Context(), &someEntries{entries[3000:6000]})
	h.send(tea.FocusMsg{})
	if lines(h.plain(), 3, 34) != lines(before, 3, 34) {
		t.Errorf("before\n%s\nafter\n%s", before, h.plain())
	}
	h.send(tuitest.Key("space"))
	if lines(h.plain(), 3, 34) == lines(before, 3, 34) || !strings.Contains(h.plain(), "LIVE") {
		t.Errorf("after space\n%s", h.plain())
	}
}

func lines(text string, from, to int) string {
	return strings.Join(strings.Split(text, "\n")[from:to], "\n")
}
