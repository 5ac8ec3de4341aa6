package functions

import (
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Says implements ui.Screen: what the selected environment does, or what is to be known of
// the selected function.
func (s *Screen) Says(c *ui.Context) (frame.Style, string) {
	if l := s.environment(c); l != nil {
		return saysLane(c, s.selected(c), l)
	}
	d := s.selected(c)
	if d == nil {
		return frame.Dim, ""
	}
	if number, why := broken(d); why != "" {
		if number > 0 {
			return frame.Bad, d.Name + ": r" + strconv.Itoa(int(number)) + " does not serve, r" + strconv.Itoa(int(max(d.Revision, 1))) + " goes on; b shows why"
		}
		return frame.Bad, d.Name + " is not run; b shows why"
	}
	return saysFunction(c, d)
}

// saysFunction is a sentence about a function: what holds it up, the worst first.
func saysFunction(c *ui.Context, d *store.Function) (frame.Style, string) {
	f := c.View.Lanes.Of(d.Name)
	if f == nil {
		return frame.Dim, d.Name + " waits for its first record"
	}
	text := d.Name + ": environments " + strconv.Itoa(f.Alive) + ", busy " + strconv.Itoa(f.Running) + ", starting " + strconv.Itoa(f.Starting)
	if d.Queue > 0 {
		text += "; " + frame.Count(int64(d.Queue)) + " batches wait"
	}
	if d.Throttles > 0 {
		text += "; throttled " + frame.Grouped(d.Throttles) + " times"
	}
	if f.Waits > 0 {
		text += "; machine full " + times(f.Waits) + " (" + strings.TrimPrefix(shortReason(f.WaitsWhy), thisMachine) + ")"
	}
	return frame.Dim, text
}

// saysLane is a sentence about an environment.
func saysLane(c *ui.Context, d *store.Function, l *store.Lane) (frame.Style, string) {
	who := name(l) + " (r" + strconv.Itoa(int(l.Revision)) + ")"
	now := c.View.Now
	switch {
	case l.IsGone:
		return frame.Dim, who + ": gone since " + frame.Clock(l.GoneAt) + ", " + shortReason(l.Why) + "; " + life(l)
	case l.Open.Invocation != 0:
		return saysRun(c, d, l, who)
	case l.Starts():
		return frame.Cold, who + ": starts since " + frame.Span(now-l.Since) + " (" + l.Parts + ")"
	case l.IsReset:
		return frame.Bad, who + ": its processes ended (" + firstLine(l.Why) + "), its next invocation begins with an init; " + life(l)
	}
	return frame.Text, who + ": idle; " + life(l)
}

// saysRun is what an environment runs.
func saysRun(c *ui.Context, d *store.Function, l *store.Lane, who string) (frame.Style, string) {
	o, style := &l.Open, frame.Text
	text := who + ": runs invocation " + strconv.FormatUint(o.Invocation, 10)
	if o.Topic != "" {
		text += ", " + o.Topic + "/" + strconv.Itoa(int(o.Partition)) + "@" + strconv.FormatInt(o.First, 10)
		if o.Last > o.First {
			text += ".." + strconv.FormatInt(o.Last, 10)
		}
	}
	if o.Records > 1 {
		text += " (" + strconv.Itoa(int(o.Records)) + " records)"
	}
	if o.Attempt > 1 {
		text += ", try " + strconv.Itoa(int(o.Attempt))
	}
	ran := c.View.Now - o.At
	text += ", since " + frame.Span(ran)
	if of := described(c, d.Name); of != nil && of.Timeout > 0 {
		text += " of its " + frame.Span(of.Timeout) + " timeout"
		if store.IsLong(ran, of.Timeout) {
			style = frame.Bad
		}
	}
	return style, text
}

// life is what an environment has done, in short; of its failures the newest.
func life(l *store.Lane) string {
	text := frame.Grouped(l.Invocations) + " invocations"
	if l.Memory > 0 {
		text += ", " + strconv.FormatInt((l.Memory+1<<20-1)>>20, 10) + "M used"
	}
	switch {
	case l.Provisioned:
		text += ", provisioned"
	case l.Cold > 0:
		text += ", cold start " + frame.Span(l.Cold)
		if l.Failures == 0 {
			text += " (" + l.Parts + ")"
		}
	}
	if l.Failures > 0 {
		text += ", " + frame.Grouped(l.Failures) + " failed, last at " + frame.Clock(l.FailedAt) + ": " + firstLine(l.Failure)
	}
	return text
}

// times is how often something happened.
func times(n uint64) string {
	if n == 1 {
		return "once"
	}
	return frame.Grouped(n) + " times"
}
