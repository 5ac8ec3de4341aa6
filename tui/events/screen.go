// Package events is the screen Events of the terminal UI: what became of records, in the
// order in which they ended, with the story of the one that is selected.
package events

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/tui/eventlist"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Screen is the screen Events.
type Screen struct {
	list eventlist.List
	// cursor is the number of the row that is selected, 0 for the newest; top that of the
	// first row that is shown, rows how many are.
	cursor, top uint64
	rows        int
	wasHeld     bool
	picks       eventlist.Picks
	hidden      map[columnID]bool
	noStory     bool
	keys        keyTexts
	pane        pane
	calm        settled
	now         func() time.Time // for tests
}

// New returns the screen as it is at the start.
func New() *Screen {
	return &Screen{now: time.Now, hidden: map[columnID]bool{colRevision: true}, keys: keyTexts{}}
}

// ID implements ui.Screen.
func (s *Screen) ID() ui.ID { return ui.Events }

// Title implements ui.Screen.
func (s *Screen) Title() string { return "Events" }

// Short implements ui.Screen.
func (s *Screen) Short() string { return "Evt" }

// Badge implements ui.Screen.
func (s *Screen) Badge(*ui.Context) string { return "" }

// Open implements ui.Opener.
func (s *Screen) Open(c *ui.Context, t ui.Target) {
	s.update(c)
	e := &c.View.Events
	number := uint64(0)
	switch {
	case t.Row != 0 && e.At(t.Row) != nil:
		number = t.Row
	case t.Record || t.Invocation != 0:
		number = newest(e, func(row *store.Event) bool {
			if t.Record {
				return row.Offset == t.Offset && row.Partition == t.Partition && e.Names[row.Of].Topic == t.Topic
			}
			return row.Invocation == t.Invocation
		})
	case t.At != 0:
		number = newest(e, func(row *store.Event) bool { return row.At <= t.At })
	}
	if number != 0 {
		s.selectRow(c, number)
	}
}

// newest is the number of the newest row that is wanted, 0 for none.
func newest(e *store.Events, want func(*store.Event) bool) uint64 {
	for n := e.Total; n >= e.First() && n > 0; n-- {
		if want(e.At(n)) {
			return n
		}
	}
	return 0
}

// Filtered implements ui.Filterer.
func (s *Screen) Filtered(c *ui.Context) { s.update(c) }

// update brings the list up to date.
func (s *Screen) update(c *ui.Context) {
	if s.wasHeld && c.Mode == ui.Live {
		s.cursor = 0 // what was held goes on
	}
	s.wasHeld = c.Mode == ui.Held
	s.picks.Pin = c.Pinned
	s.list.Update(c, s.picks)
}

// at is the place of the selected row in the list, -1 in an empty one.
func (s *Screen) at() int {
	if s.cursor == 0 {
		return s.list.Len() - 1
	}
	return s.list.Find(s.cursor)
}

// selected is the row that is selected, nil if there is none.
func (s *Screen) selected(c *ui.Context) *store.Event {
	return c.View.Events.At(s.list.Number(s.at()))
}

// record is the one that is selected; ok is false if there is none.
func (s *Screen) record(c *ui.Context) (r lineage.Record, ok bool) {
	row := s.selected(c)
	if row == nil {
		return r, false
	}
	return lineage.Record{Topic: c.View.Events.Names[row.Of].Topic, Partition: row.Partition, Offset: row.Offset}, true
}

// selectRow selects a row by its number, and lets the view stand.
func (s *Screen) selectRow(c *ui.Context, number uint64) {
	if number == 0 {
		return
	}
	s.cursor = number
	if c.Mode == ui.Live {
		c.Hold()
	}
	s.wasHeld = c.Mode == ui.Held
}

// move moves the selection by rows; up from the newest it holds the view.
func (s *Screen) move(c *ui.Context, by int) {
	s.update(c)
	at := s.at()
	to := min(max(at+by, 0), s.list.Len()-1)
	if to < 0 || to == at && s.cursor == 0 && by > 0 {
		return
	}
	s.selectRow(c, s.list.Number(to))
}

// follow goes back to the newest.
func (s *Screen) follow(c *ui.Context) {
	s.cursor = 0
	if c.Mode == ui.Held {
		c.Release()
	}
}

// Scroll implements ui.Scroller.
func (s *Screen) Scroll(c *ui.Context, _, _, rows int) tea.Cmd {
	s.move(c, rows)
	return nil
}

// Click implements ui.Clicker.
func (s *Screen) Click(c *ui.Context, _, y int) tea.Cmd {
	s.update(c)
	if y >= 1 && y <= s.rows {
		if n := s.list.Number(s.list.Find(s.top) + y - 1); n != 0 {
			s.selectRow(c, n)
		}
	}
	return nil
}

// window is the place of the first row that is shown of h, so that the selected one is
// among them.
func (s *Screen) window(h int) int {
	s.rows = h
	at, first := s.at(), s.list.Find(s.top)
	switch {
	case s.cursor == 0:
		first = at - h + 1
	case at < first:
		first = at
	case at >= first+h:
		first = at - h + 1
	}
	first = max(min(first, s.list.Len()-h), 0)
	s.top = s.list.Number(first)
	return first
}

// settled tells whether a row has been selected for a while.
type settled struct {
	number uint64
	since  time.Time
}

// restFor is how long a row is selected before its story is read.
const restFor = 120 * time.Millisecond

func (s *settled) on(number uint64, now time.Time) bool {
	if s.number != number {
		s.number, s.since = number, now
	}
	return now.Sub(s.since) >= restFor
}

// Draw implements ui.Screen.
func (s *Screen) Draw(c *ui.Context, a frame.Area) {
	s.update(c)
	if a.H <= 0 || a.W <= 0 {
		return
	}
	if s.list.Len() == 0 {
		s.drawEmpty(c, a)
		return
	}
	body := s.split(c, a)
	first := s.window(max(body.H-1, 0))
	l := s.layout(c, body.W)
	s.drawHeader(l, body)
	loads := s.mayLoad(c)
	for y := 1; y < body.H; y++ {
		number := s.list.Number(first + y - 1)
		if number == 0 {
			break
		}
		s.drawRow(c, l, body, y, c.View.Events.At(number), loads)
	}
}

// split takes room for the story of the selected row, draws it, and returns what is left.
func (s *Screen) split(c *ui.Context, a frame.Area) frame.Area {
	following := s.cursor == 0 && c.Mode == ui.Live
	if s.noStory || following || a.H < 14 {
		return a
	}
	if a.W >= 160 {
		left, right := a.Left(a.W * 3 / 5)
		s.drawStory(c, right)
		return left
	}
	h := a.H * 2 / 5
	if a.H >= 24 {
		h++
	}
	story, list := a.Bottom(h)
	s.drawStory(c, story)
	return list
}

// mayLoad reports whether payloads are worth loading: not while rows rush by.
func (s *Screen) mayLoad(c *ui.Context) bool {
	first := s.top
	defer func() { s.pane.top = first }()
	return c.Mode != ui.Live || s.cursor != 0 || first-s.pane.top < uint64(max(s.rows/3, 1))
}
