package order

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// Cause is what made a violation happen, as far as the entries around it tell.
type Cause uint8

// The causes.
const (
	UnknownCause Cause = iota
	ColdStart          // it waited for a cold start
	Retry              // it failed and was tried again
	LongerRun          // it ran longer
	Throttle           // it was throttled
	Reload             // it was held for another revision of the code
	Rebalance          // its partition changed its owner
	PartialBatch       // a response named it and not the later one
	Bisect             // its batch was split
	AtMostOnce         // the platform is done with a record before the function is, or gives it up
	Retention          // retention removed it first
	RunEnded           // the run ended first
	Partitioning       // a key went to several partitions
	Behind             // its batch waited for others, in another lane of its partition

	causes // how many there are
)

var causeNames = [causes]string{"unknown", "cold start", "retry", "longer run", "throttle", "reload", "rebalance",
	"partial batch", "bisect", "at most once", "retention", "end of the run", "partitioning", "waiting behind another batch"}

// String returns the cause in a word or two.
func (c Cause) String() string { return causeNames[c] }

// MarshalText writes the cause for JSON.
func (c Cause) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// cause finds out why a rule is broken: why the earlier record was late, as a rule.
// later is nil where there is none.
func (c *Checker) cause(r Rule, earlier, later *Delivery, s *slot) Cause {
	switch r {
	case Lost:
		return lossOf(s)
	case Stuck, CommitPastOpen:
		return c.whyOpen(s)
	case DuplicateWindow, Zombie:
		return Rebalance
	case HandledTwice:
		if s.flags&again != 0 {
			return Rebalance
		}
		return Retry
	case KeyInTwoPartitions:
		return Partitioning
	case DisorderInBatch:
		return UnknownCause
	}
	return c.whyLate(earlier, later, s)
}

func lossOf(s *slot) Cause {
	switch {
	case s.rank == s.offset && s.state == unknown:
		return Retention
	case s.state == left: // and the next owner began behind it
		return Rebalance
	}
	return AtMostOnce
}

// whyOpen says why a record has not ended.
func (c *Checker) whyOpen(s *slot) Cause {
	b := c.batches.get(s.batch)
	switch {
	case s.state == left && s.attempts == 0, b == nil:
		return RunEnded
	case b.what&kept != 0:
		return Reload
	case b.what&retried != 0:
		return Retry
	case b.what&throttled != 0:
		return Throttle
	}
	return RunEnded
}

// whyLate says why a record was late, from what happened to its batch and invocation.
func (c *Checker) whyLate(earlier, later *Delivery, s *slot) Cause {
	b := c.batches.get(earlier.Batch)
	var what happened
	if b != nil {
		what = b.what
	}
	var other *batch
	if later != nil {
		other = c.batches.get(later.Batch)
	}
	switch {
	case s.flags&again != 0:
		return Rebalance
	case what&kept != 0:
		return Reload
	case what&partly != 0 && later != nil && later.Batch == earlier.Batch:
		return PartialBatch
	case what&bisected != 0 && other != nil && other.parent == b.parent:
		return Bisect
	case what&retried != 0 || earlier.Attempt > 1:
		return Retry
	case what&throttled != 0:
		return Throttle
	case earlier.Invocation == 0 && earlier.Batch != 0 && (later == nil || later.Batch != earlier.Batch):
		return ColdStart // nothing but an environment can be waited for
	case earlier.Cold && (later == nil || !later.Cold || earlier.Waited > later.Waited):
		return ColdStart
	case earlier.Invocation == 0 || later != nil && earlier.Started > later.Started:
		return Behind
	}
	return LongerRun
}

// fix is the setting in coldbrook.yaml that would prevent it, in words.
func (c *Checker) fix(v *Violation) string {
	b := c.batches.get(v.Earlier.Batch)
	async := b != nil && b.what&queued != 0
	switch v.Rule {
	case Lost:
		return lostFix(v, async)
	case Stuck:
		if v.Cause == RunEnded {
			return "let the run go on until it is idle"
		}
		return "retries: N, with onFailure: the topic or queue that keeps what cannot be handled"
	case CommitPastOpen:
		return inOrder + " and commit when it is done"
	case KeyInTwoPartitions:
		return "topics: the same number of partitions for as long as it has records, and one partitioner for all producers"
	case DuplicateWindow, HandledTwice, Zombie:
		return "a smaller batchSize shortens the window; a handler that stands duplicates closes it"
	case DisorderInBatch:
		return ""
	}
	switch {
	case async:
		return inOrder
	case c.options.Domain == ByTopic || v.Later == nil || v.Later.Batch == v.Earlier.Batch || v.Cause == Rebalance || v.Cause == Bisect:
		return causeFix(v.Cause)
	case c.options.Domain == ByKey: // two batches of a partition at once, which only lanes have
		return "kafka: order: key, which keeps it, or order: partition"
	}
	return "kafka: order: partition"
}

// inOrder lets one batch of a partition at a time be handled.
const inOrder = "kafka: profile: connect-sync or aws, which handle one batch of a partition at a time"

func lostFix(v *Violation, async bool) string {
	switch {
	case v.Cause == Retention:
		return "kafka: retention: more, or a function that keeps up"
	case v.Cause == Rebalance:
		return "startingPosition: TRIM_HORIZON: with another one, a new owner begins behind what was not committed yet"
	case v.Earlier.Outcome == journal.NoOutcome || v.Earlier.Outcome == journal.Abandoned:
		return "kafka: profile: aws, which commits when the handler has succeeded"
	case async:
		return "deadLetter, or async: onFailure: what keeps an event that cannot be handled"
	}
	return "onFailure: the topic or queue that keeps what cannot be handled"
}

func causeFix(cause Cause) string {
	switch cause {
	case PartialBatch:
		return "partialResponseMode: from-lowest"
	case Bisect, Retry:
		return inOrder + "; retries happen in place then"
	case Reload:
		return "onReload: continue"
	case Throttle:
		return "reservedConcurrency: more, or none"
	case ColdStart:
		return "provisionedConcurrency: as many as there are partitions, or " + inOrder
	case LongerRun:
		return inOrder
	case Rebalance:
		return "a longer timeout for members of the group than the longest batch takes (smaller batchSize)"
	}
	return ""
}
