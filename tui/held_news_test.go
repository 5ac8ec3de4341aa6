package tui_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
)

// A build that breaks while the view is held is told once, and so is the next that serves.
func TestHeldViewTellsOfBrokenCode(t *testing.T) {
	s, entries, src := fed(t)
	s.Feed(t.Context(), &someEntries{entries[:3000]})
	h := &hand{t: t, m: tui.New(tui.Options{Store: s, Driver: still{tuitest.Driver{Of: src}, 0}}), w: 120, h: 36}
	h.send(tea.WindowSizeMsg{Width: 120, Height: 36})
	h.send(tuitest.Key("space"))
	at := entries[2999].At
	s.Feed(t.Context(), &someEntries{[]journal.Entry{{Kind: journal.Reloaded, Function: "enrich", Revision: 2, At: at, Outcome: journal.FunctionError, Reason: "app.py:3: no"}}})
	h.send(tea.FocusMsg{})
	if got := h.plain(); !strings.Contains(got, "enrich r2 does not serve: app.py:3: no (the view is held") {
		t.Errorf("got\n%s", got)
	}
	s.Feed(t.Context(), &someEntries{[]journal.Entry{{Kind: journal.Reloaded, Function: "enrich", Revision: 3, At: at, Outcome: journal.Succeeded}}})
	h.send(tea.FocusMsg{})
	if got := h.plain(); !strings.Contains(got, "enrich r3 serves (the view is held") {
		t.Errorf("got\n%s", got)
	}
}
