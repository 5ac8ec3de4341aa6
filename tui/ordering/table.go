package ordering

import (
	"strconv"

	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// ruleNames are what a rule is called, and where there is little room.
var ruleNames = [store.Domains][2]string{{"same key", "key"}, {"same partition", "part"}, {"whole topic", "topic"}}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// drawHead says what is looked at, and how often each rule was broken.
func (s *Screen) drawHead(c *ui.Context, a frame.Area, m *store.OrderMapping) {
	narrow := a.W < 100
	out := outputOf(c, m)
	at := a.Cut(1, 0, 22, frame.Text|frame.Bold, m.Name)
	at = a.Text(at, 0, frame.Text, map[bool]string{true: " ", false: ": "}[narrow])
	at = a.Cut(at, 0, a.W/4, frame.Text, m.Topic)
	if out != "" && a.W >= 70 {
		at = a.Cut(a.Text(at, 0, frame.Dim, map[bool]string{true: "→", false: " → "}[narrow]), 0, a.W/5, frame.Text, shortOf(out, m.Topic, narrow))
	}
	at += 2
	if !narrow {
		at = a.Text(at+1, 0, frame.Dim, "rule:") + 1
	}
	for d, names := range ruleNames {
		name := names[0]
		if narrow {
			name = names[1]
		}
		style, count := frame.Dim, " "+frame.Count(int64(m.Counts[d]))
		if order.Domain(d) == s.rule {
			name, style = "["+name+"]", frame.Text|frame.Bold
		}
		at = a.Text(at, 0, style, name)
		if m.Counts[d] > 0 && order.Domain(d) == s.rule {
			style = frame.Moved
		}
		at = a.Text(at, 0, style, count) + 2
	}
	s.drawShare(a, at, m)
}

// drawShare says how many of all records were out of order, at the right.
func (s *Screen) drawShare(a frame.Area, from int, m *store.OrderMapping) {
	all := uint64(0)
	for _, p := range m.Partitions {
		all += p.Completed
	}
	n := m.Counts[s.rule]
	text, share := "⇅ "+frame.Grouped(n)+" of "+frame.Grouped(all), ""
	if all > 0 {
		share = " (" + percent(n, all) + ")"
	}
	style := frame.Dim
	if n > 0 {
		style = frame.Moved
	}
	for _, t := range [...]string{text + " records" + share, text + share, text} {
		if from+frame.Width(t) < a.W {
			a.Right(a.W-1, 0, style, t)
			return
		}
	}
}

// percent is n of all with two digits that count, at most three behind the point.
func percent(n, all uint64) string {
	if n == 0 {
		return "0%"
	}
	share := float64(n) / float64(all) * 100
	digits := 1
	for limit := 1.0; share < limit && digits < 4; limit /= 10 {
		digits++
	}
	return strconv.FormatFloat(share, 'f', digits, 64) + "%"
}

// outputOf is the topic that the outputs of a mapping's function go to, "" for none.
func outputOf(c *ui.Context, m *store.OrderMapping) string {
	for _, f := range c.View.Flow.Functions {
		if f.Name == m.Function {
			return f.Output
		}
	}
	return ""
}

// shortOf leaves out what two topics have in common.
func shortOf(out, topic string, narrow bool) string {
	if narrow && len(out) > len(topic)+1 && out[:len(topic)] == topic && out[len(topic)] == '.' {
		return out[len(topic):]
	}
	return out
}

// columnsOf are where the columns of the table end, from the right edge on; 0 leaves one
// out.
type columnsOf struct{ in, lag, key, part, worst, head, strip int }

func tableColumns(width int) columnsOf {
	switch {
	case width >= 100:
		head := 28
		return columnsOf{head: width - head, worst: width - head - 2, part: width - head - 9, key: width - head - 17, lag: width - head - 25, in: width - head - 32, strip: width - head - 39}
	case width >= 70:
		head := 15
		return columnsOf{head: width - head, part: width - head - 1, key: width - head - 9, lag: width - head - 16, in: width - head - 22, strip: width - head - 28}
	}
	return columnsOf{part: width - 1, key: width - 9, lag: width - 16, strip: width - 22}
}

// drawTable draws a line for each partition.
func (s *Screen) drawTable(c *ui.Context, a frame.Area, m *store.OrderMapping) {
	at := tableColumns(a.W)
	a.Text(1, 0, frame.Dim, "P")
	title := "OVERTAKES, 1 column = " + frame.Span(c.Axis.Column)
	if c.Axis.End == 0 {
		title += ", newest at the right"
	}
	if at.strip < 5+len(title) {
		title = "OVERTAKES / " + frame.Span(c.Axis.Column)
	}
	a.Cut(5, 0, at.strip-5, frame.Dim, title)
	for _, h := range []struct {
		end  int
		text string
	}{{at.in, "IN/s"}, {at.lag, "LAG"}, {at.key, "KEY ⇅"}, {at.part, "PART ⇅"}, {at.worst, "WORST"}} {
		if h.end > 0 {
			a.Right(h.end, 0, frame.Dim, h.text)
		}
	}
	if at.head > 0 {
		a.Text(at.head, 0, frame.Dim, map[bool]string{true: "HEAD BLOCKED", false: "BLOCKED"}[a.W >= 100])
	}
	rows := a.H - 1
	_, p := s.at(c)
	s.top = max(min(s.top, int(p.Number), len(m.Partitions)-rows), int(p.Number)-rows+1, 0)
	for y := 0; y < rows && s.top+y < len(m.Partitions); y++ {
		s.drawPartition(c, a.Sub(0, 1+y, a.W, 1), m, m.Partitions[s.top+y], at, m.Partitions[s.top+y] == p)
	}
}

func (s *Screen) drawPartition(c *ui.Context, a frame.Area, m *store.OrderMapping, p *store.OrderPartition, at columnsOf, selected bool) {
	style := frame.Text
	if selected {
		a.Rune(0, 0, frame.Text|frame.Bold, '►')
		style |= frame.Bold
	}
	a.Text(1, 0, style, "p"+number(int64(p.Number)))
	s.drawStrip(c, a.Sub(5, 0, at.strip-5, 1), p)
	right := func(end int, style frame.Style, n int64) {
		if end > 0 {
			a.Right(end, 0, style, frame.Count(n))
		}
	}
	right(at.in, frame.Text, p.Arrived.Per(c.View.Now))
	right(at.lag, frame.Text, lag(c, m, p))
	right(at.key, marked(p.Counts[order.ByKey], s.rule == order.ByKey), int64(p.Counts[order.ByKey]))
	right(at.part, marked(p.Counts[order.ByPartition], s.rule == order.ByPartition), int64(p.Counts[order.ByPartition]))
	right(at.worst, frame.Text, int64(p.Worst))
	if at.head > 0 {
		style, text := head(c, p, a.W >= 100)
		a.Cut(at.head, 0, a.W-at.head-1, style, text)
	}
}

// marked is the style of a count of what is out of order by the rule that was chosen.
func marked(n uint64, chosen bool) frame.Style {
	if n > 0 && chosen {
		return frame.Moved
	}
	return frame.Text
}

// lag is how many records of a partition are not committed.
func lag(c *ui.Context, m *store.OrderMapping, p *store.OrderPartition) int64 {
	for _, t := range c.View.Flow.Topics {
		if t.Name == m.Topic && int(p.Number) < len(t.Partitions) {
			return max(t.Partitions[p.Number].End-p.Committed, 0)
		}
	}
	return 0
}

// drawStrip draws how often order was broken in each slice of time. A column has the
// colour of what is wrong by the rule; what only a stricter one says is dim.
func (s *Screen) drawStrip(c *ui.Context, a frame.Area, p *store.OrderPartition) {
	level := 0
	for i, column := range store.StripColumns {
		if column == c.Axis.Column {
			level = i
		}
	}
	column := store.StripColumns[level]
	right := c.Axis.Right(c.View.Now)
	for x := range a.W {
		at := right - int64(a.W-1-x)*column
		if at < 0 {
			continue
		}
		n := p.Strip(level, at)
		worst := max(n[order.ByKey], n[order.ByPartition])
		if s.rule == order.ByTopic {
			worst = max(worst, n[order.ByTopic])
		}
		style := frame.Dim
		if n[s.rule] > 0 {
			style = frame.Moved
		}
		if worst == 0 {
			a.Rune(x, 0, frame.Dim, '·')
			continue
		}
		a.Rune(x, 0, style, frame.Sparks[min(levelOf(worst), 7)])
	}
}

// levelOf is how high a column is: twice as many are one step.
func levelOf(n uint16) int {
	level := 0
	for n > 1 {
		n >>= 1
		level++
	}
	return level
}

// headShown is from how long on a record that is waited for counts as in the way.
const headShown = 100e6

// head says what the oldest record that has not ended waits for, and for how long.
func head(c *ui.Context, p *store.OrderPartition, long bool) (frame.Style, string) {
	r := p.Head()
	if r == nil {
		return frame.Dim, "-"
	}
	age := c.View.Now - r.Arrived
	if age < headShown {
		return frame.Dim, "-"
	}
	style := frame.Text
	if age >= 1e9 {
		style = frame.Cold
	}
	text := "@" + number(r.Offset) + " " + frame.Span(age)
	if long {
		text += " " + doing(c, r)
	}
	return style, text
}

// doing says what a record that has not ended waits for.
func doing(c *ui.Context, r *store.OrderRecord) string {
	b, ok := c.View.Order.Batch(r.Batch)
	if !ok {
		return "in no batch"
	}
	wait := ""
	if left := b.Next - c.View.Now; left > 0 {
		wait = " " + frame.Span(left)
	}
	switch b.State {
	case store.BatchRunning:
		return "runs on e-" + number(int64(b.Environment))
	case store.BatchThrottled:
		return "throttled" + wait
	case store.BatchRetrying:
		return "retry in" + wait
	case store.BatchHeld:
		return "held for a revision"
	case store.BatchOver:
		return "ran on e-" + number(int64(b.Environment))
	}
	return "no environment"
}
