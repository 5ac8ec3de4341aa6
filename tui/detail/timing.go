package detail

import (
	"slices"
	"strconv"

	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/record"
)

// phase is a part of the time of a record at a mapping.
type phase struct {
	label    string
	what     lineage.What
	from, to int64
}

// bars are phases on one scale.
type bars struct {
	phases   []phase
	from, to int64
}

// timing is the phases of the first reading that has any: from when the record was
// produced to its end.
func timing(of *lineage.Story) content {
	for _, r := range of.Readings {
		if len(r.Attempts) == 0 {
			continue
		}
		b := &bars{from: r.Arrived}
		if of.Produced != nil {
			b.from = of.Produced.At
		}
		at := b.from
		for _, a := range r.Attempts {
			for _, w := range inOrder(a) {
				b.add(w.What.String(), w.What, at, at+w.Time)
				at += w.Time
			}
			if a.Ended > a.Started {
				b.add("try "+strconv.Itoa(int(a.Attempt)), lineage.Run, a.Started, a.Ended)
			}
			at = max(a.Started, a.Ended)
		}
		if r.Ended > at {
			b.add("to the log", lineage.Send, at, r.Ended)
		}
		return b.worthTelling()
	}
	return say(frame.Dim, "No function was invoked with this record.")
}

// inOrder is what a record waited for before an attempt, in the order in which that comes:
// a back-off begins when the attempt before has failed.
func inOrder(a *lineage.Attempt) []lineage.Span {
	var all []lineage.Span
	for _, first := range []bool{true, false} {
		for _, w := range a.Waited {
			if (w.What == lineage.Backoff || w.What == lineage.Poll || w.What == lineage.Window) == first {
				all = append(all, w)
			}
		}
	}
	return all
}

// worthTelling leaves out what took less than 0.1 ms and than a hundredth of all.
func (b *bars) worthTelling() *bars {
	b.phases = slices.DeleteFunc(b.phases, func(p phase) bool {
		took := p.to - p.from
		return took < 1e5 && took < (b.to-b.from)/100
	})
	return b
}

func (b *bars) add(label string, what lineage.What, from, to int64) {
	if to <= from {
		return
	}
	b.phases = append(b.phases, phase{label, what, from, to})
	b.to = max(b.to, to)
}

func (b *bars) rows() int { return len(b.phases) + 1 }

func (b *bars) draw(a frame.Area, y, i int) {
	if i == len(b.phases) {
		a.Right(a.W-1, y, frame.Dim, "together "+frame.Span(b.to-b.from))
		return
	}
	p := &b.phases[i]
	const label, number = 12, 9
	a.Cut(1, y, label-1, frame.Dim, p.label)
	a.Right(a.W-1, y, frame.Text, frame.Span(p.to-p.from))
	w := int64(a.W - label - number - 1)
	if w <= 0 || b.to <= b.from {
		return
	}
	from := (p.from - b.from) * w / (b.to - b.from)
	to := max((p.to-b.from)*w/(b.to-b.from), from+1)
	glyph, style := record.Mark(p.what)
	for x := min(from, w-1); x < min(to, w); x++ {
		a.Rune(label+int(x), y, style, glyph)
	}
}
