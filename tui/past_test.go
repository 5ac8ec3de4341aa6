package tui_test

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
)

// The view at the time cursor is that of a run that was fed up to there, wherever the
// cursor comes from.
func TestTimeCursor(t *testing.T) {
	p := past(t)
	h := &hand{t: t, m: tui.New(tui.Options{Past: p, Driver: tuitest.Driver{}}), w: 120, h: 36}
	h.send(tea.WindowSizeMsg{Width: 120, Height: 36})
	whole := p.View()
	for _, at := range []struct {
		typed string
		until int64
	}{{"9", 9e9}, {"00:04", 4e9}, {"12.5", 12_500_000_000}, {"9", 9e9}, {"0", 0}} {
		h.send(tuitest.Key("@"))
		for _, r := range at.typed {
			h.send(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
		h.send(tuitest.Key("enter"))
		want, _ := tuitest.Shop(t, "testdata/shop.journal", at.until)
		got := p.View()
		if got.Entries != want.Entries || got.Now != at.until || got.Flow.Produced != want.Flow.Produced || got.Logs.Total != want.Logs.Total ||
			got.Order.Violations() != want.Order.Violations() {
			t.Errorf("at %s: %d entries at %d, want %d at %d", at.typed, got.Entries, got.Now, want.Entries, at.until)
		}
	}
	h.send(tuitest.Key("shift+end"))
	if got := p.View(); got.Entries != whole.Entries || !strings.Contains(h.plain(), "FINISHED") {
		t.Errorf("at the end: %d entries of %d", got.Entries, whole.Entries)
	}
}

func TestATimeThatIsNoneIsRefused(t *testing.T) {
	for _, text := range []string{"x", "1:2:3:4", "1:75", "-3", "1.5:20", "1e300"} {
		h := &hand{t: t, m: tui.New(tui.Options{Past: past(t), Driver: tuitest.Driver{}}), w: 120, h: 36}
		h.send(tea.WindowSizeMsg{Width: 120, Height: 36})
		h.send(tuitest.Key("@"))
		for _, r := range text {
			h.send(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
		if got := h.plain(); !strings.Contains(got, "is no time: write seconds") {
			t.Errorf("%q: got\n%s", text, got[max(0, len(got)-300):])
		}
	}
}

// broken is a journal that cannot be read a second time.
type broken struct {
	journal.Source
	reads int
}

func (b *broken) Scan(want journal.Want, f func(*journal.Entry) bool) error {
	if b.reads++; b.reads > 1 {
		return errors.New("chunk 3 is damaged")
	}
	return b.Source.Scan(want, f)
}

func TestTheTimeCursorSaysWhatCannotBeRead(t *testing.T) {
	_, src := tuitest.Shop(t, "testdata/shop.journal", 0)
	p, err := tui.NewPast(&broken{Source: src})
	if err != nil {
		t.Fatal(err)
	}
	h := &hand{t: t, m: tui.New(tui.Options{Past: p, Driver: tuitest.Driver{}}), w: 120, h: 36}
	h.send(tea.WindowSizeMsg{Width: 120, Height: 36})
	h.send(tuitest.Key("<"))
	if got := h.plain(); !strings.Contains(got, "chunk 3 is damaged") || p.View() == nil {
		t.Errorf("got\n%s", got)
	}
}

// Entries that are missing are told of wherever the cursor comes from.
func TestTheTimeCursorKnowsOfGaps(t *testing.T) {
	held := &journal.Held{Gone: 100 + 50}
	for seq := uint64(101); seq <= 400; seq++ {
		if seq <= 200 || seq > 250 {
			held.Entries = append(held.Entries, journal.Entry{Seq: seq, At: int64(seq) * 1e8, Kind: journal.Note})
		}
	}
	p, err := tui.NewPast(held)
	if err != nil {
		t.Fatal(err)
	}
	h := &hand{t: t, m: tui.New(tui.Options{Past: p, Driver: tuitest.Driver{}}), w: 120, h: 36}
	h.send(tea.WindowSizeMsg{Width: 120, Height: 36})
	want := p.View().Missed
	for _, key := range []string{"shift+home", "shift+end"} {
		h.send(tuitest.Key(key))
	}
	if got := p.View().Missed; got != want || want != held.Gone {
		t.Errorf("%d are missing, and %d after the cursor was moved; want %d", want, got, held.Gone)
	}
}
