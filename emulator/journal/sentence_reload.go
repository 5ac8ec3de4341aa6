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
		if e.Outcome != Succeeded {
			return "the configuration was saved with mistakes and nothing of it applies: " + e.Reason
		}
		return "configuration reloaded: " + orElse(e.Text, "nothing has changed")
	case BatchHeld:
		// The end of the attempt has said the rest.
		reason, _ := cutLine(e.Reason)
		return e.Mapping + ": batch " + number(e.Batch) + " (" + e.rangeOf() + ") " + with(e.Outcome.String()+": held until a new revision", reason)
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

func (e *Entry) reloaded() string {
	who := e.Function + e.Process + " r" + strconv.Itoa(int(e.Revision))
	switch e.Outcome {
	case Succeeded:
		p := &e.Measured.Reload
		return fmt.Sprintf("%s live in %d ms (seen %d, build %d, drain %d, init %d)", who,
			e.Measured.Took/1e6, p.Seen/1e6, p.Build/1e6, p.Drain/1e6, p.Init/1e6)
	case Abandoned:
		return who + " given up: " + e.Reason
	case InitFailed:
		return who + " does not start, the one before goes on: " + e.Reason
	}
	return who + " cannot be built, the one before goes on: " + e.Reason
}
