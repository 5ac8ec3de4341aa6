package journal

// Kind is what an entry is about.
type Kind uint8

// The kinds of entries, and the fields each sets beside Seq, At and Kind.
const (
	_ Kind = iota

	// RunStarted: Text says with which profile and seed.
	RunStarted
	// RunStopping: Reason says why (interrupted, --for, asked by "coldbrook stop").
	RunStopping
	// RunStopped is the last entry of a run.
	RunStopped
	// Note is a sentence for the user: Text; Function, Process, Topic if it is
	// about one.
	Note
	// Warning is a Note that something is probably not as the user wants it.
	Warning

	// RecordsProduced: Topic, Partition, First, Last, Records, Bytes. Who:
	// Function, Environment and Invocation if an environment produced them;
	// Process if a process did; Mapping with Function and Invocation if they
	// are outputs or failure records (Reason "output", "on-failure"); none
	// for other clients. Reason "late" or "ambiguous" qualifies Invocation.
	RecordsProduced
	// BadFrame: a connection sent what is no Kafka request and was closed.
	// Reason; Measured.Address is the remote end.
	BadFrame
	// RetentionMoved: Topic, Partition; First is the new log start.
	RetentionMoved

	// PartitionAssigned: Mapping, Topic, Partition, First (position).
	PartitionAssigned
	// PartitionRevoked: Mapping, Topic, Partition; Reason.
	PartitionRevoked
	// BatchFormed: Mapping, Function, Batch; one entry per partition of it:
	// Topic, Partition, First, Last, Records; Bytes of the whole batch;
	// Reason is what closed it (size, window, payload), or "bisect of batch N"
	// for a half of N, the first one with Delay.
	BatchFormed
	// RecordsExpired: Mapping, Topic, Partition, First, Last, Records.
	// Outcome is Expired.
	RecordsExpired
	// RecordsEnded: Mapping, Function, Batch, Invocation, Topic, Partition,
	// First, Last, Records; Outcome is a terminal state.
	RecordsEnded
	// OffsetCommitted: Mapping, Topic, Partition, Last (the last offset that
	// is committed as done).
	OffsetCommitted
	// CommitFailed: as OffsetCommitted, with Reason.
	CommitFailed

	// EnvironmentStarting: Function, Environment, Delay (modelled cold start),
	// Reason (which parts).
	EnvironmentStarting
	// EnvironmentReady: Function, Environment, Delay (modelled cold start),
	// Measured.Took (the real one).
	EnvironmentReady
	// EnvironmentGone: Function, Environment, Reason.
	EnvironmentGone

	// InvocationStarted: Function, Mapping, Environment, Invocation, Batch,
	// Attempt, Records, Bytes; Reason "cold" or "warm".
	InvocationStarted
	// InvocationEnded: as InvocationStarted, Outcome, Reason (error type and
	// message), Duration, Init, Billed, Projected, Measured.Took, Measured.CPU,
	// Measured.Memory.
	InvocationEnded
	// InvocationLate: a response for an invocation that was already given up.
	InvocationLate
	// Throttled: Function, Mapping, Batch, Delay (until the next try), Reason
	// (which limit).
	Throttled
	// RetryScheduled: Function, Mapping, Batch, Attempt (the coming one),
	// Delay, Reason.
	RetryScheduled

	// Output is a line that a handler or process printed: Function and
	// Environment (and Invocation if one was open), or Process; Text; Reason
	// "stdout" or "stderr".
	Output
	// ProcessStarted: Process, Measured.PID.
	ProcessStarted
	// ProcessExited: Process, Reason, Delay until it is started again, 0 = not.
	ProcessExited
	// BuildStarted, BuildEnded: Function, Reason (the command or the error),
	// Outcome, Measured.Took.
	BuildStarted
	BuildEnded

	// FaultInjected: a fault that was asked for has fired. Reason says what was
	// done, in words; Delay if it has one. Function, Mapping, Batch of what
	// triggered it, if something did; Environment and Invocation if that was an
	// invocation that started.
	FaultInjected

	// RecordsFiltered: Mapping, Function, Topic, Partition, First, Last, Records:
	// the filters of the mapping leave them out. Outcome is Filtered. No record
	// that goes on lies between First and Last; but in between the First and Last
	// of entries about a batch such ones may lie, which are no part of it.
	RecordsFiltered

	kindEnd
)

var kindNames = [kindEnd]string{"", "run started", "run stopping", "run stopped", "note", "warning",
	"records produced", "bad frame", "retention moved",
	"partition assigned", "partition revoked", "batch formed", "records expired", "records ended",
	"offset committed", "commit failed",
	"environment starting", "environment ready", "environment gone",
	"invocation started", "invocation ended", "invocation late", "throttled", "retry scheduled",
	"output", "process started", "process exited", "build started", "build ended",
	"fault injected", "records filtered"}

// String returns the kind in words.
func (k Kind) String() string { return kindNames[k] }

// MarshalText writes the kind in words, for JSON.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
