// Package platform is the function platform as a pure state machine: every rule
// of event source mappings and of functions lives here, and only here.
//
// A Machine is stepped with the current world time and one Input and answers
// with Actions and journal entries; NextTimer says when it wants to be stepped
// next. It has no goroutine, channel, lock, I/O, clock or global source of
// random numbers: same inputs at the same times with the same seed give the same
// actions, bit for bit. So it computes with integers only, never ranges over a
// map, and draws each random number from (seed, purpose, entity, n), so that
// leaving out one input does not shift the others.
//
// Words. A mapping (event source mapping) delivers the records of one topic to
// one function. Its pollers own partitions; a poller forms batches over the
// partitions it owns. A partition in a batch is blocked until the batch is
// terminal, that is, until each of its records is in a terminal state
// (succeeded, dead-lettered, dropped, expired, filtered); so batches in flight never share
// a partition. An environment runs one invocation at a time.
//
// Flow is by credit: the machine says Want, and the event source never hands
// over more. It sees metadata of records only.
//
// Non-obvious: the slices that Step returns are reused by the next Step. A batch
// is bound to the environment that was started for it, also when another one
// becomes idle first, as on AWS. An environment can be idle and have no process: it
// was reset, and its next invocation begins with an init. In one instant an invocation ends and the next
// one begins, so whatever waits for the same thing must be asked first, or it
// starves (limit.admit). A batch that was split, or of which records were too
// old, goes on in pieces under one place at its poller; to the journal each half
// is a batch with a number of its own. A partition can be in a batch that has no records of it
// left, after a partial response: a batch ends through finish only. Assignments are numbered by the event source;
// everything about an old one is a zombie and is journalled, never committed. An
// invocation whose response is held back until its modelled end is open in every
// respect. A batch that a fault throttles does not wait for its limit, which may
// be free, but for its back-off. What is asked for from outside is a batch, too,
// with a request in place of mapping, poller and records: rules of mappings must
// not be asked for it.
package platform

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// Ids are dense indexes, so that nothing needs a map. Function and mapping ids
// are positions in Config.
type (
	// FunctionID is the index of a function in Config.Functions.
	FunctionID int32
	// MappingID is the index of a mapping in Config.Mappings.
	MappingID int32
	// EnvironmentID numbers environments from 1 on; it is never reused.
	EnvironmentID uint32
	// InvocationID numbers invocations from 1 on; it is never reused.
	InvocationID uint64
)

// RecordMeta is all the machine sees of a record.
type RecordMeta struct {
	Offset int64
	// Timestamp is the record's, in Unix milliseconds.
	Timestamp int64
	// KeyHash is a fixed hash of the key (journal.HashKey); 0 for no key.
	KeyHash uint64
	// Size is how many bytes the record takes in the event document.
	Size int32
	// Bytes is what a poller reads for it: key, value and headers.
	Bytes int32
	// Filtered says that the filters of the mapping leave it out.
	Filtered bool
	// FailedOpen says that it goes on only because they failed open, and why: an
	// index of Config.FailOpenReasons. 0 if they did not.
	FailedOpen uint8
}

// Span is the records of one partition in a batch: those from First to Last,
// both inclusive, Records of them. Records in between that are filtered are not
// of the batch. Where a partition is driven in lanes a batch has several spans of it,
// and there is nothing in between.
type Span struct {
	Partition   int32
	First, Last int64
	Records     int32
}

// InputKind is what an Input tells the machine.
type InputKind uint8

