package order

import (
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Domain is between which records order is wanted.
type Domain uint8

// The domains.
const (
	ByKey       Domain = iota // records of one partition with the same key
	ByPartition               // records of one partition
	ByTopic                   // all records of a topic, by their time
)

// Rule is an ordering rule; its name is that of the rule in facts/triggers.md 7.2.
type Rule uint8

// The rules.
const (
	_                  Rule = iota
	ConcurrentKey           // O1: two records of the domain are handled at the same time
	StartedOutOfOrder       // O2: first attempts begin in another order than that of the offsets
	DisorderInBatch         // O3: the same inside one batch
	Skipped                 // O4: delivered while an earlier one is neither delivered nor filtered
	Overtaken               // O5: delivered while an earlier one has not ended, and is not in the same invocation
	LateCompletion          // O5: a later one of the domain succeeded before the earlier ended
	StaleRetry              // O6: an earlier one is tried again after a later one succeeded
	DuplicateWindow         // O7: as O6 after a rebalance; no violation
	CommitPastOpen          // O8: committed although an earlier record has not ended
	HandledTwice            // O9: a record succeeded more than once
	Lost                    // O10: a record was given up and kept nowhere, or at the end of a committed range never ended
	Stuck                   // O10: at the end a record is not handled, and not committed either
	Zombie                  // O11: an invocation of an old owner ends after the new one began
	KeyInTwoPartitions      // O12: one key in several partitions of a topic
	OutputDisorder          // O13: outputs of one key in another order than their inputs
	StateFork               // O14: windows do not fold as their records lie; not applicable, there are no windows

	rules // how many there are
)

// Ref names a record.
type Ref struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Offset    int64  `json:"offset"`
}

// Delivery is one handling of a record: an invocation that had it. Times are world time
// in nanoseconds; Ended 0 says that it has not.
type Delivery struct {
	Record      Ref    `json:"record"`
	Key         uint64 `json:"key"` // journal.HashKey
	Invocation  uint64 `json:"invocation"`
	Batch       uint64 `json:"batch"`
	Environment uint32 `json:"environment"`
	Attempt     int32  `json:"attempt"`
	// Waited is how long its batch had existed before the invocation began.
	Waited  int64 `json:"waited,omitempty"`
	Started int64 `json:"started"`
	Ended   int64 `json:"ended,omitempty"`
	// Cold says that the invocation waited for a cold start.
	Cold    bool            `json:"cold,omitempty"`
	Outcome journal.Outcome `json:"outcome"`
}

// Violation is one violation of a rule with its witness.
type Violation struct {
	Rule     Rule   `json:"rule"`
	Function string `json:"function"`
	Mapping  string `json:"mapping"`
	// At is when it was known, Seq the entry that showed it.
	At  int64  `json:"at"`
	Seq uint64 `json:"seq"`
	// Earlier and Later are the two records; only Earlier is set where there is one.
	Earlier Delivery  `json:"earlier"`
	Later   *Delivery `json:"later,omitempty"`
	// KeyText is the key, where whoever has the payloads has set it.
	KeyText string `json:"keyText,omitempty"`
	// Places is by how many records of the domain the earlier one was overtaken, 0 if
	// that is not counted.
	Places int `json:"places,omitempty"`
	// Cause is what made it happen, Fix the setting that would prevent it, in words.
	Cause Cause  `json:"cause"`
	Fix   string `json:"fix"`
}

// Options are what is checked.
type Options struct {
	// Domain is between which records order is wanted. Default ByKey.
	Domain Domain
	// Of describes the run.
	Of *journal.Description
	// Witnesses is how many violations of each rule, function and partition are kept with
	// their witness; all are counted. Default 100.
	Witnesses int
	// About are the records that witnesses are kept of, as the earlier one; nil for any.
	About map[Ref]bool
	// Found is called within Add with each violation by a record, also if it is not kept;
	// nil for nobody. first says that it is the first rule of order that the record breaks:
	// Tally.Disordered is how often that was so. What the Violation points to is not changed
	// afterwards.
	Found func(v *Violation, first bool)
}
