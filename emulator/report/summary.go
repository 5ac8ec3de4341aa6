// Package report passes verdicts on a run, from what its journal says: the summary that a
// run ends with, what it would have cost, and how well its functions suit their streams.
//
// What a run does not show, it says, and guesses nothing. What was modelled and what was
// measured on this machine are told apart.
package report

import (
	"slices"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Run is what a summary is told about the run beside its counts.
type Run struct {
	Profile string
	Seed    uint64
	// Ran is how long it ran, in world time.
	Ran time.Duration
	// Left is how many records were not terminal at the end.
	Left int64
	// Rates is what it is billed by. Nil leaves cost out.
	Rates *Rates
}

// Summary is what a run came to, in totals. Its JSON form is stable.
type Summary struct {
	Profile string `json:"profile"`
	Seed    uint64 `json:"seed"`
	// Ran is how long the run took, in nanoseconds of world time: pauses are not in it.
	Ran time.Duration `json:"ran"`

	// Events is how many records reached the broker; Handled how many records
	// ended in a terminal state, counted once per mapping, and Left how many
	// did not.
	Events  uint64 `json:"events"`
	Handled uint64 `json:"handled"`
	Left    int64  `json:"left"`

	// Succeeded, DeadLettered, Dropped, Expired and Filtered divide Handled.
	Succeeded    uint64 `json:"succeeded"`
	DeadLettered uint64 `json:"deadLettered"`
	Dropped      uint64 `json:"dropped"`
	Expired      uint64 `json:"expired"`
	Filtered     uint64 `json:"filtered"`

	// The totals of all functions.
	Invocations uint64 `json:"invocations"`
	ColdStarts  uint64 `json:"coldStarts"`
	Failures    uint64 `json:"failures"`
	Throttles   uint64 `json:"throttles"`
	Retries     uint64 `json:"retries"`

	// Topics is how many records reached each topic, by name.
	Topics []Topic `json:"topics"`
	// Functions is what each function did, by name.
	Functions []Function `json:"functions"`
	// Cost is what it would have cost.
	Cost *Cost `json:"cost,omitempty"`
}

// Topic is how many records reached a topic.
type Topic struct {
	Name   string `json:"name"`
	Events uint64 `json:"events"`
}

// Function is what a function did.
type Function struct {
	Name string `json:"name"`
	// Records is how many records its invocations received, retries included.
	Records     uint64 `json:"records"`
	Invocations uint64 `json:"invocations"`
	ColdStarts  uint64 `json:"coldStarts"`
	Failures    uint64 `json:"failures"`
	Throttles   uint64 `json:"throttles"`
	Retries     uint64 `json:"retries"`
	// MachineWaits is how many of its environments had to wait because this machine
	// had no room: no limit of the platform.
	MachineWaits uint64 `json:"machineWaits,omitempty"`
	// MeanDuration is the mean of the measured durations of its invocations, in
	// nanoseconds.
	MeanDuration int64 `json:"meanDuration"`
	// Billed is what its invocations are billed for, in milliseconds, and Cost what
	// that and they cost, in units of profile.PriceUnit.
	Billed int64 `json:"billedMs,omitempty"`
	Cost   int64 `json:"cost,omitempty"`
	// Projected is what was added to their durations for its share of a processor,
	// in nanoseconds.
	Projected int64 `json:"projected,omitempty"`
}

// Summarize adds up what the journal counted in a run.
func Summarize(run Run, counts journal.Counts) Summary {
	s := Summary{Profile: run.Profile, Seed: run.Seed, Ran: run.Ran, Left: run.Left,
		Topics: []Topic{}, Functions: []Function{}}
	for name, n := range counts.Produced {
		s.Events += n
		s.Topics = append(s.Topics, Topic{Name: name, Events: n})
	}
	for _, e := range counts.Ended {
		s.Handled += e.Total()
		s.Succeeded += e.Succeeded
		s.DeadLettered += e.DeadLettered
		s.Dropped += e.Dropped
		s.Expired += e.Expired
		s.Filtered += e.Filtered
	}
	for name, f := range counts.Functions {
		s.addFunction(name, f)
	}
	slices.SortFunc(s.Topics, func(a, b Topic) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(s.Functions, func(a, b Function) int { return strings.Compare(a.Name, b.Name) })
	s.price(run.Rates)
	return s
}

func (s *Summary) addFunction(name string, f journal.FunctionCounts) {
	s.Invocations += f.Invocations
	s.ColdStarts += f.ColdStarts
	s.Failures += f.Failures
	s.Throttles += f.Throttles
	s.Retries += f.Retries
	mean := int64(0)
	if f.Invocations > 0 {
		mean = f.Took / int64(f.Invocations)
	}
	s.Functions = append(s.Functions, Function{Name: name, Records: f.Records, Invocations: f.Invocations,
		ColdStarts: f.ColdStarts, Failures: f.Failures, Throttles: f.Throttles, Retries: f.Retries, MachineWaits: f.MachineWaits, MeanDuration: mean,
		Billed: f.Billed, Projected: f.Projected})
}
