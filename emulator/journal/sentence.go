package journal

import (
	"strconv"
	"strings"
)

// Sentence returns the entry in words, for people: who, what, and the records
// it is about. It has no full stop. Line breaks in it are those of Text and
// Reason (what a build printed, a stack trace).
func (e *Entry) Sentence() string {
	switch e.Kind {
	case RunStarted:
		return orElse(e.Text, "started")
	case RunStopping:
		return with("stopping", e.Reason)
	case RunStopped:
		return "stopped"
	case Note:
		return e.about(e.Text)
	case Warning:
		return "warning: " + e.about(e.Text)
	case FaultInjected:
		return e.about("fault injected: "+e.Reason) + e.trigger()
	case RecordsProduced, BadFrame, RetentionMoved:
		return e.brokerSentence()
	case PartitionAssigned, PartitionRevoked, BatchFormed, RecordsExpired, RecordsEnded, OffsetCommitted, CommitFailed, RecordsFiltered:
		return e.mappingSentence()
	case PollersScaled, PollerWaiting:
		return e.pollerSentence()
	case EnvironmentStarting, EnvironmentReady, EnvironmentGone, EnvironmentReset, EnvironmentWaiting:
		return e.environmentSentence()
	case EventQueued, EventEnded:
		return e.eventSentence()
	case InvocationStarted, InvocationEnded, InvocationLate, Throttled, RetryScheduled:
		return e.invocationSentence()
	case RecordsArrived, RecordsFetched, ReaderAwaited:
		return e.readSentence()
	case Reloaded, ConfigReloaded, BatchHeld, BatchReleased, BatchCompared:
		return e.reloadSentence()
	case WorldPaused, WorldResumed, WorldStepped:
		return e.worldSentence()
	default:
		return e.programSentence()
	}
}

func (e *Entry) brokerSentence() string {
	switch e.Kind {
	case RecordsProduced:
		return e.rangeOf() + ": " + e.records() + " (" + Bytes(e.Bytes) + ") " + e.producer()
	case BadFrame:
		return "closed the connection from " + orElse(e.Measured.Address, "a client") +
			", it does not speak Kafka: " + e.Reason
	default:
		return e.partition() + ": retention removed the records before offset " + strconv.FormatInt(e.First, 10)
	}
}

// producer says who produced, after the rule at RecordsProduced.
func (e *Entry) producer() string {
	switch {
	case e.Mapping != "" && e.Reason == "on-failure":
		return "as failure records of " + e.Mapping + ", batch " + number(max(e.Batch, e.Invocation))
	case e.Mapping != "":
		return "as output of " + e.Function + ", invocation " + number(e.Invocation)
	case e.Process != "":
		return "produced by " + e.Process
	case e.Function == "":
		return "produced by client " + orElse(e.Measured.Client, "without a name")
	}
	s := "produced by " + e.Function
	if e.Invocation != 0 {
		s += ", invocation " + number(e.Invocation)
	}
	if e.Reason == ProducedLate {
		return s + " (late: produced after answer)"
	}
	if e.Reason != "" {
		s += " (" + e.Reason + ")"
	}
	return s
}

// ByPlatform reports whether records were produced by the platform and not by the handler,
// though they are about its invocation: those of destinations and of dead-letter queues.
func (e *Entry) ByPlatform() bool {
	switch e.Reason {
	case "on-failure", "on-success", "dead-letter":
		return e.Kind == RecordsProduced
	}
	return false
}

// ProducedLate is the Reason of RecordsProduced where a handler's records left its
// environment after it had answered.
const ProducedLate = "late"

