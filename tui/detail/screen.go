// Package detail is the screen Detail of the terminal UI: one record with its payload and
// headers, where it came from and what became of it, over the screen it was opened from.
package detail

import (
	"strconv"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/tui/eventlist"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/record"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// tab is a part of the screen.
type tab int

// The tabs.
const (
	tabPayload tab = iota
	tabHeaders
	tabLineage
	tabTiming
	tabAttempts
	tabRaw

	tabCount
)

var tabNames = [tabCount]string{"Payload", "Headers", "Lineage", "Timing", "Attempts", "Raw"}

// place is a record, and the number of the event that is meant.
type place struct {
	of  lineage.Record
	row uint64
}

// Screen is the screen Detail.
type Screen struct {
	place
	open  bool
	asked uint64 // up to which event one about the record was looked for
	tab   tab
	top   [tabCount]int
	rows  int // that are seen
	count int // that there are
	page  int // of a large payload
	line  int // that is selected in the lineage
	diff  bool
	been  []place // records from which another one was opened
	list  eventlist.List

	// What was made of what is loaded.
	told   *lineage.Story
	lines  []record.Line
	fated  []section
	folded folded
	by     []store.Event
	byRow  uint64
}

// New returns the screen as it is at the start.
func New() *Screen { return &Screen{} }

// ID implements ui.Screen.
func (s *Screen) ID() ui.ID { return ui.Detail }

// Title implements ui.Screen.
func (s *Screen) Title() string { return "Detail" }

// Short implements ui.Screen.
func (s *Screen) Short() string { return "Detail" }

// Badge implements ui.Screen.
func (s *Screen) Badge(*ui.Context) string { return "" }

// Open implements ui.Opener.
func (s *Screen) Open(_ *ui.Context, t ui.Target) {
	if t.Record {
		s.been = s.been[:0]
		s.show(place{lineage.Record{Topic: t.Topic, Partition: t.Partition, Offset: t.Offset}, t.Row})
	}
}

// show goes to a record.
func (s *Screen) show(p place) {
	s.place, s.open, s.asked = p, true, 0
	s.top, s.page, s.line, s.diff = [tabCount]int{}, 0, 0, false
}

// event is the row of the record, nil if none is kept: that which was meant, else the
// newest.
func (s *Screen) event(c *ui.Context) *store.Event {
	e := &c.View.Events
	if s.row == 0 {
		for n := e.Total; n >= max(e.First(), s.asked+1); n-- {
			row := e.At(n)
			if row.Offset == s.of.Offset && row.Partition == s.of.Partition && e.Names[row.Of].Topic == s.of.Topic {
				s.row = n
				break
			}
		}
		s.asked = e.Total
	}
	return e.At(s.row)
}

// message is the record with its payload.
func (s *Screen) message(c *ui.Context) (m *journal.Message, there bool, err error) {
	return record.Message(c, s.of.Topic, s.of.Partition, s.of.Offset)
}

// story is what is known of the record, nil until it was read.
func (s *Screen) story(c *ui.Context) (*lineage.Story, error) {
	told, err := record.Story(c, s.of.Topic, s.of.Partition, s.of.Offset)
	if told != s.told || told == nil {
		s.told, s.lines, s.fated = told, nil, nil
		if told != nil {
			s.lines = record.Tree(told, s.late(c))
		}
		s.line = min(s.line, max(len(s.lines)-1, 0))
	}
	return told, err
}

// late says how late the event was, "" if it was not.
func (s *Screen) late(c *ui.Context) string {
	if row := s.event(c); row != nil && row.Late > 0 {
		return "⇅" + strconv.Itoa(int(row.Late)) + " late"
	}
	return ""
}

// overtakers are the events that overtook this one.
func (s *Screen) overtakers(c *ui.Context) []store.Event {
	if row := s.event(c); row != nil && s.byRow != row.Number {
		s.by, s.byRow = c.View.Events.Overtakers(row.Number, 16), row.Number
	} else if row == nil {
		s.by, s.byRow = nil, 0
	}
	return s.by
}

// Draw implements ui.Screen.
func (s *Screen) Draw(c *ui.Context, a frame.Area) {
	if a.W <= 0 || a.H <= 0 {
		return
	}
	s.list.Update(c, eventlist.Picks{Pin: c.Pinned})
	if !s.open {
		a.Cut(3, 1, a.W-4, frame.Text, "No record is open: Enter on an event opens it.")
		return
	}
	title, rest := a.Top(1)
	s.drawTitle(c, title)
	tabs, body := rest.Top(1)
	s.drawTabs(c, tabs)
	if s.tab == tabPayload && !s.diff {
		s.drawOverview(c, body)
		return
	}
	s.scroll(body, s.content(c), int(s.tab))
}

// scroll draws the part of something that is seen, and keeps it in bounds.
func (s *Screen) scroll(a frame.Area, of content, which int) {
	if lines, ok := of.(text); ok {
		of = s.folded.fold(lines, a.W-2)
	}
	s.rows, s.count = a.H, of.rows()
	top := &s.top[which]
	if st, ok := of.(*story); ok {
		*top = min(max(*top, st.at-a.H+1), st.at)
	}
	*top = max(min(*top, s.count-a.H), 0)
	for y := 0; y < a.H && *top+y < s.count; y++ {
		of.draw(a, y, *top+y)
	}
}

// drawTitle writes which record it is, and how it ended.
func (s *Screen) drawTitle(c *ui.Context, a frame.Area) {
	x := a.Text(1, 0, frame.Text|frame.Bold, s.of.String())
	if m, _, _ := s.message(c); m != nil && m.Key != nil {
		x = a.Middle(x+3, 0, 32, frame.Text, record.KeyText(m.Key))
	}
	if style, words := s.ended(c); words != "" {
		x = a.Text(x+3, 0, style, words)
	}
	if at := s.list.Find(s.row); at >= 0 && s.row != 0 && s.list.Number(at) == s.row {
		where := frame.Grouped(uint64(at+1)) + " of " + frame.Grouped(uint64(s.list.Len()))
		if x+frame.Width(where)+2 < a.W {
			a.Right(a.W-1, 0, frame.Dim, where)
		}
	}
}

// ended says how the event ended.
func (s *Screen) ended(c *ui.Context) (frame.Style, string) {
	row := s.event(c)
	if row == nil {
		return frame.Dim, ""
	}
	tries := ""
	if row.Attempt > 1 {
		tries = " after " + strconv.Itoa(int(row.Attempt)) + " tries"
	}
	switch row.State {
	case store.EventOK:
		return frame.Text, "ok" + tries
	case store.EventDeadLettered:
		return frame.Bad, "DLQ" + tries
	case store.EventDropped:
		return frame.Bad, "DROPPED" + tries
	case store.EventExpired:
		return frame.Bad, "EXPIRED"
	case store.EventFiltered:
		return frame.Dim, "left out by a filter"
	case store.EventHeld:
		return frame.Cold, "HELD for the next revision"
	case store.EventThrottled:
		return frame.Bad, "THROTTLED"
	case store.EventTimeout:
		return frame.Bad, "TIMEOUT at try " + strconv.Itoa(int(row.Attempt))
	}
	return frame.Bad, "ERR at try " + strconv.Itoa(int(row.Attempt))
}

// drawTabs writes the tabs.
func (s *Screen) drawTabs(c *ui.Context, a frame.Area) {
	x := 1
	for t := range tabCount {
		name := tabNames[t]
		if told, _ := s.story(c); t == tabAttempts && told != nil { // not that of the record before
			if n := attempts(told); n > 0 {
				name += " " + strconv.Itoa(n)
			}
		}
		if t == s.tab {
			x = a.Text(x, 0, frame.Text|frame.Bold, "["+name+"]") + 1
		} else {
			x = a.Text(x, 0, frame.Dim, " "+name+" ") + 1
		}
	}
	if s.diff {
		a.Text(x+1, 0, frame.Cold, "d: input against output")
	}
}

func attempts(of *lineage.Story) int {
	n := 0
	for _, r := range of.Readings {
		n += len(r.Attempts)
	}
	return n
}

// content is what a tab shows.
func (s *Screen) content(c *ui.Context) content {
	switch {
	case s.diff:
		return s.differences(c)
	case s.tab == tabHeaders:
		return s.headers(c)
	case s.tab == tabRaw:
		m, there, err := s.message(c)
		if what := missing(m, there, err); what != nil {
			return what
		}
		return hex(m.Value)
	case s.tab == tabPayload:
		return s.payload(c)
	}
	told, err := s.story(c)
	switch {
	case err != nil:
		return say(frame.Bad, err.Error())
	case told == nil:
		return say(frame.Dim, "reading the journal ...")
	case s.tab == tabLineage:
		return &story{s.lines, s.line, record.ColumnsOf(s.lines)}
	case s.tab == tabTiming:
		return timing(told)
	}
	lines := attemptTable(told)
	if why := whyFailed(told, 110, 200); len(why) > 0 {
		lines = append(append(lines, nil, []part{{frame.Dim, "the last failure"}}), why...)
	}
	return lines
}

// Says implements ui.Screen.
func (s *Screen) Says(c *ui.Context) (frame.Style, string) {
	switch {
	case !s.open:
		return frame.Dim, ""
	case s.count > s.rows:
		return frame.Dim, "lines " + strconv.Itoa(s.top[s.tab]+1) + " to " + strconv.Itoa(min(s.top[s.tab]+s.rows, s.count)) + " of " + strconv.Itoa(s.count)
	case c.Mode == ui.Finished:
		return frame.Dim, "W saves this record to a fixture; the run is over, so nothing can be sent"
	}
	return frame.Dim, "re-drive writes a NEW record to " + s.of.Topic + "; " + s.of.String() + " stays as it is"
}
