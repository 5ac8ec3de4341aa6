package tui_test

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
	"github.com/coldbrook-dev/coldbrook/tui"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// hand uses a Model without a program: it carries out its commands at once.
type hand struct {
	t     testing.TB
	m     *tui.Model
	w, h  int
	quits int
	wait  time.Duration // for a command; 0 means 20 ms
}

// send has a message taken, and what follows from it.
func (d *hand) send(msg tea.Msg) {
	_, cmd := d.m.Update(msg)
	d.check(msg)
	d.do(cmd, 0)
}

// do carries a command out, unless it waits for the clock.
func (d *hand) do(cmd tea.Cmd, depth int) {
	if cmd == nil || depth > 8 {
		return
	}
	got := make(chan tea.Msg, 1)
	go func() { got <- cmd() }()
	var msg tea.Msg
	select {
	case msg = <-got:
	case <-time.After(cmp.Or(d.wait, 5*time.Second)): // what waits for somebody
		return
	}
	switch msg := msg.(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			d.do(c, depth+1)
		}
	case tea.QuitMsg:
		d.quits++
	default:
		_, next := d.m.Update(msg)
		d.check(msg)
		d.do(next, depth+1)
	}
}

// check draws, and checks that nothing is outside of the terminal.
func (d *hand) check(after tea.Msg) {
	lines := strings.Split(d.m.View().Content, "\n")
	if len(lines) > max(d.h, 1) {
		d.t.Fatalf("after %v: %d lines on %d rows", after, len(lines), d.h)
	}
	for i, line := range lines {
		if n := ansi.StringWidth(line); n > d.w {
			d.t.Fatalf("after %v: line %d has %d columns of %d: %q", after, i, n, d.w, line)
		}
	}
}

// plain is the text on the screen.
func (d *hand) plain() string { return ansi.Strip(d.m.View().Content) }

// rejecting is a driver that has records and refuses everything else.
type rejecting struct{ tuitest.Driver }

func (rejecting) Set(context.Context, []string) (string, error) { return "", errors.New("refused") }

// fed is a store with the first part of the shop's run in it, and the rest of it.
func fed(t testing.TB) (*store.Store, []journal.Entry, journal.Source) {
	f, err := journalfile.Open("testdata/shop.journal")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	var all []journal.Entry
	if err := f.Scan(journal.Want{}, func(e *journal.Entry) bool {
		c := *e
		if e.Each != nil {
			each := *e.Each
			each.Each = append([]journal.Known(nil), e.Each.Each...)
			each.Origins = append([]int32(nil), e.Each.Origins...)
			c.Each = &each
		}
		all = append(all, c)
		return e.Kind != journal.RunStopped
	}); err != nil {
		t.Fatal(err)
	}
	return store.NewStore(f.Description()), all, f
}

// someEntries yields entries, n at a time.
type someEntries struct{ rest []journal.Entry }

func (s *someEntries) Next(_ context.Context, buf []journal.Entry) (int, uint64, error) {
	if len(s.rest) == 0 {
		return 0, 0, context.Canceled
	}
	n := copy(buf, s.rest)
	s.rest = s.rest[n:]
	return n, 0, nil
}

// TestRandomKeys presses random keys at random sizes, on a run that goes on and on one that
// is over. COLDBROOK_FUZZ=10m does it for so long.
func TestRandomKeys(t *testing.T) {
	limit := 3 * time.Second
	if d, err := time.ParseDuration(os.Getenv("COLDBROOK_FUZZ")); err == nil {
		limit = d
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	until := time.Now().Add(limit)
	for round := 0; time.Now().Before(until) || round < 2; round++ {
		s, entries, src := fed(t)
		o := tui.Options{Driver: rejecting{tuitest.Driver{Of: src}}, Store: s, ASCII: round%3 == 0}
		if round%2 == 1 {
			o.Store, o.Past = nil, past(t)
		}
		d := &hand{t: t, m: tui.New(o)}
		d.check(nil)
		d.use(random, s, entries, until)
	}
}

// use presses some hundred keys.
func (d *hand) use(random *rand.Rand, s *store.Store, entries []journal.Entry, until time.Time) {
	var keys []string
	for _, table := range tui.KeyTables() {
		for _, k := range table.Keys {
			if k.ID != "quit" {
				keys = append(keys, k.Keys...)
			}
		}
	}
	keys = append(keys, "enter", "esc", "tab", "j", "k", "up", "down", "backspace", "y", "n", "x", "(", "=", "5", "ß")
	for i := 0; i < 400 && (i < 50 || time.Now().Before(until)); i++ {
		if len(entries) > 0 && random.IntN(3) == 0 {
			n := min(random.IntN(200), len(entries))
			s.Feed(context.Background(), &someEntries{entries[:n]})
			entries = entries[n:]
		}
		switch random.IntN(12) {
		case 0:
			sizes := [][2]int{{120, 36}, {80, 24}, {60, 15}, {200, 60}, {random.IntN(200), random.IntN(70)}, {random.IntN(6), random.IntN(6)}}
			size := sizes[random.IntN(len(sizes))]
			d.w, d.h = size[0], size[1]
			d.send(tea.WindowSizeMsg{Width: d.w, Height: d.h})
		case 1:
			d.send(tea.MouseClickMsg{X: random.IntN(130), Y: random.IntN(40), Button: tea.MouseLeft})
		case 2:
			d.send(tea.MouseWheelMsg{X: random.IntN(130), Y: random.IntN(40), Button: tea.MouseWheelDown})
		case 3:
			d.send(tea.KeyPressMsg(tuitest.Key(string(rune('1' + random.IntN(int(ui.Tabs)))))))
		default:
			d.send(tuitest.Key(keys[random.IntN(len(keys))]))
		}
	}
}
