package events

import (
	"strings"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Says implements ui.Screen.
func (s *Screen) Says(c *ui.Context) (frame.Style, string) {
	s.update(c)
	e := &c.View.Events
	if row := s.selected(c); row != nil && row.Reason != "" && (s.cursor != 0 || c.Mode != ui.Live) {
		reason, _, _ := strings.Cut(row.Reason, "\n")
		return states[row.State].style, states[row.State].word + ": " + reason
	}
	shown := plural(s.list.Len(), "event")
	switch {
	case e.Total == 0:
		return frame.Dim, "waiting for the first event"
	case s.list.Filtered():
		shown = frame.Grouped(uint64(s.list.Len())) + " match, " + frame.Grouped(uint64(s.list.Hidden())) + " hidden"
		if scan := s.list.Scanning(); scan != "" {
			shown += ", " + scan
		}
	case e.First() > 1:
		shown = "the newest 65,536 of " + frame.Grouped(e.Total) + " events"
	}
	switch {
	case c.Mode == ui.Held:
		return frame.Cold, "‖ held at " + frame.Clock(c.View.Now) + ", " + plural(int(c.Newer), "newer event") + " wait (space resumes)   " + shown
	case c.View.Paused:
		return frame.Cold, "■ the world stands: . takes one input, P lets it go on   " + shown
	case c.Mode == ui.Live && s.cursor == 0:
		return frame.Dim, "in the order in which they ended, the newest at the bottom   " + shown
	}
	return frame.Dim, shown
}

// drawEmpty says why there is nothing, and what to do.
func (s *Screen) drawEmpty(c *ui.Context, a frame.Area) {
	y := min(1, a.H-1)
	say := func(style frame.Style, text string) {
		a.Cut(3, y, a.W-4, style, text)
		y++
	}
	f := &c.View.Flow
	switch {
	case s.list.Mistake() != nil:
		say(frame.Bad, s.list.Mistake().Error())
		say(frame.Dim, "Backspace shows everything again; / changes the filter")
	case s.list.Filtered() && s.list.Scanning() != "":
		say(frame.Text, "No event matches so far: "+s.list.Scanning()+" of "+frame.Grouped(c.View.Events.Total)+".")
	case s.list.Filtered():
		say(frame.Text, "The filter hides all "+frame.Grouped(uint64(s.list.Hidden()))+" events.")
		say(frame.Dim, "Backspace shows them again; / changes the filter: "+c.Filter)
	case f.Produced == 0:
		say(frame.Text, "Nothing has been produced yet.")
		if c.Mode != ui.Finished {
			say(frame.Dim, "i sends one sample to a topic")
		}
	case len(f.Mappings) == 0:
		say(frame.Text, frame.Grouped(f.Produced)+" records were produced, and no function reads a topic.")
		say(frame.Dim, "a function reads one with events: in coldbrook.yaml")
	default:
		say(frame.Text, frame.Grouped(f.Produced)+" records were produced, and none has ended yet.")
		for _, d := range f.Functions {
			if d.Broken != "" {
				say(frame.Bad, d.Name+" does not run: "+d.Broken)
			}
		}
	}
	if c.View.Paused {
		y++
		say(frame.Cold, "The world stands: . takes one input, P lets it go on.")
	}
}
