package platform

import (
	"fmt"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

func seconds(ns int64) string { return time.Duration(ns).String() }

// describeEntry writes an entry with every field that is set, so that a
// transcript holds all that the machine said.
func describeEntry(e *journal.Entry) string {
	var b strings.Builder
	b.WriteString(strings.ToUpper(e.Kind.String()))
	add := func(format string, args ...any) { fmt.Fprintf(&b, " "+format, args...) }
	if e.Topic == "" && e.Function != "" {
		add("%s", e.Function)
	}
	if e.Topic != "" {
		add("%s/%d", e.Topic, e.Partition)
		if e.First != 0 || e.Last != 0 || e.Records != 0 {
			add("@%d-%d", e.First, e.Last)
		}
	}
	if e.Kind == journal.PollersScaled {
		add("%d to %d", e.First, e.Last)
	}
	for _, n := range []struct {
		name  string
		value int64
	}{
		{"records", int64(e.Records)}, {"bytes", e.Bytes}, {"batch", int64(e.Batch)}, {"attempt", int64(e.Attempt)},
		{"request", int64(e.Request)}, {"invocation", int64(e.Invocation)}, {"environment", int64(e.Environment)},
		{"revision", int64(e.Revision)},
	} {
		if n.value != 0 {
			add("%s=%d", n.name, n.value)
		}
	}
	if e.Delay != 0 {
		add("delay=%s", seconds(e.Delay))
	}
	if e.Billed != 0 {
		add("duration=%s init=%s billed=%dms", seconds(e.Duration), seconds(e.Init), e.Billed)
	}
	if e.Projected != 0 {
		add("projected=%s of cpu=%s", seconds(e.Projected), seconds(e.Measured.CPU))
	}
	if e.Outcome != journal.NoOutcome {
		add("[%s]", e.Outcome)
	}
	if e.Reason != "" {
		add("%q", e.Reason)
	}
	if e.Text != "" {
		add("%q", e.Text)
	}
	return b.String()
}

func (s *script) describeAction(a *Action) string {
	if a.Request != 0 {
		return describeRequestAction(a)
	}
	mapping := ""
	if len(s.cfg.Mappings) > 0 {
		mapping = s.cfg.Mappings[a.Mapping].Name
	}
	switch a.Kind {
	case Want:
		return fmt.Sprintf("want %s/%d: %d records, %d bytes", mapping, a.Partition, a.Records, a.Bytes)
	case Release:
		return fmt.Sprintf("release %s/%d, assignment %d", mapping, a.Partition, a.Assignment)
	case Commit:
		text := fmt.Sprintf("commit %s/%d: %d", mapping, a.Partition, a.Offset)
		if a.Keep != a.Offset {
			text += fmt.Sprintf(", keep from %d on", a.Keep)
		}
		return text
	case Launch:
		text := fmt.Sprintf("launch environment %d of %s", a.Environment, s.cfg.Functions[a.Function].Name)
		if a.Provisioned {
			text += ", provisioned"
		}
		if a.Revision != 1 {
			text += fmt.Sprintf(", revision %d", a.Revision)
		}
		return text
	case Invoke:
		return fmt.Sprintf("invoke %d in environment %d: %s, attempt %d, until %s%s", a.Invocation, a.Environment,
			describeSpans(a.Spans), a.Attempt, seconds(a.Deadline),
			[...]string{CrashNone: "", CrashBefore: ", crash before", CrashAfter: ", crash after"}[a.Crash])
	case Stop:
		return fmt.Sprintf("stop environment %d", a.Environment)
	case Kill:
		return fmt.Sprintf("kill environment %d", a.Environment)
	case Publish:
		return fmt.Sprintf("publish outputs of %d", a.Invocation)
	case PublishFailure:
		return fmt.Sprintf("publish failure of %d: %s, %s, attempt %d", a.Invocation, describeSpans(a.Spans), a.Condition, a.Attempt)
	case HandOff:
		return fmt.Sprintf("hand off as %d: %s", a.Invocation, describeSpans(a.Spans))
	case Forget:
		return fmt.Sprintf("forget %d", a.Invocation)
	case Rebalance:
		return fmt.Sprintf("rebalance %s", mapping)
	case BrokerDown:
		return fmt.Sprintf("broker down for %s", seconds(a.Delay))
	}
	return fmt.Sprintf("unknown action %d", a.Kind)
}

func describeSpans(spans []Span) string {
	words := make([]string, len(spans))
	for i, s := range spans {
		words[i] = fmt.Sprintf("%d@%d-%d", s.Partition, s.First, s.Last)
		if int64(s.Records) != s.Last-s.First+1 {
			words[i] += fmt.Sprintf(" (%d records)", s.Records)
		}
	}
	return strings.Join(words, " ")
}
