package ordering

import (
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// drawLate draws the records of the window that ended late, and below them why the one
// that is selected did.
func (s *Screen) drawLate(c *ui.Context, a frame.Area, m *store.OrderMapping, p *store.OrderPartition) {
	s.window.setLate(s.late)
	if len(s.window.late) == 0 {
		s.drawNoneLate(c, a, m)
		return
	}
	tall := a.H >= 10
	var list, rest frame.Area
	if tall {
		list, rest = a.Sub(0, 1, a.W, a.H-1).Top(min(len(s.window.late)+1, a.H-7))
		rest = rest.Sub(0, 1, rest.W, rest.H-1)
	} else {
		list, rest = a.Top(a.H - 3)
	}
	at := s.selectedLate()
	s.drawList(c, list, m, p, at, tall)
	s.drawWhy(c, rest, m, p, s.window.records[s.window.late[at]])
}

// drawNoneLate says that there is nothing to tell of, and where there is.
func (s *Screen) drawNoneLate(c *ui.Context, a frame.Area, m *store.OrderMapping) {
	n := m.Counts[s.rule]
	text := "nothing in this window ended late"
	switch {
	case s.window.forgotten():
		text = "these records are not kept any more, only the newest of a partition are: G goes there, o to the oldest violation that is kept"
	case n > 0:
		text += ": O goes back to the violation before, o to the next one (" + frame.Grouped(n) + " by " + ruleNames[s.rule][0] + ")"
	case m.Counts[order.ByPartition] > 0:
		text += ", and nothing was out of order by " + ruleNames[s.rule][0]
	default:
		text += ", and nothing was out of order in any partition so far"
	}
	a.Cut(1, min(1, a.H-1), a.W-2, frame.Dim, text)
}

// selectedLate is the index of the record in the late list that is selected: the first one
// out of order by the rule, if none was chosen.
func (s *Screen) selectedLate() int {
	w := &s.window
	best := 0
	for i, column := range w.late {
		r := w.records[column]
		if w.first+int64(column) == s.late {
			return i
		}
		if first := w.records[w.late[best]]; r != nil && first != nil && s.broken(r) && !s.broken(first) {
			best = i
		}
	}
	return best
}

// broken reports whether a record broke the rule that is chosen.
func (s *Screen) broken(r *store.OrderRecord) bool { return r.Found[s.rule] != 0 }

// listColumns are where the columns of the late list begin.
type listColumns struct{ key, late, same, by, cause int }

func (s *Screen) drawList(c *ui.Context, a frame.Area, m *store.OrderMapping, p *store.OrderPartition, selected int, head bool) {
	at := listColumns{key: 16, late: 38, same: 49, by: 51, cause: 77}
	if a.W < 100 {
		at = listColumns{key: 14, late: 33, by: 36}
	}
	y := 0
	if head {
		a.Text(1, 0, frame.Dim, "LATE")
		a.Text(at.key, 0, frame.Dim, "KEY")
		a.Right(at.late, 0, frame.Dim, "LATE BY")
		if at.same > 0 {
			a.Right(at.same, 0, frame.Dim, "SAME KEY")
			a.Text(at.by, 0, frame.Dim, "OVERTAKEN BY")
			a.Text(at.cause, 0, frame.Dim, "CAUSE")
		}
		y++
	}
	rows := a.H - y
	top := max(min(selected-rows/2, len(s.window.late)-rows), 0)
	for i := top; i < len(s.window.late) && y < a.H; i, y = i+1, y+1 {
		s.drawLateRow(c, a.Sub(0, y, a.W, 1), m, p, int(s.window.late[i]), at, i == selected)
	}
}

func (s *Screen) drawLateRow(c *ui.Context, a frame.Area, m *store.OrderMapping, p *store.OrderPartition, column int, at listColumns, selected bool) {
	r := s.window.records[column]
	style, mark := frame.Dim, '·'
	if s.broken(r) {
		style, mark = frame.Moved, '⇅'
	}
	if selected {
		a.Rune(0, 0, frame.Text|frame.Bold, '►')
	}
	a.Rune(1, 0, style, mark)
	a.Rune(3, 0, frame.Text, s.window.symbol(column))
	a.Cut(5, 0, at.key-6, frame.Text, "@"+number(r.Offset))
	a.Middle(at.key, 0, at.late-at.key-8, frame.Text, keyText(c, m.Topic, p.Number, r.Offset))
	by, same := s.overtakers(p, r)
	late := "open"
	if r.Done != 0 {
		late = number(int64(r.Late))
	}
	if at.same == 0 {
		a.Right(at.late, 0, style, late)
		text := " late, " + number(int64(same)) + " same key"
		if r.Done == 0 {
			text = ", not ended"
		}
		if by != "" {
			text += "   by " + by
		}
		a.Cut(at.late, 0, a.W-at.late-1, frame.Text, text)
	} else {
		a.Right(at.late, 0, style, late)
		a.Right(at.same, 0, style, number(int64(same)))
		a.Cut(at.by, 0, at.cause-at.by-2, frame.Text, by)
		a.Cut(at.cause, 0, a.W-at.cause-1, frame.Text, s.causeOf(c, m, p, r))
	}
	if selected && s.inLate {
		a.Mark(0, frame.Reverse)
	}
}

// overtakersShown is how many of those that overtook a record are named.
const overtakersShown = 2

// overtakers names the first of those that overtook a record, and counts those that
// have its key.
func (s *Screen) overtakers(p *store.OrderPartition, r *store.OrderRecord) (text string, same int) {
	n := 0
	if r.Done == 0 || r.Late == 0 {
		return "", 0
	}
	p.Overtakers(r, func(o *store.OrderRecord) bool {
		if o.Key == r.Key && r.Key != 0 {
			same++
		}
		if n++; n <= overtakersShown {
			if n > 1 {
				text += "  "
			}
			if symbol := s.window.symbolOf(o.Offset); symbol != 0 {
				text += string(symbol) + " "
			}
			text += "@" + number(o.Offset)
		}
		return n < int(r.Late) // all there are
	})
	if more := int(r.Late) - overtakersShown; more > 0 {
		text += "  +" + number(int64(more))
	}
	return text, same
}

// causeOf says in a few words why a record was late.
func (s *Screen) causeOf(c *ui.Context, m *store.OrderMapping, p *store.OrderPartition, r *store.OrderRecord) string {
	v := s.violation(c, m, p, r)
	if v == nil {
		return "not kept any more"
	}
	text := v.Cause.String()
	if v.Earlier.Environment != 0 {
		text = "e-" + number(int64(v.Earlier.Environment)) + " " + text
	}
	if !s.broken(r) {
		text += " (allowed)"
	}
	return text
}

// violation finds what the check of order says of a record: by the rule that is chosen,
// else by a stricter one.
func (s *Screen) violation(c *ui.Context, m *store.OrderMapping, p *store.OrderPartition, r *store.OrderRecord) *order.Violation {
	o := &c.View.Order
	if v, _ := o.Found[s.rule].At(s.found); v != nil && v.Mapping == m.Name && v.Earlier.Record.Offset == r.Offset && v.Earlier.Record.Partition == p.Number {
		return v
	}
	for _, d := range [...]order.Domain{s.rule, order.ByKey, order.ByPartition} {
		if v := o.Found[d].Of(m.Name, p.Number, r); v != nil {
			return v
		}
	}
	return nil
}

// lateBeside returns the offset of the record that is by steps further in the late list.
func (s *Screen) lateBeside(by int) int64 {
	if len(s.window.late) == 0 {
		return newest
	}
	i := min(max(s.selectedLate()+by, 0), len(s.window.late)-1)
	return s.window.first + int64(s.window.late[i])
}

// lateIsShown reports whether the selected record is in the window.
func (s *Screen) lateIsShown() bool {
	return slices.ContainsFunc(s.window.late, func(column int16) bool { return s.window.first+int64(column) == s.late })
}