func (e *Entry) mappingSentence() string {
	who := e.Mapping + ": "
	switch e.Kind {
	case PartitionAssigned:
		return who + e.partition() + " assigned, from offset " + strconv.FormatInt(e.First, 10)
	case PartitionRevoked:
		return who + with(e.partition()+" revoked", e.Reason)
	case BatchFormed:
		return who + "batch " + number(e.Batch) + " formed by " + e.Reason + e.scope()
	case RecordsExpired:
		return who + e.records() + " of " + e.rangeOf() + " expired: retention removed them before they were handled"
	case RecordsFiltered:
		return who + e.records() + " of " + e.rangeOf() + " filtered out"
	case RecordsEnded:
		s := who + e.records() + " " + e.Outcome.String()
		if e.Invocation != 0 {
			s += " after invocation " + number(e.Invocation)
		}
		return with(s+" ("+e.rangeOf()+")", e.Reason)
	case OffsetCommitted:
		return who + e.partition() + " committed up to offset " + strconv.FormatInt(e.Last, 10)
	default:
		return who + with(e.partition()+" could not be committed up to offset "+strconv.FormatInt(e.Last, 10), e.Reason)
	}
}

func (e *Entry) pollerSentence() string {
	if e.Kind == PollersScaled {
		return with(e.Mapping+": "+number(uint64(e.First))+" to "+number(uint64(e.Last))+" pollers", e.Reason)
	}
	return with(e.Mapping+": the poller of "+e.partition()+" waits "+Duration(e.Delay), e.Reason)
}

func (e *Entry) environmentSentence() string {
	who := e.Function + ": environment " + number(uint64(e.Environment))
	switch e.Kind {
	case EnvironmentWaiting:
		return with(e.Function+": an environment waits to be started", e.Reason)
	case EnvironmentStarting:
		s := who + " starting"
		if e.Text != "" {
			s += " (" + e.Text + ")"
		}
		if e.Delay > 0 {
			s += e.starting(", cold start ", ", init ") + Duration(e.Delay)
		}
		if e.Reason != "" {
			s += " (" + e.Reason + ")"
		}
		return s
	case EnvironmentReady:
		s := who + " ready"
		if e.Delay > 0 {
			s += e.starting(" after a cold start of ", " after an init of ") + Duration(e.Delay)
		}
		if e.Measured.Took > 0 {
			s += ", really " + Duration(e.Measured.Took)
		}
		return s
	case EnvironmentReset:
		return with(who+" reset", e.Reason)
	default:
		return with(who+" gone", e.Reason)
	}
}

// starting chooses by what an environment goes through: a cold start, or an init
// inside an invocation.
func (e *Entry) starting(cold, inside string) string {
	if e.Invocation != 0 {
		return inside
	}
	return cold
}

func (e *Entry) invocationSentence() string {
	who := e.Function + ": "
	invocation := "invocation " + number(e.Invocation)
	switch e.Kind {
	case InvocationStarted:
		kind := ""
		if e.Text != "" {
			kind = ", " + e.Text
		}
		return who + invocation + " started " + orElse(e.Reason, Warm) + " in environment " +
			number(uint64(e.Environment)) + kind + e.scope()
	case InvocationEnded:
		s, more := who+invocation+" "+e.Outcome.verb()+" after "+Duration(e.Measured.Took)+e.extrapolation(), ""
		if e.Outcome != Succeeded {
			// The scope belongs to the first line, not behind a stack trace.
			s, more = cutLine(with(s, orElse(e.Reason, e.Outcome.reason())))
		}
		return s + e.scope() + more
	case InvocationLate:
		return who + "late response of " + invocation + ", it had been given up"
	case Throttled:
		reason := e.Reason
		if e.Text != "" {
			reason += " (" + e.Text + ")"
		}
		if e.Request != 0 && e.Delay == 0 {
			return who + with("throttled", reason) + e.scope()
		}
		return who + with("throttled", reason) + ", next try in " + Duration(e.Delay) + e.scope()
	default:
		// The end of the attempt before it has said the rest.
		reason, _ := cutLine(e.Reason)
		return who + with("attempt "+strconv.Itoa(int(e.Attempt))+" of "+e.tried()+" in "+
			Duration(e.Delay), reason)
	}
}