// The kinds of input, and the fields each sets.
const (
	// Tick is no input: only the timers that are due.
	Tick InputKind = iota
	// Assigned: Mapping, Partition, Assignment, Offset (the position, the next
	// offset to deliver). The event source numbers assignments per partition
	// from 1 on.
	Assigned
	// Revoked: Mapping, Partition, Assignment. The machine answers Release
	// when nothing of the partition is in flight.
	Revoked
	// Lost: Mapping, Partition, Assignment. As Revoked, but there is nothing to
	// wait for: what is in flight is a zombie from now on.
	Lost
	// Arrived: Mapping, Partition, Assignment, Records (in offset order, valid
	// during Step), LogStart, Offset (all below it was handed over or is no
	// record: transaction markers, compacted; 0 = right after Records).
	Arrived
	// LogStarted: Mapping, Partition, LogStart: retention removed what is below.
	LogStarted
	// Ready: Environment, Launch, Took (real, ns). It finished its init.
	Ready
	// InitError: Environment, Launch, Took, Reason. It did not, and its process is
	// gone.
	InitError
	// Gone: Environment, Launch, Reason. Its process ended; if an invocation was open,
	// a Responded with Exited or Ended stands for it and comes first. While a
	// response is held back, an invocation is open.
	Gone
	// Responded: Invocation, Took (real, ns), CPU, Memory, Outcome (Succeeded,
	// FunctionError, Exited, BadResponse, PartlyFailed), Reason, Failed and
	// Done (for PartlyFailed: the records to retry, and the others), Outputs (how many records the
	// response gave), Ended (the environment's process is gone with it, as with
	// Exited always; no Gone is needed), TooLarge (of BadResponse: the response is
	// over the limit), Unreadable (of BadResponse: its batch item
	// failures name what is not in the batch, or are of another shape).
	Responded
	// Published: Invocation, Err ("" if all its outputs were produced).
	Published
	// FailurePublished: Invocation, Err: the failure records of its batch.
	FailurePublished
	// Committed: Mapping, Partition, Assignment, Offset (next), Err.
	Committed
	// Requested: Function, Request (chosen by the driver, from 1 on), Bytes (of
	// the payload), Async, DryRun: an invocation is asked for from outside. The
	// machine answers Respond once: for an event when it is queued, else when the
	// invocation ends.
	Requested
	// Delivered: Request, Err: what Deliver asked for.
	Delivered
	// HandedOff: Invocation (that of HandOff), Request (chosen as for Requested),
	// Bytes: the event of a batch. The machine answers Respond at once.
	HandedOff
	// Draining: no new batches are to be formed; what is in flight goes on, and
	// every partition is released as by Revoked. Events that wait are given up,
	// and Requested is refused.
	Draining
	// FaultAdded: Fault (copied). Its id is what Faults was before. One that
	// Validate refuses is ignored with a Warning, and has no id.
	FaultAdded
	// FaultRemoved: FaultID: it does not fire any more.
	FaultRemoved
	// RulesChanged: Change (copied).
	RulesChanged
	// Deployed: Function: its environments can be launched. Only functions with
	// provisioned concurrency need it, which is allocated then, and those that are
	// debugged, of which one is launched.
	Deployed
	// Reloaded: Function, Revision (more than the one before; the first is 1): the
	// function's code is another one from now on. What runs ends with the code that it
	// began with; all else begins with the new one. See revision.go.
	Reloaded
	// LetGo: Function: batches of its mappings that are held for a new revision go on as
	// if they were not (held.go).
	LetGo
	// FunctionAdded: Function (the next one: as many as there were), Change with its
	// FunctionRules. MappingAdded: Mapping (the next one), Change with its MappingRules,
	// whose function is there. See added.go.
	FunctionAdded
	MappingAdded
	// MappingRemoved: Mapping: as Draining, for one mapping, and for good; Released says
	// when nothing of it is left. FunctionRemoved: Function: it is not invoked any more, and
	// its mappings are removed with it. Ids are never used again.
	MappingRemoved
	FunctionRemoved
	// EnvironmentKilled: Environment: it ends at once, and what runs on it has exited. One
	// that is not there is ignored with a Warning. See kill.go.
	EnvironmentKilled
	// FunctionRecycled: Function: none of its environments begins another invocation. See
	// recycle.go.
	FunctionRecycled
)

