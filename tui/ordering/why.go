package ordering

import (
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// drawWhy says why a record was late, what that means for who reads the outputs, and what
// would prevent it: two lines of time, and two sentences; the first line and the last
// sentence where there is little room.
func (s *Screen) drawWhy(c *ui.Context, a frame.Area, m *store.OrderMapping, p *store.OrderPartition, r *store.OrderRecord) {
	v := s.violation(c, m, p, r)
	var later *store.OrderRecord
	if v != nil && v.Later != nil && v.Later.Record.Partition == p.Number {
		later = p.Record(v.Later.Record.Offset)
	}
	y := 0
	line := func(title string, style frame.Style, text string) {
		a.Text(1, y, frame.Text|frame.Bold, title)
		a.Cut(7, y, a.W-8, style, text)
		y++
	}
	times := s.timesOf(c, r, later)
	if a.H < 5 {
		a.Text(1, y, frame.Text|frame.Bold, "WHY")
		drawTimes(a.Sub(7, y, a.W-8, 1), times[0], longest(times))
		y++
		line("RULE", frame.Text, s.meaning(c, m, r, later, v))
		line("FIX", frame.Text, fixOf(v))
		return
	}
	why := "the check of order keeps the newest violations, and this one not any more"
	if v != nil {
		why = v.Rule.ID() + " " + v.Rule.String()
		if reason := v.Why(); reason != "" {
			why += ": " + reason
		}
	}
	line("WHY", frame.Text, why)
	for _, t := range times {
		if t.offset != newest {
			drawTimes(a.Sub(7, y, a.W-8, 1), t, longest(times))
			y++
		}
	}
	line("RULE", frame.Text, s.meaning(c, m, r, later, v))
	line("FIX", frame.Text, fixOf(v))
}

func fixOf(v *order.Violation) string {
	if v == nil || v.Fix == "" {
		return "-"
	}
	return v.Fix
}

// times is where the time of a record went, in ns.
type times struct {
	offset            int64 // newest for no record
	symbol            rune
	queue, init, run  int64
	environment       uint32
	attempt           int32
	running, notBegun bool
}

func (t *times) sum() int64 { return t.queue + t.init + t.run }

func longest(all [2]times) int64 { return max(all[0].sum(), all[1].sum(), 1) }

func (s *Screen) timesOf(c *ui.Context, r, later *store.OrderRecord) [2]times {
	all := [2]times{{offset: newest}, {offset: newest}}
	for i, of := range [...]*store.OrderRecord{r, later} {
		if of != nil {
			all[i] = timeOf(c, of)
			all[i].symbol = s.window.symbolOf(of.Offset)
		}
	}
	return all
}

// timeOf finds out where the time of a record went from its arrival on: with the newest
// attempt of its batch, if there were several.
func timeOf(c *ui.Context, r *store.OrderRecord) times {
	t := times{offset: r.Offset, environment: r.Environment}
	end := r.Ended
	if r.Done == 0 {
		end, t.running = c.View.Now, true
	}
	b, ok := c.View.Order.Batch(r.Batch)
	if !ok || b.Started == 0 {
		t.queue, t.notBegun = end-r.Arrived, true
		return t
	}
	t.environment, t.attempt = b.Environment, b.Attempt
	t.run = end - b.Started
	if b.Ended != 0 {
		t.run = b.Ended - b.Started
	}
	if b.Cold {
		t.init = c.View.Order.Init(b.Environment, r.Arrived, b.Started)
	}
	t.queue = max(b.Started-r.Arrived-t.init, 0)
	return t
}

// drawTimes draws a record's time as bars of one scale.
func drawTimes(a frame.Area, t times, whole int64) {
	const bar = 24
	x := 0
	if t.symbol != 0 {
		x = a.Text(x, 0, frame.Text, string(t.symbol)+" ")
	}
	x = a.Text(x, 0, frame.Text, "@"+number(t.offset)) + 2
	waiting := "queue "
	if t.attempt > 1 {
		waiting = "wait " // its earlier attempts are in it
	}
	for _, part := range [...]struct {
		name  string
		style frame.Style
		glyph rune
		took  int64
	}{{waiting, frame.Dim, '▒', t.queue}, {"init ", frame.Cold, '▓', t.init}, {"run ", frame.Busy, '█', t.run}} {
		if part.took <= 0 {
			continue
		}
		x = a.Text(x, 0, frame.Dim, part.name)
		for range max(int(part.took*bar/whole), 1) {
			a.Rune(x, 0, part.style, part.glyph)
			x++
		}
		x = a.Text(x+1, 0, frame.Text, frame.Span(part.took)) + 2
	}
	if t.attempt > 1 {
		x = a.Text(x, 0, frame.Cold, "attempt "+number(int64(t.attempt))) + 2
	}
	if t.environment != 0 {
		x = a.Text(x, 0, frame.Dim, "on e-"+number(int64(t.environment))) + 2
	}
	if t.running {
		a.Text(x, 0, frame.Cold, "has not ended")
	}
}

// meaning says what it comes to for who reads what was made.
func (s *Screen) meaning(c *ui.Context, m *store.OrderMapping, r, later *store.OrderRecord, v *order.Violation) string {
	if v == nil {
		return "-"
	}
	if later == nil && v.Later != nil && v.Later.Record.Partition != v.Earlier.Record.Partition {
		return "p" + number(int64(v.Earlier.Record.Partition)) + " @" + number(r.Offset) + " and p" + number(int64(v.Later.Record.Partition)) + " @" +
			number(v.Later.Record.Offset) + " are of different partitions: only order by topic is broken"
	}
	if later == nil {
		return v.Rule.ID() + " " + v.Rule.String()
	}
	both := "@" + number(r.Offset) + " and @" + number(later.Offset)
	same := r.Key == later.Key && r.Key != 0
	if !same {
		return both + " have different keys: only order by " + map[bool]string{true: "topic", false: "partition"}[s.rule == order.ByTopic] + " is broken"
	}
	return both + " have one key: " + s.consequence(c, m, r, later)
}

// consequence says what came of two records of one key of which the first was in danger.
func (s *Screen) consequence(c *ui.Context, m *store.OrderMapping, r, later *store.OrderRecord) string {
	reader := "a reader of " + orOutput(outputOf(c, m))
	overtaken := later.Done != 0 && (r.Done == 0 || later.Done < r.Done)
	switch {
	case r.Made != 0 && later.Made != 0 && r.MadeIn != later.MadeIn:
		return "their outputs are in two partitions of " + orOutput(outputOf(c, m)) + ", which have no order among each other"
	case r.Made != 0 && later.Made != 0 && r.Made > later.Made:
		return reader + " sees what came of the later one first"
	case r.Made != 0 && later.Made != 0 && overtaken:
		return m.Function + " was done with the later one first; their outputs are in order, though"
	case r.Made == 0 && later.Made != 0 && r.Done == 0:
		return reader + " sees what came of the later one, and nothing of the first yet"
	case r.Made == 0 && later.Made != 0:
		return reader + " sees what came of the later one, and nothing of the first"
	case overtaken:
		return m.Function + " was done with the later one first"
	case r.Done != 0 && later.Done != 0:
		return m.Function + " had begun with the later one too early; they ended in order, though"
	}
	return m.Function + " began with the later one before the first had ended"
}

func orOutput(topic string) string {
	if topic == "" {
		return "the output"
	}
	return topic
}
