package flow

import (
	"strconv"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// isEmpty says that nothing has flown yet.
func isEmpty(v *store.View) bool { return v.Flow.Produced == 0 && v.Flow.Invocations == 0 }

// writer writes sentences below each other, in two columns.
type writer struct {
	a    frame.Area
	x, y int
	left int // where a line begins
}

// label begins a paragraph.
func (w *writer) label(text string) {
	w.a.Text(w.left, w.y, frame.Dim, text)
	w.x = w.left + labelWidth
}

const labelWidth = 12

// part writes what stands side by side; what does not fit begins a line.
func (w *writer) part(s frame.Style, text string) {
	n := frame.Width(text)
	if w.x > w.left+labelWidth && w.x+n > w.a.W-1 {
		w.next()
	}
	w.x = w.a.Cut(w.x, w.y, w.a.W-1-w.x, s, text) + 3
}

// next begins a line.
func (w *writer) next() { w.x, w.y = w.left+labelWidth, w.y+1 }

// drawEmpty says that nothing was produced yet, what there is, and what to do.
func (s *Screen) drawEmpty(c *ui.Context, a frame.Area) {
	w := &writer{a: a, left: 3, y: 1}
	if a.W < listWidth || a.H < listHeight {
		w.left, w.y = 1, 0
	}
	f := &c.View.Flow
	w.a.Cut(w.left, w.y, a.W-w.left-1, frame.Text|frame.Bold, emptyTitle(c))
	w.y += 2
	w.label("topics")
	for _, t := range f.Topics {
		w.part(frame.Text, t.Name+" "+partitions(t))
	}
	if len(f.Topics) == 0 {
		w.part(frame.Dim, "none: a topic is there with the first record produced to it")
	}
	w.next()
	if kafka := c.Driver.Info().Kafka; kafka != "" {
		w.label("broker")
		w.part(frame.Text, kafka+" is up")
		w.next()
	}
	w.label("functions")
	drawEmptyFunctions(w, f)
	if len(f.Processes) > 0 {
		w.next()
		w.label("processes")
		for _, p := range f.Processes {
			style, text := state(p)
			w.part(style, p.Name+" "+text)
		}
	}
	if !over(c) {
		w.y += 2
		drawToStart(c, w)
	}
}

// over says that nothing more can come.
func over(c *ui.Context) bool { return c.Mode == ui.Finished || c.View.Ended }

func emptyTitle(c *ui.Context) string {
	switch {
	case c.Mode == ui.Finished && !c.View.Ended:
		return "Nothing had been produced by then."
	case over(c):
		return "Nothing was produced in this run."
	case c.View.Paused:
		return "Nothing has been produced yet, and the world stands: P lets it go on."
	}
	return "Nothing has been produced yet."
}

// drawEmptyFunctions says of each function whether it can run.
func drawEmptyFunctions(w *writer, f *store.Flow) {
	if len(f.Functions) == 0 {
		w.part(frame.Dim, "none in coldbrook.yaml")
	}
	for _, d := range f.Functions {
		r := "r" + strconv.Itoa(int(d.Revision))
		switch {
		case d.Skipped != "":
			w.part(frame.Bad, d.Name+" ✗ not run: "+d.Skipped)
		case d.Broken != "":
			w.part(frame.Bad, d.Name+" ✗ "+d.Broken)
		case d.Building:
			w.part(frame.Cold, d.Name+" is being built")
		case d.Idle+d.Busy == 0 && d.Invocations == 0: // nothing has shown that it starts
			w.part(frame.Text, d.Name+" "+r+", not started yet")
		default:
			w.part(frame.Text, d.Name+" ✓ "+r)
		}
	}
}

// firstTopic is the topic that a run begins with: the first one that a function reads and
// none writes.
func firstTopic(f *store.Flow) string {
	for _, m := range f.Mappings {
		written := false
		for _, d := range f.Functions {
			for _, o := range d.Outputs() {
				written = written || o.Topic == m.Topic
			}
		}
		if !written {
			return m.Topic
		}
	}
	if len(f.Topics) > 0 {
		return f.Topics[0].Name
	}
	return ""
}

// drawToStart says how to begin.
func drawToStart(c *ui.Context, w *writer) {
	f := &c.View.Flow
	w.label("to start")
	topic := firstTopic(f)
	if topic == "" {
		if len(f.Functions) > 0 {
			w.part(frame.Text, "in another terminal: coldbrook invoke "+f.Functions[0].Name)
		}
		return
	}
	key := "i"
	if len(f.Topics) > 1 {
		key = "i, Enter" // the first of the menu
	}
	w.part(frame.Text, key+" sends a sample to "+topic+"; or in another terminal:")
	w.next()
	w.part(frame.Text, "coldbrook produce "+topic+" --sample")
	if kafka := c.Driver.Info().Kafka; kafka != "" {
		w.part(frame.Text, "kcat -b "+kafka+" -t "+topic+" -P")
	}
	for _, d := range f.Functions {
		if d.Broken != "" && d.Skipped == "" {
			w.y += 2
			w.a.Cut(w.left, w.y, w.a.W-w.left-1, frame.Bad, d.Name+" does not run: save a fix and it reloads by itself. Enter shows the whole error.")
			return
		}
	}
}