func (e *Entry) eventSentence() string {
	who := e.Function + ": request " + number(e.Request)
	if e.Kind == EventQueued {
		return who + " queued (" + Bytes(e.Bytes) + ")"
	}
	s := who + " " + e.Outcome.String()
	if e.Attempt != 1 {
		s += " after " + strconv.Itoa(int(e.Attempt)) + " attempts"
	}
	return with(s, e.Reason)
}

// extrapolation says what was added to the duration of an invocation.
func (e *Entry) extrapolation() string {
	if e.Projected == 0 {
		return ""
	}
	return " and " + Duration(e.Projected) + " extrapolated from " + Duration(e.Measured.CPU) + " of CPU to its share of one"
}

func (e *Entry) programSentence() string {
	switch e.Kind {
	case Output:
		return orElse(e.Function, e.Process) + " | " + e.Text
	case ProcessStarted:
		s := e.Process + ": started"
		if e.Measured.PID != 0 {
			s += ", pid " + strconv.Itoa(e.Measured.PID)
		}
		return s
	case ProcessExited:
		s := with(e.Process+": ended", e.Reason)
		if e.Delay > 0 {
			s += ", starts again in " + Duration(e.Delay)
		}
		return s
	case BuildStarted:
		return with(e.Function+": building", e.Reason)
	case BuildEnded:
		if e.Outcome == Succeeded {
			return e.Function + ": built in " + Duration(e.Measured.Took)
		}
		if e.Outcome == Abandoned {
			return e.Function + ": build given up after " + Duration(e.Measured.Took)
		}
		return with(e.Function+": build failed after "+Duration(e.Measured.Took), e.Reason)
	}
	return "entry of unknown kind " + strconv.Itoa(int(e.Kind))
}

// verb says in a sentence about an invocation how it ended.
func (o Outcome) verb() string {
	switch o {
	case Succeeded, TimedOut, Exited, Abandoned, PartlyFailed:
		return o.String()
	}
	return "failed"
}

// reason is what an invocation ended with when nothing more is known: nothing
// where the verb has said it.
func (o Outcome) reason() string {
	if o.verb() == "failed" {
		return o.String()
	}
	return ""
}

// about puts who a Note is about in front of it.
func (e *Entry) about(text string) string {
	if who := orElse(orElse(e.Function, e.Process), e.Topic); who != "" {
		return who + ": " + text
	}
	return text
}

// trigger is " (invocation 17, batch 12)": what let a fault fire.
func (e *Entry) trigger() string {
	switch {
	case e.Invocation != 0:
		return " (invocation " + number(e.Invocation) + ", " + e.tried() + ")"
	case e.Batch != 0, e.Request != 0:
		return " (" + e.tried() + ")"
	}
	return ""
}

// scope is " (bids/2 @120-141, 22 records, attempt 2)": what is known of it.
func (e *Entry) scope() string {
	var parts []string
	if e.Topic != "" {
		parts = append(parts, e.rangeOf())
	}
	if e.Request != 0 {
		parts = append(parts, "request "+number(e.Request))
	}
	if e.Records != 0 {
		parts = append(parts, e.records())
	}
	if e.Attempt > 1 {
		parts = append(parts, "attempt "+strconv.Itoa(int(e.Attempt)))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// tried is what is tried: a batch, or what was asked for from outside.
func (e *Entry) tried() string {
	if e.Request != 0 {
		return "request " + number(e.Request)
	}
	return "batch " + number(e.Batch)
}

func (e *Entry) partition() string { return e.Topic + "/" + strconv.Itoa(int(e.Partition)) }

func (e *Entry) rangeOf() string {
	s := e.partition() + " @" + strconv.FormatInt(e.First, 10)
	if e.Last != e.First {
		s += "-" + strconv.FormatInt(e.Last, 10)
	}
	return s
}

func (e *Entry) records() string {
	if e.Records == 1 {
		return "1 record"
	}
	return strconv.Itoa(int(e.Records)) + " records"
}

// cutLine divides s into its first line and the rest, line break included.
func cutLine(s string) (first, rest string) {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

// with appends ": reason" if there is one.
func with(s, reason string) string {
	if reason == "" {
		return s
	}
	return s + ": " + reason
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
