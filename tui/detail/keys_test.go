package detail

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// No size and no key is too much.
func TestAnySize(t *testing.T) {
	s, p := paper(t, keyLate)
	var keys []string
	for _, k := range s.Keys() {
		keys = append(keys, k.Keys...)
	}
	rapid.Check(t, func(t *rapid.T) {
		p.Press(s, rapid.SampledFrom(keys).Draw(t, "key"))
		p.Draw(s, rapid.IntRange(0, 210).Draw(t, "w"), rapid.IntRange(0, 60).Draw(t, "h"))
	})
}

// Enter goes along the lineage, b comes back; n and N go along the list.
func TestWalk(t *testing.T) {
	s, p := paper(t, keyLate)
	first := s.of
	p.Press(s, "l")
	p.Draw(s, 120, 36)
	for i, l := range s.lines {
		if l.Record.Topic == "orders.enriched" {
			s.line = i
		}
	}
	p.Press(s, "enter")
	if s.of.Topic != "orders.enriched" {
		t.Fatalf("enter: at %s", s.of)
	}
	p.Draw(s, 120, 36)
	if !slices.ContainsFunc(s.lines, func(l recordLine) bool { return l.Record == first }) {
		t.Errorf("%s is not said to come from %s", s.of, first)
	}
	if p.Press(s, "b"); s.of != first {
		t.Errorf("b: at %s, want %s", s.of, first)
	}
	p.Draw(s, 120, 36)
	row := s.row
	if p.Press(s, "n"); s.row != row+1 {
		t.Errorf("n: at %d, want %d", s.row, row+1)
	}
	p.Filter = "keylate"
	p.Draw(s, 120, 36)
	if p.Press(s, "N"); s.event(p.Context(120, 36)).KeyLate == false || s.row > row {
		t.Errorf("N with a filter: at %+v", s.event(p.Context(120, 36)))
	}
}

// driver is one of a run that goes on.
type driver struct {
	tuitest.Driver
	sent *[]string
}

func (d driver) Redrive(_ context.Context, topic string, _ int32, _ int64, value []byte) (string, error) {
	*d.sent = append(*d.sent, topic+" "+string(value))
	return "sent", nil
}

// host runs an editor that does something to the file, and answers questions.
type host struct {
	ui.Host
	edit   func(path string) error
	asked  []ui.Line
	refuse bool
}

func (h *host) Exec(name string, args []string, done func(error) tea.Cmd) tea.Cmd {
	return done(h.edit(args[len(args)-1]))
}

func (h *host) Confirm(_ string, lines []ui.Line, yes func() tea.Cmd) {
	if h.asked = lines; !h.refuse {
		yes()
	}
}

// What is sent is what was edited, if anything was; an editor that fails sends nothing.
func TestEdit(t *testing.T) {
	write := func(text string) func(string) error {
		return func(path string) error { return os.WriteFile(path, []byte(text), 0o600) }
	}
	for name, test := range map[string]struct {
		edit   func(string) error
		refuse bool
		want   string
	}{
		"edited":       {edit: write("{\"id\": 1}\n"), want: `orders {"id": 1}`},
		"refused":      {edit: write(`{"id": 1}`), refuse: true},
		"unchanged":    {edit: func(string) error { return nil }},
		"line ended":   {edit: func(path string) error { return appendTo(path, "\n") }},
		"failed":       {edit: func(string) error { return errors.New("exit status 1") }},
		"file is gone": {edit: os.Remove},
	} {
		t.Run(name, func(t *testing.T) {
			s, p := paper(t, deadLettered)
			var sent []string
			p.Mode = ui.Live
			p.Driver = driver{p.Driver.(tuitest.Driver), &sent}
			h := &host{Host: p, edit: test.edit, refuse: test.refuse}
			c := p.Context(120, 36)
			c.Host = h
			s.Draw(c, area(120, 36))
			for _, k := range s.Keys() {
				if k.ID == "detail.edit" {
					k.Run(c, "R")
				}
			}
			if got := strings.Join(sent, ";"); got != test.want {
				t.Errorf("sent %q, want %q (%v)", got, test.want, p.Toasts)
			}
			if test.want != "" && !slices.ContainsFunc(h.asked, func(l ui.Line) bool { return strings.Contains(l.Text, `+   "id": 1`) }) {
				t.Errorf("the question does not show the difference: %v", h.asked)
			}
			if test.edit != nil && test.want == "" && !test.refuse && len(p.Toasts) == 0 {
				t.Error("nothing is said")
			}
		})
	}
}

func appendTo(path, text string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, text...), 0o600)
}

// A payload that is gone says so; a large one comes in pages.
func TestPayloads(t *testing.T) {
	s, p := paper(t, deadLettered)
	of := func(value []byte) string {
		p.Driver = tuitest.Driver{Of: &journal.Held{Messages: []journal.Message{{Topic: s.of.Topic, Partition: s.of.Partition, Offset: s.of.Offset, Value: value}}}}
		p.Forget("")
		p.Draw(s, 80, 24)
		return p.Draw(s, 80, 24)
	}
	p.Driver = tuitest.Driver{Of: &journal.Held{}}
	if got := p.Draw(s, 80, 24); !strings.Contains(got, "The payload is gone") {
		t.Errorf("gone: got\n%s", got)
	}
	if got := of(nil); !strings.Contains(got, "tombstone") {
		t.Errorf("tombstone: got\n%s", got)
	}
	if got := of([]byte{0xff, 0xfe}); !strings.Contains(got, "no text") {
		t.Errorf("binary: got\n%s", got)
	}
	large := []byte(strings.Repeat("0123456789abcdef", 10_000))
	if got := of(large); !strings.Contains(got, "page 1 of 3") {
		t.Errorf("large: got\n%s", got)
	}
	if p.Press(s, "G", "pgdown"); !strings.Contains(p.Draw(s, 80, 24), "page 2 of 3") {
		t.Errorf("page down: got\n%s", p.Draw(s, 80, 24))
	}
	if p.Press(s, "pgup"); !strings.Contains(p.Draw(s, 80, 24), "page 1 of 3") {
		t.Errorf("page up: got\n%s", p.Draw(s, 80, 24))
	}
}
