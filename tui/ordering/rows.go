package ordering

import (
	"context"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/record"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// drawEvents draws the records of the window, one column each: in the order of their
// offsets, of their end, of their outputs; which share a key, and where they ran.
func (s *Screen) drawEvents(c *ui.Context, a frame.Area, m *store.OrderMapping, p *store.OrderPartition) {
	w := &s.window
	title := "p" + number(int64(p.Number)) + ": one column = one record, @" + number(w.first) + " .. @" + number(w.first+int64(w.n)-1)
	right := ""
	if a.W >= 100 {
		right = "h/l pan  o/O next violation"
	} else if s.from == newest && a.W >= 70 {
		right = "newest"
	}
	a.Rule(0, title, right)
	y := 1
	if a.H >= 8 {
		s.drawOffsets(a, y)
		y++
	}
	s.drawIn(a, y)
	s.drawDone(a, y+1)
	y += 3
	if a.H >= 7 {
		s.drawOut(a, y, m)
		y++
	}
	s.drawKeys(c, a, y, m, p)
	if y++; a.H >= 8 {
		s.drawEnvironments(a, y)
	}
}

// aside is where what explains a row begins.
func (s *Screen) aside() int { return x(s.window.n-1) + 4 }

func (s *Screen) drawOffsets(a frame.Area, y int) {
	a.Text(1, y, frame.Dim, "offset")
	for i := 0; i < s.window.n; i += 10 {
		a.Cut(x(i), y, 10, frame.Dim, "@"+number(s.window.first+int64(i)))
	}
}

// drawIn draws the records that have arrived.
func (s *Screen) drawIn(a frame.Area, y int) {
	a.Text(1, y, frame.Dim, "IN")
	w := &s.window
	waiting := false
	for i, r := range w.records[:w.n] {
		switch {
		case r == nil:
		case r.Done == 0:
			a.Rune(x(i), y, frame.Cold, w.symbol(i))
			waiting = true
		default:
			a.Rune(x(i), y, s.chosenStyle(r), w.symbol(i))
		}
	}
	if waiting && a.W >= 100 {
		a.Text(s.aside(), y, frame.Dim, "not in DONE: not ended yet")
	}
}

// chosenStyle is that of a record in the rows: the one that is selected stands out.
func (s *Screen) chosenStyle(r *store.OrderRecord) frame.Style {
	if r.Offset == s.late {
		return frame.Moved | frame.Bold
	}
	return frame.Text
}

// drawDone draws the records in the order in which they ended, and below them which were
// early, how many places late, or given up.
func (s *Screen) drawDone(a frame.Area, y int) {
	a.Text(1, y, frame.Dim, "DONE")
	w := &s.window
	// What is ahead of a record in the window and has not ended yet when it does.
	var ended [most]bool
	ahead := 0
	for place, column := range w.done {
		r := w.records[column]
		ended[column] = true
		for ahead < w.n && (ended[ahead] || w.records[ahead] == nil) {
			ahead++
		}
		a.Rune(x(place), y, s.chosenStyle(r), w.symbol(int(column)))
		style, mark := markOf(r, ahead < int(column))
		a.Rune(x(place), y+1, style, mark)
	}
	if a.W >= 100 {
		a.Text(s.aside(), y, frame.Dim, "^ ended early  n places late")
		a.Text(s.aside(), y+1, frame.Dim, "+ 10 or more   D given up")
		return
	}
	if a.W < 70 {
		return
	}
	a.Text(s.aside(), y, frame.Dim, "^ early")
	a.Text(s.aside(), y+1, frame.Dim, "n late")
}

// markOf is what stands below a record that has ended.
func markOf(r *store.OrderRecord, early bool) (frame.Style, rune) {
	style := frame.Dim
	if r.KeyLate {
		style = frame.Moved
	}
	switch {
	case r.Outcome != journal.Succeeded && r.Outcome != journal.Filtered:
		return frame.Bad, 'D'
	case r.Late > 9:
		return style, '+'
	case r.Late > 0:
		return style, rune('0' + r.Late)
	case early:
		return frame.Dim, '^'
	}
	return frame.Text, ' '
}

// drawOut draws the records in the order in which their outputs came.
func (s *Screen) drawOut(a frame.Area, y int, m *store.OrderMapping) {
	a.Text(1, y, frame.Dim, "OUT")
	w := &s.window
	if !m.Outputs {
		a.Text(x(0), y, frame.Dim, "nothing was produced that tells which record it was made from")
		return
	}
	for place, column := range w.out {
		a.Rune(x(place), y, s.chosenStyle(w.records[column]), w.symbol(int(column)))
	}
}

// drawKeys draws which records share a key, and what those keys are.
func (s *Screen) drawKeys(c *ui.Context, a frame.Area, y int, m *store.OrderMapping, p *store.OrderPartition) {
	a.Text(1, y, frame.Dim, "KEY")
	w := &s.window
	for i, r := range w.records[:w.n] {
		switch {
		case r == nil:
		case w.letters[i] == 0:
			a.Rune(x(i), y, frame.Dim, '.')
		case r.KeyLate:
			a.Rune(x(i), y, frame.Moved, rune(w.letters[i]))
		default:
			a.Rune(x(i), y, frame.Text, rune(w.letters[i]))
		}
	}
	at := s.aside()
	for _, l := range w.keys {
		if l.letter == '+' || at+6 > a.W-1 {
			break
		}
		text := keyText(c, m.Topic, p.Number, l.offset)
		if at > s.aside() && at+2+frame.Width(text) > a.W-1 {
			break
		}
		at = a.Text(at, y, frame.Text, string(rune(l.letter)))
		at = a.Middle(at+1, y, a.W-1-at-1, frame.Dim, text) + 2
	}
}

// legends is how many environments are named beside their row.
const legends = 8

// drawEnvironments draws which environment ended each record.
func (s *Screen) drawEnvironments(a frame.Area, y int) {
	a.Text(1, y, frame.Dim, "ENV")
	w := &s.window
	at := s.aside()
	var named [legends]uint32
	n := 0
	for i, r := range w.records[:w.n] {
		if r == nil {
			continue
		}
		if r.Done == 0 || r.Environment == 0 {
			a.Rune(x(i), y, frame.Dim, '.')
			continue
		}
		a.Rune(x(i), y, frame.Text, rune(symbols[r.Environment%uint32(len(symbols))]))
		if r.Environment > 9 && n < legends && at+8 < a.W && !slices.Contains(named[:n], r.Environment) {
			named[n] = r.Environment
			n++
			at = a.Text(at, y, frame.Dim, string(rune(symbols[r.Environment%uint32(len(symbols))]))+" = e-"+number(int64(r.Environment))) + 2
		}
	}
}

// keyText is the key of a record, … as long as it is not there.
func keyText(c *ui.Context, topic string, partition int32, offset int64) string {
	driver := c.Driver
	value, err := c.Load("message "+topic+"/"+number(int64(partition))+"@"+number(offset), func(ctx context.Context) (any, error) {
		return driver.Message(ctx, topic, partition, offset)
	})
	if err != nil {
		return "?"
	}
	switch m, ok := value.(*journal.Message); {
	case !ok:
		return "…"
	case m == nil:
		return "(gone)"
	case m.Key == nil:
		return "-"
	default:
		return record.KeyText(m.Key)
	}
}
