package flow

import (
	"strconv"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Says implements ui.Screen: what stands still, what is missing, what is selected.
func (s *Screen) Says(c *ui.Context) (frame.Style, string) {
	v := c.View
	switch {
	case c.Mode == ui.Held:
		return frame.Cold, "the view stands at " + frame.Clock(v.Now) + ": " + frame.Grouped(c.Newer) + " newer events; space goes on"
	case isEmpty(v) && over(c):
		return frame.Dim, "nothing was produced"
	case isEmpty(v):
		if topic := firstTopic(&v.Flow); topic != "" {
			return frame.Dim, "waiting for the first record on " + topic
		}
		return frame.Dim, "waiting for the first invocation"
	case v.Paused:
		return frame.Cold, "the world stands: . takes one input, P lets it go on"
	}
	if s.inAttention {
		if all := s.facts.attention; len(all) > 0 {
			of := &all[s.lineAt()]
			return styleOf(of.Kind), of.Name + ": " + of.Text
		}
		return frame.Dim, allIsWell
	}
	if len(v.Flow.Mappings) == 0 && v.Flow.Produced > 0 && v.Flow.Invocations == 0 {
		return frame.Cold, "records arrive, and no function reads them: events of a function in coldbrook.yaml name the topics it reads"
	}
	if len(s.rows) == 0 {
		return frame.Dim, ""
	}
	id := s.rows[s.row()]
	if id.process {
		return sayProcess(v.Flow.Process(id.name))
	}
	return sayFunction(v, v.Flow.Function(id.name))
}

func sayProcess(p *store.Process) (frame.Style, string) {
	if p == nil {
		return frame.Dim, ""
	}
	style, text := state(p)
	text = p.Name + " " + text
	if p.Running && p.PID > 0 {
		text += ", pid " + strconv.Itoa(p.PID)
	}
	if !p.Running && p.Reason != "" {
		text += ": " + p.Reason
	}
	return style, text
}

// sayFunction says in words what the row of a function shows, and what it has no room for.
func sayFunction(v *store.View, d *store.Function) (frame.Style, string) {
	switch {
	case d == nil:
		return frame.Dim, ""
	case d.Skipped != "":
		return frame.Bad, d.Name + " is not run: " + d.Skipped
	case d.Broken != "":
		return frame.Bad, d.Name + " r" + strconv.Itoa(int(d.BrokenRevision)) + ": " + d.Broken
	}
	text := d.Name + ": " + strconv.Itoa(d.Busy) + " busy, " + strconv.Itoa(d.Idle) + " idle, " + strconv.Itoa(d.Starting) + " starting"
	if d.Limit >= 0 {
		text += ", reserved concurrency " + strconv.Itoa(d.Limit)
	}
	text += "; " + frame.Grouped(d.Invocations) + " invocations, " + frame.Grouped(d.Failures) + " failed, " +
		frame.Grouped(d.Throttles) + " throttled"
	if d.Billed > 0 {
		text += ", billed " + frame.Span(int64(d.Billed)*1e6)
	}
	return frame.Dim, text
}
