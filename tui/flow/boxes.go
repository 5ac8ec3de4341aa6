package flow

import (
	"strconv"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// columns is where the parts of a row of boxes are.
type columns struct{ in, box, out int }

// columnsOf divides a width of at least boxWidth.
func columnsOf(w int) columns {
	spare, extra := min(w-boxWidth, 20), max(w-120, 0)
	in, box := 30+spare*6/20+extra*3/8, 38+spare*4/20+min(extra/8, 12)
	return columns{in, box, w - in - box}
}

// drawBoxes draws functions as boxes, with what flows in and out, and the attention below.
func (s *Screen) drawBoxes(c *ui.Context, a frame.Area) {
	need := 1 + s.measure(func(id rowID) int { return boxHeightOf(&c.View.Flow, id) })
	panel, rest := a.Bottom(s.panelHeight(a.H, need, 5, 2))
	s.drawPanel(panel)
	head, body := rest.Top(1)
	at := columnsOf(a.W)
	head.Text(1, 0, frame.Dim, "INPUT")
	head.Right(at.in-4, 0, frame.Dim, "last "+strconv.Itoa(sparkWidth(at.in))+"s")
	head.Text(at.in, 0, frame.Dim, "FUNCTION")
	head.Text(at.in+at.box, 0, frame.Dim, "OUTPUT")
	s.top = scrolled(s.top, s.row(), body.H, s.highs)
	n := fitting(s.top, body.H, s.highs)
	head.Right(a.W-1, 0, frame.Dim, more(s.top, len(s.rows)-s.top-n))
	y := 0
	for i := s.top; i < s.top+n; i++ {
		h := s.highs[i]
		s.hits = append(s.hits, hit{y: 1 + y, h: h, at: i})
		s.drawBox(c, body.Sub(0, y, a.W, h), at, i)
		y += h
	}
}

// inputsOf calls f with the mappings of a function.
func inputsOf(f *store.Flow, function string, each func(*store.Mapping)) {
	for _, m := range f.Mappings {
		if m.Function == function {
			each(m)
		}
	}
}

// boxHeightOf is how high a row is: as high as what flows in or out, and the box.
func boxHeightOf(f *store.Flow, id rowID) int {
	if id.process {
		p := f.Process(id.name)
		return max(1, len(p.Outputs), len(p.Inputs)) + 2
	}
	inputs := 0
	inputsOf(f, id.name, func(*store.Mapping) { inputs++ })
	return max(3, inputs*2, len(f.Function(id.name).Outputs())+1) + 2
}

// drawBox draws a row.
func (s *Screen) drawBox(c *ui.Context, a frame.Area, at columns, i int) {
	id := s.rows[i]
	chosen := i == s.row() && !s.inAttention
	title := id.name
	style, text := frame.Dim, "process"
	if !id.process {
		style, text = revision(c.View.Flow.Function(id.name))
	}
	if chosen {
		title = "► " + title
	}
	title = shortened(title, at.box-9-frame.Width(text))
	box := a.Sub(at.in, 0, at.box, a.H)
	inside := box.Box(title, chosen)
	if chosen {
		box.Sub(2, 0, min(frame.Width(title)+2, at.box-4), 1).Mark(0, frame.Reverse)
	}
	left, right := a.Sub(0, 1, at.in, a.H-2), a.Sub(at.in+at.box, 1, at.out, a.H-2)
	box.Right(at.box-2, 0, style, " "+text+" ")
	if id.process {
		s.drawProcess(c, c.View.Flow.Process(id.name), inside, left, right)
		return
	}
	d := c.View.Flow.Function(id.name)
	s.drawInputs(c, left, d)
	s.drawFunction(c, inside, d)
	s.drawOutputs(c, right, d)
}

// drawFunction draws what is in the box of a function.
func (s *Screen) drawFunction(c *ui.Context, a frame.Area, d *store.Function) {
	now, f := c.View.Now, s.facts.functions[d.Name]
	text, n, most := busy(d)
	gauge := max(a.W-34, 4)
	a.Text(1, 0, frame.Dim, "busy")
	a.Gauge(6, 0, min(gauge, max(most, 1)), frame.Busy, n, most) // one mark for each, while there is room
	a.Right(6+gauge+8, 0, frame.Text, text)
	if d.Starting > 0 {
		text := "+" + strconv.Itoa(d.Starting)
		if a.W-gauge-26 >= len(text)+5 {
			text += " init"
		}
		a.Text(6+gauge+9, 0, frame.Cold, text)
	}
	field(a, a.W-10, 0, 9, "queue", frame.Text, frame.Count(int64(d.Queue)))
	w := (a.W - 6) / 3
	x := [3]int{1, w + 3, a.W - w - 1}
	cold := d.LastCold.Sum(now)
	field(a, x[0], 1, w, "cold/m", badIf(cold, frame.Cold), frame.Count(cold))
	field(a, x[1], 1, w, "p50", frame.Text, span(f.p50))
	field(a, x[2], 1, w, "p99", frame.Text, span(f.p99))
	throttles, retries := d.ThrottleRate.Per(now), d.RetryRate.Per(now)
	field(a, x[0], 2, w, "thr", badIf(throttles, frame.Bad), perSecond(throttles))
	field(a, x[1], 2, w, "retry", badIf(retries, frame.Cold), perSecond(retries))
	switch {
	case d.Held > 0:
		field(a, x[2], 2, w, "held", frame.Cold, frame.Count(int64(d.Held)))
	default:
		field(a, x[2], 2, w, "err", badIf(int64(d.Failures), frame.Bad), frame.Count(int64(d.Failures)))
	}
}

// drawProcess draws the row of a process.
func (s *Screen) drawProcess(c *ui.Context, p *store.Process, inside, left, right frame.Area) {
	style, text := state(p)
	inside.Text(1, 0, style, text)
	var n uint64
	for _, o := range p.Outputs {
		n += o.Records
	}
	field(inside, 15, 0, 11, "restarts", badIf(int64(p.Failed), frame.Bad), frame.Count(int64(p.Restarts())))
	inside.Right(inside.W-1, 0, frame.Dim, frame.Count(int64(n))+" made")
	for i, o := range p.Inputs {
		s.drawSource(left, i, c.View.Flow.Topic(o.Topic), o.Topic, &o.Rate, c.View.Now)
	}
	for i, o := range p.Outputs {
		s.drawOutput(c, right, i, o)
	}
}
