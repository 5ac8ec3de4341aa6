package lineage

import (
	"strconv"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Record names a record.
type Record struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Offset    int64  `json:"offset"`
}

// String returns the record as users write it: orders/3@17.
func (r Record) String() string {
	return r.Topic + "/" + strconv.Itoa(int(r.Partition)) + "@" + strconv.FormatInt(r.Offset, 10)
}

// Story is what is known of one record. Times are world time in nanoseconds.
type Story struct {
	Record Record `json:"record"`
	// Evidence is by what it is known to belong to the record that this one is told of
	// with, and Of how many records stand equal by it. Zero for the record asked for.
	Evidence Evidence `json:"evidence,omitempty"`
	Of       int      `json:"of,omitempty"`
	// Produced is nil where the entry that tells of it is gone.
	Produced *Produced `json:"produced,omitempty"`
	// Causes are the stories of the records that led to it, upwards only.
	Causes []*Story `json:"causes,omitempty"`
	// Readings are what became of it, one for each mapping or process that read it.
	Readings []*Reading `json:"readings,omitempty"`
	// Again says that the record is told elsewhere in this tree.
	Again bool `json:"again,omitempty"`
	// Cuts say what is not told, and why, in words.
	Cuts []string `json:"cuts,omitempty"`

	// The rest is that of the record asked for alone.

	// Message is the record with its payload, nil if it is gone.
	Message *journal.Message `json:"-"`
	// Key is its key as text, where Message is there.
	Key string `json:"key,omitempty"`
	// Total is the time from when it was produced to the end of all it led to that is
	// told, Where the parts of the longest way there.
	Total int64  `json:"total,omitempty"`
	Where []Span `json:"where,omitempty"`
	// Hops is how many functions and processes that way passed.
	Hops int `json:"hops,omitempty"`
	// Cost is the share of the bill that it and all it led to has, as far as it is told.
	Cost int64 `json:"cost,omitempty"`
	// Missed is how many entries of the run are gone; what they said is not told.
	Missed uint64 `json:"missed,omitempty"`
	// Removed says that retention has removed the record from the log.
	Removed bool `json:"removed,omitempty"`
}

// Produced is who produced a record.
type Produced struct {
	At int64 `json:"at"`
	// Function, Environment and Invocation, or Request, or Process, or Client did.
	Function    string `json:"function,omitempty"`
	Environment uint32 `json:"environment,omitempty"`
	Invocation  uint64 `json:"invocation,omitempty"`
	Request     uint64 `json:"request,omitempty"`
	Process     string `json:"process,omitempty"`
	Client      string `json:"client,omitempty"`
	Mapping     string `json:"mapping,omitempty"`
	// Via is how: "response", "on-failure", "on-success", "dead-letter", "own address";
	// empty for a process or a client.
	Via string `json:"via,omitempty"`
	// Late: it left the environment after its invocation had answered. Ambiguous: it
	// cannot be told which invocation of the environment made it.
	Late      bool `json:"late,omitempty"`
	Ambiguous bool `json:"ambiguous,omitempty"`
	// Resolution says, of what a process produced, how sure its origin is, in words.
	Resolution string `json:"resolution,omitempty"`
}

