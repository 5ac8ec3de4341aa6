package query

import (
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Predicate is a word that stands for a condition on an entry.
type Predicate struct {
	// Name is the word.
	Name string
	// Doc says exactly when it holds.
	Doc string
	// Told says that an entry alone does not show it: Subject.Told is asked.
	Told bool

	holds func(*journal.Entry) bool // nil if Told
}

// predicates are all predicates, in the order of the help.
var predicates = []Predicate{
	{"ok", "the outcome is succeeded", false, func(e *journal.Entry) bool { return e.Outcome == journal.Succeeded }},
	{"bad", "err, timeout, thr, dlq or lost", false, bad},
	{"err", "the outcome is function error, exited, bad response, output failed, init failed or partly failed", false, failed},
	{"timeout", "the outcome is timed out", false, func(e *journal.Entry) bool { return e.Outcome == journal.TimedOut }},
	{"thr", "the entry is that something was throttled", false, func(e *journal.Entry) bool { return e.Kind == journal.Throttled }},
	{"dlq", "the outcome is dead-lettered, or failure records were produced", false, deadLettered},
	{"lost", "the outcome is dropped or expired", false, lost},
	{"filtered", "the outcome is filtered", false, func(e *journal.Entry) bool { return e.Outcome == journal.Filtered }},
	{"retry", "a retry is scheduled, or this is a second or later attempt", false, retried},
	{"cold", "an invocation that waited for an init starts, or one ends that an init is billed with; an environment starts or is ready", false, cold},
	{"warm", "an invocation starts in an environment that was ready", false, warm},
	{"straggler", "records were produced by a handler after it had answered, or a response came for an invocation that was given up", false, straggler},
	{"held", "a failed batch waits for the next revision", false, func(e *journal.Entry) bool { return e.Kind == journal.BatchHeld }},
	{"reloaded", "code or the configuration was taken over, or could not be", false, reloaded},
	{"fault", "a fault that was asked for fired", false, func(e *journal.Entry) bool { return e.Kind == journal.FaultInjected }},
	{"notable", "plain output of coldbrook dev shows it", false, (*journal.Entry).Notable},
	{"severe", "plain output colours it as bad", false, (*journal.Entry).Severe},
	{"late", "a later record was handled before it", true, nil},
	{"keylate", "late, and both have the same key", true, nil},
	{"pinned", "the user pinned it", true, nil},
	{"marked", "the user marked it", true, nil},
	{"replay", "the user let it run again", true, nil},
}

// Predicates returns the predicates there are, in the order of the help.
func Predicates() []Predicate { return slices.Clone(predicates) }

func predicateNamed(name string) *Predicate {
	for i := range predicates {
		if predicates[i].Name == name {
			return &predicates[i]
		}
	}
	return nil
}

func bad(e *journal.Entry) bool {
	return failed(e) || e.Outcome == journal.TimedOut || e.Kind == journal.Throttled || deadLettered(e) || lost(e)
}

func failed(e *journal.Entry) bool {
	switch e.Outcome {
	case journal.FunctionError, journal.Exited, journal.BadResponse, journal.OutputFailed, journal.InitFailed, journal.PartlyFailed:
		return true
	}
	return false
}

func deadLettered(e *journal.Entry) bool {
	return e.Outcome == journal.DeadLettered || e.Kind == journal.RecordsProduced && e.Mapping != "" && e.Reason == "on-failure"
}

func lost(e *journal.Entry) bool {
	return e.Outcome == journal.Dropped || e.Outcome == journal.Expired
}

func retried(e *journal.Entry) bool { return e.Kind == journal.RetryScheduled || e.Attempt > 1 }

func cold(e *journal.Entry) bool {
	switch e.Kind {
	case journal.InvocationStarted:
		return e.Reason == journal.Cold
	case journal.InvocationEnded:
		return e.Init > 0
	case journal.EnvironmentStarting, journal.EnvironmentReady:
		return true
	}
	return false
}

func warm(e *journal.Entry) bool {
	return e.Kind == journal.InvocationStarted && (e.Reason == journal.Warm || e.Reason == "")
}

func straggler(e *journal.Entry) bool {
	return e.Kind == journal.InvocationLate || e.Kind == journal.RecordsProduced && e.Reason == journal.ProducedLate
}

func reloaded(e *journal.Entry) bool {
	return e.Kind == journal.Reloaded || e.Kind == journal.ConfigReloaded
}
