package journal

import (
	"fmt"
	"strconv"
)

// reloadSentence is that of an entry about a new revision, and what follows from it.
func (e *Entry) reloadSentence() string {
	switch e.Kind {
	case Reloaded:
		return e.reloaded()
	case ConfigReloaded:
		switch e.Outcome {
		case Succeeded:
		case Abandoned:
			return "the configuration is gone, what it said last counts: " + e.Reason
		default:
			return "the configuration was saved with mistakes and nothing of it applies: " + e.Reason
		}
		return "configuration reloaded: " + orElse(e.Text, "nothing has changed")
	case BatchHeld:
		// The end of the attempt has said the rest.
		reason, _ := cutLine(e.Reason)
		if reason == "" {
			reason = e.Outcome.String()
		}
		return e.Mapping + ": batch " + number(e.Batch) + " (" + e.rangeOf() + ") is held until a new revision, or coldbrook release " + e.Function + ": " + reason
	case BatchReleased:
		where := ""
		if e.Topic != "" { // else all its partitions are gone
			where = " (" + e.rangeOf() + ")"
		}
		return e.Mapping + ": batch " + number(e.Batch) + where + " goes on: " + e.Reason
	default:
		return e.Mapping + ": batch " + number(e.Batch) + ": " + e.Text
	}
}

// reloaded does not say which revision serves when this one does not: whoever reads the
// whole journal knows.
func (e *Entry) reloaded() string {
	if e.Process != "" {
		return e.restarted()
	}
	who := e.Function + " r" + strconv.Itoa(int(e.Revision))
	switch e.Outcome {
	case Succeeded:
		p := &e.Measured.Reload
		s := fmt.Sprintf("%s live in %d ms (seen %d, build %d, drain %d, init %d)", who,
			e.Measured.Took/1e6, p.Seen/1e6, p.Build/1e6, p.Drain/1e6, p.Init/1e6)
		if e.Reason != "" {
			s += ", " + e.Reason
		}
		return s
	case Abandoned:
		return with(who+" given up", e.Reason)
	case InitFailed:
		return with(who+" does not start", e.Reason)
	}
	return with(who+" cannot be built", e.Reason)
}

func (e *Entry) restarted() string {
	if e.Outcome != Succeeded {
		return with(e.Process+": cannot be started again", e.Reason)
	}
	p := &e.Measured.Reload
	return fmt.Sprintf("%s: started again in %d ms (seen %d, drain %d, init %d)", e.Process, e.Measured.Took/1e6, p.Seen/1e6, p.Drain/1e6, p.Init/1e6)
}