// Input is one thing that happened. Which fields are set depends on Kind.
type Input struct {
	Kind        InputKind
	Mapping     MappingID
	Partition   int32
	Assignment  int32
	Environment EnvironmentID
	// Launch is that of the Launch which it is about. What is about a former one
	// is out of date, and ignored; 0 stands for the current one.
	Launch     int32
	FaultID    FaultID
	Function   FunctionID
	Invocation InvocationID
	Request    RequestID
	Revision   int32
	Bytes      int64
	Offset     int64
	LogStart   int64
	Took       int64
	CPU        int64 // processor time that it used, ns; 0 if it was not measured
	Memory     int64 // peak of the environment, bytes; 0 if it was not measured
	Outputs    int32
	Outcome    journal.Outcome
	Ended      bool
	Unreadable bool
	TooLarge   bool
	Async      bool
	DryRun     bool
	// Stood says, of Ready and Responded, that the world\'s clock may have stood still
	// while it took Took: it counts as if it had run (stood.go).
	Stood   bool
	Records []RecordMeta
	Failed  []Span
	Done    []Span
	Reason  string
	Err     string
	Fault   *Fault
	Change  *Change
}

// ActionKind is what an Action asks for.
type ActionKind uint8

// The kinds of action, and the fields each sets.
const (
	_ ActionKind = iota
	// Want: Mapping, Partition, Assignment, Records, Bytes: credit on top of
	// what was granted before. The event source may overshoot Bytes by the
	// last record.
	Want
	// Release: Mapping, Partition, Assignment: nothing of it is in flight.
	Release
	// Commit: Mapping, Partition, Assignment, Offset (next), Keep. All below Offset is
	// terminal, and payloads below Keep, which is at most Offset, are not needed any
	// more: the last batch may be asked for again (replay.go).
	Commit
	// Launch: Function, Environment, Launch (from 1 on), Revision, Provisioned: start its processes. An
	// environment whose processes have ended can be launched again: it keeps its
	// number and its temporary files.
	Launch
	// Invoke: Function, Environment, Invocation, Mapping, Spans (valid until
	// the next Step), or Mapping -1 and Request, Attempt, Deadline (world time, ns), Crash (make the
	// environment die then, and answer Responded with Exited, as for any death).
	Invoke
	// Stop: Function, Environment: end it in order; it is idle, and may have no
	// processes. Without extensions, which do not exist here, there is no grace: AWS
	// gives 0 ms (lambda-runtime-environment, shutdown phase).
	Stop
	// Kill: Function, Environment: end its processes at once. It may be launched
	// again; a Stop ends it. Reason is set where somebody wants it, and not a rule.
	Kill
	// Publish: Invocation: produce its outputs, answer Published.
	Publish
	// PublishFailure: Invocation, Mapping, Spans, Condition, Attempt (how often
	// the function was invoked with them), Reason (what went wrong): produce failure records, answer
	// FailurePublished.
	PublishFailure
	// Forget: Invocation: its response and outputs are not needed any more; or
	// Request: nothing of it is, its payload and its last response included.
	Forget
	// Respond: Request, and for one that was refused Refused and Reason. Else it
	// was accepted, if it is an event or a dry run, or has ended: Invocation,
	// Outcome, Reason.
	Respond
	// Deliver: Request, Function, Condition (Success, RetriesExhausted or
	// EventAgeExceeded), Attempt (how often the function was invoked with it),
	// Invocation, Outcome and Reason (of the last of these; without one, Reason
	// says why it was given up): produce the records for its destination and dead-letter queue, answer
	// Delivered.
	Deliver
	// HandOff: Invocation, Mapping, Function, Spans (valid until the next Step),
	// Records: make the event of a batch for the function's asynchronous queue,
	// answer HandedOff.
	HandOff
	// Rebalance: Mapping: make its consumer group rebalance.
	Rebalance
	// BrokerDown: Delay: make the broker unreachable for so long (ns).
	BrokerDown
	// Deny: Fault, a FaultDeny: deny it to clients from now on; Allow: Fault: no more.
	Deny
	Allow
)

// Action is one thing to do. Which fields are set depends on Kind.
type Action struct {
	Kind        ActionKind
	Crash       CrashMode
	Provisioned bool
	Fault       FaultID
	Mapping     MappingID
	Partition   int32
	Assignment  int32
	Function    FunctionID
	Environment EnvironmentID
	Launch      int32
	Invocation  InvocationID
	Attempt     int32
	Revision    int32
	Records     int32
	Bytes       int64
	Offset      int64
	Keep        int64
	Deadline    int64
	Delay       int64
	Spans       []Span
	Condition   string
	Request     RequestID
	Refused     Refusal
	Outcome     journal.Outcome
	Reason      string
}
