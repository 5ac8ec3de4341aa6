package flow

import (
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// The columns of the list, by where they begin or, of numbers, end.
const (
	listRate     = 21
	listLag      = 27
	listFunction = 28
	listRevision = 39
	listBusy     = 49
	listGauge    = 50
	listP99      = 62
	listOut      = 63
)

// drawList draws a line or two for each function, with a topic left and right of it, and
// the attention below.
func (s *Screen) drawList(c *ui.Context, a frame.Area) {
	tall := 1 + s.measure(func(id rowID) int { return tallOf(&c.View.Flow, id) })
	if tall > a.H-leastLines-1 {
		tall = 1 + s.measure(oneLine)
	}
	panel, rest := a.Bottom(s.panelHeight(a.H, tall, 1, 1))
	head, body := rest.Top(1)
	s.top = scrolled(s.top, s.row(), body.H, s.highs)
	n := fitting(s.top, body.H, s.highs)
	drawListHead(head)
	y := 0
	for i := s.top; i < s.top+n; i++ {
		h := s.highs[i]
		s.hits = append(s.hits, hit{y: 1 + y, h: h, at: i})
		s.drawListRow(c, body.Sub(0, y, a.W, h), i)
		y += h
	}
	s.drawShortPanel(panel, more(s.top, len(s.rows)-s.top-n))
}

// oneLine is how high a row is where there is little room.
func oneLine(rowID) int { return 1 }

// tallOf is how many lines a row has where there is room.
func tallOf(f *store.Flow, id rowID) int {
	if id.process {
		return max(1, len(f.Process(id.name).Outputs))
	}
	inputs := 0
	inputsOf(f, id.name, func(*store.Mapping) { inputs++ })
	return max(2, inputs, len(f.Function(id.name).Outputs()))
}

func drawListHead(a frame.Area) {
	a.Text(1, 0, frame.Dim, "IN")
	a.Right(listRate, 0, frame.Dim, "RATE")
	a.Right(listLag, 0, frame.Dim, "LAG")
	a.Text(listFunction+1, 0, frame.Dim, "FUNCTION")
	a.Text(listRevision, 0, frame.Dim, "REV")
	a.Right(listBusy, 0, frame.Dim, "BUSY")
	a.Right(listP99, 0, frame.Dim, "p99")
	a.Text(listOut+1, 0, frame.Dim, "OUT")
	a.Right(a.W-1, 0, frame.Dim, "⇅")
}

// drawListRow draws a row: what does not fit into its lines is left out.
func (s *Screen) drawListRow(c *ui.Context, a frame.Area, i int) {
	id := s.rows[i]
	if id.process {
		s.drawListProcess(c, a, c.View.Flow.Process(id.name))
	} else {
		s.drawListFunction(c, a, c.View.Flow.Function(id.name))
	}
	if i == s.row() && !s.inAttention {
		a.Text(0, 0, frame.Text, "►")
		a.Mark(0, frame.Reverse)
	}
}

func (s *Screen) drawListFunction(c *ui.Context, a frame.Area, d *store.Function) {
	f := s.facts.functions[d.Name]
	y := 0
	inputsOf(&c.View.Flow, d.Name, func(m *store.Mapping) {
		s.drawListInput(c, a, y, m)
		y++
	})
	if y == 1 && a.H > 1 {
		s.drawListWaiting(c, a, d)
	}
	a.Middle(listFunction+1, 0, listRevision-listFunction-2, frame.Text|frame.Bold, d.Name)
	style, text := revision(d)
	if frame.Width(text) > 4 {
		text = shortRevision(d)
	}
	a.Cut(listRevision, 0, 4, style, text)
	text, n, most := busy(d)
	a.Right(listBusy, 0, frame.Text, strings.ReplaceAll(text, " of ", "/"))
	a.Gauge(listGauge, 0, 5, frame.Busy, n, most)
	a.Right(listP99, 0, frame.Text, span(f.p99))
	if a.H > 1 {
		s.drawListState(c, a, d)
	}
	out := a.W - 7 - listOut
	for y, o := range d.Outputs() {
		a.Text(listOut, y, frame.Dim, "►")
		style := frame.Text
		if o.Failure && o.Records > 0 {
			style = frame.Bad
		}
		a.Cut(listOut+1, y, out, style, shortTopic(o.Topic))
	}
	style = frame.Dim
	if f.late > 0 {
		style = frame.Moved
	}
	a.Right(a.W-1, 0, style, frame.Count(int64(f.late)))
}

// shortRevision says in four columns what revision says.
func shortRevision(d *store.Function) string {
	r := "r" + strconv.Itoa(int(d.Revision))
	switch {
	case d.Removed:
		return "-"
	case d.Skipped != "":
		return "✗"
	case d.Broken != "":
		return r + "✗"
	case d.Building:
		return r + "…"
	case d.Draining > 0:
		return "→" + r
	}
	return r
}

// shortTopic is the name of a topic without the part that says to which family it belongs:
// ".enriched" of "orders.enriched".
func shortTopic(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 && frame.Width(name) > 9 {
		return name[i:]
	}
	return name
}

func (s *Screen) drawListInput(c *ui.Context, a frame.Area, y int, m *store.Mapping) {
	f := &c.View.Flow
	t := f.Topic(m.Topic)
	if t == nil {
		return
	}
	a.Middle(1, y, 15, frame.Text, m.Topic)
	a.Right(listRate, y, frame.Text, frame.Count(t.Rate.Per(c.View.Now)))
	a.Right(listLag, y, frame.Text, frame.Count(f.Lag(m)))
	if y == 0 {
		a.Text(listFunction, y, frame.Dim, "►")
	}
}

// drawListWaiting draws the second line of an input: which partition is behind, and for how
// long its oldest record waits.
func (s *Screen) drawListWaiting(c *ui.Context, a frame.Area, d *store.Function) {
	f := &c.View.Flow
	inputsOf(f, d.Name, func(m *store.Mapping) {
		t := f.Topic(m.Topic)
		if t == nil {
			return
		}
		s.drawPartitions(f, a.Sub(0, 0, 19, 2), 3, 1, m, t)
		if at, partition := m.Oldest(); partition >= 0 {
			a.Right(listLag, 1, frame.Dim, frame.Span(max(c.View.Now-at, 0)))
		}
	})
}

// drawListState draws the second line of a function: what is not as it should be.
func (s *Screen) drawListState(c *ui.Context, a frame.Area, d *store.Function) {
	now := c.View.Now
	end := listOut - 1
	x := listFunction + 1
	for _, of := range []struct {
		style frame.Style
		label string
		n     int64
		per   bool
	}{{frame.Bad, "thr", d.ThrottleRate.Per(now), true}, {frame.Text, "queue", int64(d.Queue), false},
		{frame.Cold, "held", int64(d.Held), false}, {frame.Cold, "cold/m", d.LastCold.Sum(now), false}, {frame.Bad, "err", int64(d.Failures), false}} {
		if of.n == 0 {
			continue
		}
		text := of.label + " " + frame.Count(of.n)
		if of.per {
			text += "/s"
		}
		if x+frame.Width(text) > end {
			break
		}
		x = a.Text(x, 1, of.style, text) + 2
	}
}

func (s *Screen) drawListProcess(c *ui.Context, a frame.Area, p *store.Process) {
	for y, o := range p.Inputs {
		a.Middle(1, y, 15, frame.Text, o.Topic)
		a.Right(listRate, y, frame.Text, frame.Count(o.Rate.Per(c.View.Now)))
		a.Text(listFunction, y, frame.Dim, "►")
	}
	a.Middle(listFunction+1, 0, listRevision-listFunction-2, frame.Text|frame.Bold, p.Name)
	style, text := state(p)
	a.Text(listRevision, 0, style, text)
	for y, o := range p.Outputs {
		a.Text(listOut, y, frame.Dim, "►")
		a.Cut(listOut+1, y, a.W-7-listOut, frame.Text, shortTopic(o.Topic))
		a.Right(a.W-1, y, frame.Text, perSecond(o.Rate.Per(c.View.Now)))
	}
}

// drawShortPanel draws the list of attention below a rule.
func (s *Screen) drawShortPanel(a frame.Area, hidden string) {
	if hidden == "" {
		hidden = "Enter opens"
	}
	lines := a.Sub(0, 1, a.W, a.H-1)
	above, below := s.drawLines(lines)
	title := panelTitle
	if n := more(above, below); n != "" {
		title += ": " + n
	}
	a.Rule(0, title, hidden)
}
