package flow

import (
	"strconv"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// perSecond is a rate: "12.5k/s".
func perSecond(n int64) string { return frame.Count(n) + "/s" }

// ratio is a number in hundredths: "1.00".
func ratio(percent int64) string {
	text := strconv.FormatInt(percent%100, 10)
	if percent%100 < 10 {
		text = "0" + text
	}
	return strconv.FormatInt(percent/100, 10) + "." + text
}

// span is how long something took, "-" for nothing.
func span(ns int64) string {
	if ns <= 0 {
		return "-"
	}
	return frame.Span(ns)
}

// shortened is a text in w columns at most.
func shortened(text string, w int) string {
	if frame.Width(text) <= w {
		return text
	}
	runes := []rune(text)
	for len(runes) > 0 && frame.Width(string(runes)) >= w {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

// partitions is "6p".
func partitions(t *store.Topic) string {
	if t == nil || len(t.Partitions) == 0 {
		return ""
	}
	return strconv.Itoa(len(t.Partitions)) + "p"
}

// of is how many of a limit are busy, and of how many they are: of the reserved
// concurrency, or of the environments there are.
func busy(d *store.Function) (text string, n, most int) {
	if d.Limit >= 0 {
		return strconv.Itoa(d.Busy) + "/" + strconv.Itoa(d.Limit), d.Busy, max(d.Limit, d.Busy)
	}
	return strconv.Itoa(d.Busy) + " of " + strconv.Itoa(d.Environments()), d.Busy, d.Environments()
}

// revision says which revision of a function serves, and what becomes of the next.
func revision(d *store.Function) (frame.Style, string) {
	r := "r" + strconv.Itoa(int(d.Revision))
	switch {
	case d.Removed:
		return frame.Dim, "removed"
	case d.Skipped != "":
		return frame.Bad, "not run"
	case d.Broken != "" && d.BrokenRevision <= d.Revision:
		return frame.Bad, r + " ✗"
	case d.Broken != "":
		return frame.Bad, r + " ✓ r" + strconv.Itoa(int(d.BrokenRevision)) + " ✗"
	case d.Building:
		return frame.Cold, r + " building"
	case d.Draining > 0:
		return frame.Cold, "→" + r + " draining " + strconv.Itoa(d.Draining)
	}
	return frame.Dim, r
}

// badIf is the style of a number that should be 0.
func badIf(n int64, bad frame.Style) frame.Style {
	if n > 0 {
		return bad
	}
	return frame.Text
}

// field writes a label, and a number so that it ends before column x+w.
func field(a frame.Area, x, y, w int, label string, s frame.Style, value string) {
	a.Text(x, y, frame.Dim, label)
	a.Right(x+w, y, s, value)
}

// state is what a process does, in a word.
func state(p *store.Process) (frame.Style, string) {
	switch {
	case p.Running:
		return frame.Busy, "running"
	case p.Starts == 0:
		return frame.Dim, "not started"
	case p.Again > 0:
		return frame.Bad, "starts again"
	}
	return frame.Dim, "ended"
}

// growth is by how many records a second the lag of a mapping changes, over the last four
// seconds, 0 where that is next to nothing.
func growth(t *store.Topic, m *store.Mapping, now int64) int64 {
	const slices, seconds = 16, 4
	in, out := t.Rate.Over(now, slices), m.Rate.Over(now, slices)
	if by := in - out; by*20 > in || -by*20 > out {
		return by / seconds
	}
	return 0
}
