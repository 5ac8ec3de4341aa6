package journal

import "maps"

// Counts are the totals of a run. They count what was appended, whether or not
// the entry is still held.
type Counts struct {
	// Entries is how many entries there are, by kind.
	Entries [kindEnd]uint64
	// Produced is how many records reached the broker, by topic.
	Produced map[string]uint64
	// Ended is how many records ended, by mapping and terminal state.
	Ended map[string]Ended
	// Functions is what each function did.
	Functions map[string]FunctionCounts
}

// Ended is how many records of a mapping ended in which terminal state.
type Ended struct {
	Succeeded    uint64 `json:"succeeded"`
	DeadLettered uint64 `json:"deadLettered"`
	Dropped      uint64 `json:"dropped"`
	Expired      uint64 `json:"expired"`
	Filtered     uint64 `json:"filtered"`
}

// Total is how many records ended.
func (e Ended) Total() uint64 {
	return e.Succeeded + e.DeadLettered + e.Dropped + e.Expired + e.Filtered
}

// FunctionCounts is what a function did.
type FunctionCounts struct {
	Invocations uint64 `json:"invocations"`
	ColdStarts  uint64 `json:"coldStarts"`
	Failures    uint64 `json:"failures"`
	Throttles   uint64 `json:"throttles"`
	Retries     uint64 `json:"retries"`
	// MachineWaits is how many launches waited because this machine had no room.
	MachineWaits uint64 `json:"machineWaits,omitempty"`
	// Records is how many records its invocations received, retries included.
	Records uint64 `json:"records"`
	// Took is the sum of the measured durations in nanoseconds.
	Took int64 `json:"took"`
	// Billed is the sum of what its invocations are billed for, in milliseconds,
	// and Projected of what was added to their durations for its share of a
	// processor, in nanoseconds.
	Billed    int64 `json:"billedMs"`
	Projected int64 `json:"projected"`
}

func (c *Counts) clone() Counts {
	d := *c
	d.Produced, d.Ended, d.Functions = maps.Clone(c.Produced), maps.Clone(c.Ended), maps.Clone(c.Functions)
	return d
}

func (c *Counts) add(e *Entry) {
	c.Entries[e.Kind]++
	switch e.Kind {
	case RecordsProduced:
		if c.Produced == nil {
			c.Produced = map[string]uint64{}
		}
		c.Produced[e.Topic] += uint64(e.Records)
	case RecordsEnded, RecordsExpired, RecordsFiltered:
		c.addEnded(e)
	case InvocationStarted, InvocationEnded, Throttled, RetryScheduled, EnvironmentWaiting:
		c.addFunction(e)
	}
}

func (c *Counts) addEnded(e *Entry) {
	if c.Ended == nil {
		c.Ended = map[string]Ended{}
	}
	t, n := c.Ended[e.Mapping], uint64(e.Records)
	switch e.Outcome {
	case Succeeded:
		t.Succeeded += n
	case DeadLettered:
		t.DeadLettered += n
	case Dropped:
		t.Dropped += n
	case Expired:
		t.Expired += n
	case Filtered:
		t.Filtered += n
	}
	c.Ended[e.Mapping] = t
}

func (c *Counts) addFunction(e *Entry) {
	if c.Functions == nil {
		c.Functions = map[string]FunctionCounts{}
	}
	f := c.Functions[e.Function]
	switch e.Kind {
	case InvocationStarted:
		f.Invocations++
		f.Records += uint64(e.Records)
		if e.Reason == Cold {
			f.ColdStarts++
		}
	case InvocationEnded:
		f.Took += e.Measured.Took
		f.Billed += e.Billed
		f.Projected += e.Projected
		if e.Outcome != Succeeded {
			f.Failures++
		}
	case EnvironmentWaiting:
		f.MachineWaits++
	case Throttled:
		f.Throttles++
	case RetryScheduled:
		f.Retries++
	}
	c.Functions[e.Function] = f
}

// What an InvocationStarted gives as its Reason.
const (
	Cold = "cold" // it waited for an init
	Warm = "warm" // it did not
	// Suppressed is how it starts in an environment that was reset: with an init that
	// is part of it.
	Suppressed = "with a suppressed init"
)

// What it gives as its Text where the function has provisioned concurrency.
const (
	Provisioned = "provisioned"
	Spillover   = "spillover" // to an environment on demand
)