// Reading is what a mapping, or a process, did with a record.
type Reading struct {
	Mapping  string `json:"mapping,omitempty"`
	Function string `json:"function,omitempty"`
	Process  string `json:"process,omitempty"`
	// Arrived is when it was handed the record, 0 if that is not known; Times how often
	// a process read it.
	Arrived int64 `json:"arrived,omitempty"`
	Times   int   `json:"times,omitempty"`
	// Batches are those it was part of: first the one that was formed of records, then,
	// by a bisect, its parts; or others after a rebalance.
	Batches []Batch `json:"batches,omitempty"`
	// Attempts are the invocations that had it, of all batches.
	Attempts []*Attempt `json:"attempts,omitempty"`
	// Outcome is how it ended for the mapping, at Ended; NoOutcome if it has not yet.
	Outcome journal.Outcome `json:"outcome,omitempty"`
	Ended   int64           `json:"ended,omitempty"`
	Reason  string          `json:"reason,omitempty"`
	// Committed is when its offset was committed, 0 if it is not.
	Committed int64 `json:"committed,omitempty"`
	// Waits says what a record that has not ended waits for, in words.
	Waits string `json:"waits,omitempty"`
	// Outputs are what a process made of it. Those of functions are with their attempt.
	Outputs []*Story `json:"outputs,omitempty"`
	// Unattributed is how many records the process produced after it had read this one
	// and before it read another, of which nothing tells that they are of this one.
	Unattributed int         `json:"unattributed,omitempty"`
	Overtaken    []Overtaken `json:"overtaken,omitempty"`
	Cuts         []string    `json:"cuts,omitempty"`

	spans []interval
}

// Batch is a batch that a record was part of.
type Batch struct {
	Batch   uint64 `json:"batch"`
	Formed  int64  `json:"formed"`
	Records int32  `json:"records"`
	// Reason is what closed it, in words.
	Reason string `json:"reason"`
}

// Attempt is an invocation that had the record.
type Attempt struct {
	Invocation  uint64 `json:"invocation"`
	Batch       uint64 `json:"batch,omitempty"`
	Request     uint64 `json:"request,omitempty"`
	Attempt     int32  `json:"attempt"`
	Environment uint32 `json:"environment"`
	Records     int32  `json:"records"`
	// Start is cold, warm or suppressed, in the words of journal.
	Start   string `json:"start"`
	Started int64  `json:"started"`
	// Ended is 0 while it runs.
	Ended   int64           `json:"ended,omitempty"`
	Outcome journal.Outcome `json:"outcome,omitempty"`
	Reason  string          `json:"reason,omitempty"`
	Billed  int64           `json:"billed,omitempty"` // milliseconds, of all its records
	// Cost is the share of the record.
	Cost int64 `json:"cost,omitempty"`
	// Waited is what the record waited for before it, since the attempt before or since
	// it was produced.
	Waited  []Span   `json:"waited,omitempty"`
	Outputs []*Story `json:"outputs,omitempty"`
	// Ambiguous is how many records of the environment may be of this invocation or of
	// another one, with nothing that tells.
	Ambiguous int      `json:"ambiguous,omitempty"`
	Cuts      []string `json:"cuts,omitempty"`

	spans int    // of the reading, those until it ended
	seq   uint64 // of its start
}

// Overtaken says that a record was overtaken by another one.
type Overtaken struct {
	Record  Record `json:"record"`
	Mapping string `json:"mapping"`
	By      Record `json:"by"`
	// Rule is which rule of order that breaks, and Cause what made it happen, in words.
	Rule  string `json:"rule"`
	Cause string `json:"cause,omitempty"`
}

// Span is time that went into one thing.
type Span struct {
	What What  `json:"what"`
	Time int64 `json:"time"` // nanoseconds
}

// What is what time went into.
type What uint8

// What time goes into.
const (
	_         What = iota
	Poll           // from the log to the mapping or the process
	Window         // until its batch was closed
	Queue          // until the batch was tried, where nothing below held it up
	Throttle       // until the next try after a throttle
	ColdStart      // for the start of an environment
	Backoff        // until the next attempt
	Held           // for the next revision of the code
	Run            // in the handler
	Send           // from the answer to the outputs in the log
)

var whatNames = [...]string{"", "poll", "window", "queue", "throttle", "cold start", "back-off", "held", "run", "send"}

// String returns it in words.
func (w What) String() string { return whatNames[w] }

// MarshalText writes it in words, for JSON.
func (w What) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// interval is a part of a record's time at a mapping.
type interval struct {
	what     What
	from, to int64
}
