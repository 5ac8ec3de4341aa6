package flow

import (
	"strconv"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// sparkWidth is how many columns the sparkline of an input has: one a second.
func sparkWidth(in int) int { return min(max(in-28, 6), maxSpark) }

// second is how many slices of a Rate a column of a sparkline is.
const second = 4

// drawRate draws a sparkline that ends before column end.
func (s *Screen) drawRate(a frame.Area, end, y, w int, style frame.Style, r *store.Rate, now int64) {
	values := s.spark[:min(w, maxSpark)]
	r.Peaks(now, second, values)
	a.Spark(end, y, style, values, 0)
}

// leastRate is the room that a rate always has: a long name beside it does not move with
// every change of it.
const leastRate = 5

// drawSource draws what flows into a box: the topic, its rate, the arrow.
func (s *Screen) drawSource(a frame.Area, y int, t *store.Topic, name string, r *store.Rate, now int64) {
	w := sparkWidth(a.W)
	end := a.W - 4 - w
	s.drawRate(a, a.W-3, y, w, frame.Busy, r, now)
	rate := perSecond(r.Per(now))
	x := a.Middle(1, y, end-2-max(frame.Width(rate), leastRate), frame.Text, name)
	if text := partitions(t); x+1+frame.Width(text) <= end-8 {
		a.Text(x+1, y, frame.Dim, text)
	}
	a.Right(end, y, frame.Text, rate)
	a.Text(a.W-2, y, frame.Dim, "─►")
}

// drawInputs draws what flows into a function: three lines of a single mapping, two of each
// of several.
func (s *Screen) drawInputs(c *ui.Context, a frame.Area, d *store.Function) {
	var all [64]*store.Mapping
	n := 0
	inputsOf(&c.View.Flow, d.Name, func(m *store.Mapping) {
		if n < len(all) {
			all[n] = m
			n++
		}
	})
	if n == 0 {
		a.Cut(1, 0, a.W-2, frame.Dim, "no topic: by requests only")
		return
	}
	for i, m := range all[:n] {
		t := c.View.Flow.Topic(m.Topic)
		if t == nil {
			continue
		}
		s.drawSource(a, i*2, t, m.Topic, &t.Rate, c.View.Now)
		s.drawLag(c, a, i*2+1, m, t)
		if n == 1 {
			s.drawOldest(c, a, 2, m, t)
		}
	}
}

// drawLag draws the lag of a mapping, and that of each partition as a picture.
func (s *Screen) drawLag(c *ui.Context, a frame.Area, y int, m *store.Mapping, t *store.Topic) {
	f := &c.View.Flow
	lag := f.Lag(m)
	a.Text(3, y, frame.Dim, "lag")
	a.Right(12, y, badIf(lag, frame.Text), frame.Count(lag))
	x := s.drawPartitions(f, a.Sub(0, 0, a.W-hotWidth, a.H), 14, y, m, t)
	if hot := f.Hot(m); hot >= 0 {
		a.Text(x+2, y, frame.Cold, "p"+strconv.Itoa(hot)+" hot")
	}
}

// hotWidth is the room for the name of a hot partition, and the arrow.
const hotWidth = 11

// maxPartitions is how many columns the picture of partitions has at most. Where there are
// more partitions, a column is the worst of several.
const maxPartitions = 12

// leastPartitions is how many columns it has where the partitions at its ends are named.
const leastPartitions = 4

// leastLag is the lag that fills a column at least: one record is no mountain.
const leastLag = 8

// drawPartitions draws the lag of each partition.
func (s *Screen) drawPartitions(f *store.Flow, a frame.Area, x, y int, m *store.Mapping, t *store.Topic) int {
	n := len(t.Partitions)
	if n == 0 {
		return x
	}
	w, last := min(n, maxPartitions), "p"+strconv.Itoa(n-1)
	named := x+min(w, leastPartitions)+2+len(last) <= a.W // the first and the last partition
	if named {
		w = min(w, a.W-x-2-len(last))
	} else {
		w = min(w, max(a.W-x, 1))
	}
	values, most := s.spark[:w], int64(leastLag)
	clear(values)
	for i := range n {
		values[i*w/n] = max(values[i*w/n], f.LagOf(m, i))
		most = max(most, values[i*w/n])
	}
	if named {
		x = a.Text(x, y, frame.Dim, "p0")
	}
	a.Spark(x+w, y, frame.Busy, values, most)
	x += w
	if named && n > 1 {
		x = a.Text(x, y, frame.Dim, last)
	}
	return x
}

// drawOldest draws how long the oldest record waits, and whether the lag grows.
func (s *Screen) drawOldest(c *ui.Context, a frame.Area, y int, m *store.Mapping, t *store.Topic) {
	x := a.Text(3, y, frame.Dim, "oldest waiting")
	at, partition := m.Oldest()
	if partition < 0 {
		a.Right(x+8, y, frame.Dim, "-")
		return
	}
	a.Right(x+8, y, frame.Text, frame.Span(max(c.View.Now-at, 0)))
	switch by := growth(t, m, c.View.Now); {
	case by > 0:
		a.Cut(x+9, y, a.W-x-10, frame.Cold, "↑"+perSecond(by))
	case by < 0:
		a.Cut(x+9, y, a.W-x-10, frame.Busy, "↓"+perSecond(-by))
	}
}

// drawOutputs draws what flows out of a function, and below the first topic what that is to
// what flows in.
func (s *Screen) drawOutputs(c *ui.Context, a frame.Area, d *store.Function) {
	y := 0
	for _, o := range d.Outputs() {
		s.drawOutput(c, a, y, o)
		y++
		if y == 1 {
			s.drawOrder(c, a, y, d)
			y++
		}
	}
	if y == 0 {
		s.drawOrder(c, a, 0, d)
	}
}

// drawOutput draws a topic that something produces to.
func (s *Screen) drawOutput(c *ui.Context, a frame.Area, y int, o *store.Output) {
	now := c.View.Now
	w := min(max(a.W-34, 5), maxSpark)
	end := a.W - 2 - w
	a.Text(0, y, frame.Dim, "─►")
	rate := perSecond(o.Rate.Per(now))
	x := a.Middle(3, y, end-4-max(frame.Width(rate), leastRate), frame.Text, o.Topic)
	if text := partitions(c.View.Flow.Topic(o.Topic)); x+1+frame.Width(text) <= end-8 {
		a.Text(x+1, y, frame.Dim, text)
	}
	a.Right(end, y, frame.Text, rate)
	if o.Failure {
		a.Cut(end+1, y, a.W-end-1, badIf(int64(o.Records), frame.Bad), frame.Count(int64(o.Records))+" total")
		return
	}
	s.drawRate(a, a.W-1, y, w, frame.Busy, &o.Rate, now)
}

// drawOrder draws how many records come out for each that goes in, and how many were
// handled out of order.
func (s *Screen) drawOrder(c *ui.Context, a frame.Area, y int, d *store.Function) {
	x := 5
	if percent, ok := ratioOf(&c.View.Flow, d, c.View.Now); ok && len(d.Outputs()) > 0 {
		x = a.Text(x, y, frame.Dim, "out/in")
		a.Right(x+6, y, frame.Text, ratio(percent))
		x += 9
	}
	f := s.facts.functions[d.Name]
	style := frame.Dim
	if f.late > 0 {
		style = frame.Moved
	}
	x = a.Text(x, y, style, "⇅ "+frame.Count(int64(f.late)))
	if f.where >= 0 {
		a.Text(x, y, frame.Dim, " most in p"+strconv.Itoa(int(f.where)))
	}
}

// ratioOf is the ratio of all mappings of a function, that of the first which has one.
func ratioOf(f *store.Flow, d *store.Function, now int64) (percent int64, ok bool) {
	inputsOf(f, d.Name, func(m *store.Mapping) {
		if !ok {
			percent, ok = m.Ratio(now)
		}
	})
	return percent, ok
}
