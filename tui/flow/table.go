package flow

import (
	"strings"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// cell is a number in a table: label of its column, how wide that is, and what it says.
type cell struct {
	label string
	width int
	style frame.Style
	text  string
}

// cells are the numbers of a function, the most important first: those that do not fit are
// left out.
func (s *Screen) cells(c *ui.Context, d *store.Function, all []cell) []cell {
	v := c.View
	var rate, lag int64
	inputsOf(&v.Flow, d.Name, func(m *store.Mapping) {
		lag += v.Flow.Lag(m)
		if t := v.Flow.Topic(m.Topic); t != nil {
			rate += t.Rate.Per(v.Now)
		}
	})
	f, throttles := s.facts.functions[d.Name], d.ThrottleRate.Per(v.Now)
	text, _, _ := busy(d)
	return append(all, cell{"IN/s", 6, frame.Text, frame.Count(rate)}, cell{"LAG", 6, frame.Text, frame.Count(lag)},
		cell{"ERR", 5, badIf(int64(d.Failures), frame.Bad), frame.Count(int64(d.Failures))},
		cell{"⇅", 6, badIf(int64(f.late), frame.Moved), frame.Count(int64(f.late))},
		cell{"BUSY", 8, frame.Text, strings.ReplaceAll(text, " of ", "/")},
		cell{"p99", 8, frame.Text, span(f.p99)},
		cell{"QUEUE", 6, frame.Text, frame.Count(int64(d.Queue))},
		cell{"THR/s", 6, badIf(throttles, frame.Bad), frame.Count(throttles)})
}

// drawTable draws a line for each function, and the attention below, as far as there is
// room.
func (s *Screen) drawTable(c *ui.Context, a frame.Area) {
	panel, rest := a.Bottom(s.panelHeight(a.H, 1+len(s.rows), 1, 1))
	head, body := rest.Top(1)
	s.measure(oneLine)
	s.top = scrolled(s.top, s.row(), body.H, s.highs)
	n := fitting(s.top, body.H, s.highs)
	name := 8
	for _, id := range s.rows {
		name = max(name, min(frame.Width(id.name), a.W/4, 16))
	}
	head.Text(1, 0, frame.Dim, "FUNCTION")
	var buf [8]cell
	for i := s.top; i < s.top+n; i++ {
		id, y := s.rows[i], i-s.top
		s.hits = append(s.hits, hit{y: 1 + y, h: 1, at: i})
		body.Cut(1, y, name, frame.Text|frame.Bold, id.name)
		if id.process {
			style, text := state(c.View.Flow.Process(id.name))
			body.Text(name+3, y, style, "process "+text)
		} else {
			x := name + 1
			for _, of := range s.cells(c, c.View.Flow.Function(id.name), buf[:0]) {
				if x += of.width; x > a.W {
					break
				}
				head.Right(x, 0, frame.Dim, of.label)
				body.Right(x, y, of.style, of.text)
			}
		}
		if i == s.row() && !s.inAttention {
			body.Text(0, y, frame.Text, "►")
			body.Mark(y, frame.Reverse)
		}
	}
	s.drawShortPanel(panel, more(s.top, len(s.rows)-s.top-n))
}
