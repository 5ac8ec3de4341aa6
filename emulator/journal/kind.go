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
	// BatchFormed: Mapping, Function, Batch; one entry per partition of it, or, where
	// that is driven in lanes, per run of offsets without a gap: Topic, Partition,
	// First, Last, Records; Bytes of the whole batch; Reason is what closed it (size,
	// window, payload), or "bisect of batch N" for a half of N, the first one with Delay.
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
	// Reason (which parts: placement, which is not billed, and init, which is);
	// Invocation and a Reason with "phase invoke" if its init runs inside one; Text
	// "provisioned" for provisioned concurrency.
	EnvironmentStarting
	// EnvironmentReady: Function, Environment, Delay (modelled cold start),
	// Measured.Took (the real one); Invocation as with EnvironmentStarting.
	EnvironmentReady
	// EnvironmentGone: Function, Environment, Reason.
	EnvironmentGone

	// InvocationStarted: Function, Mapping, Environment, Invocation, Batch,
	// Attempt, Records, Bytes; without Mapping and Batch, but with Request, where
	// it was asked for from outside; Reason Cold, Warm or Suppressed; Delay if it is
	// the first call after an init and takes so long at least; where the function has
	// provisioned concurrency, Text "provisioned" or "spillover".
	InvocationStarted
	// InvocationEnded: as InvocationStarted, Outcome, Reason (error type and
	// message), Duration, Init, Billed, Projected, Measured.Took, Measured.CPU,
	// Measured.Memory.
	InvocationEnded
	// InvocationLate: a response for an invocation that was already given up.
	InvocationLate
	// Throttled: Function, Mapping, Batch, Delay (until the next try), Reason
	// (which limit), Text the rule where it is a rate. Without a Mapping, Request in place of Batch; Delay is 0 where
	// nobody tries again.
	Throttled
	// RetryScheduled: Function, Mapping, Batch, Attempt (the coming one),
	// Delay, Reason. Without a Mapping, Request in place of Batch.
	RetryScheduled

	// Output is a line that a handler or process printed: Function and
	// Environment (and Invocation if one was open), or Process; Text; Reason
	// "stdout", "stderr" or, of what the platform itself prints, "platform".
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
	// invocation that started. Or something was done by hand: Environment, and
	// Invocation, Mapping, Batch or Request of what ran on it, was killed; or Function
	// had its environments recycled.
	FaultInjected

	// RecordsFiltered: Mapping, Function, Topic, Partition, First, Last, Records:
	// the filters of the mapping leave them out. Outcome is Filtered. No record
	// that goes on lies between First and Last; but in between the First and Last
	// of entries about a batch such ones may lie, which are no part of it.
	RecordsFiltered

	// EnvironmentWaiting: Function, Reason: an environment is not started yet,
	// because this machine cannot hold it. It has no number until it is.
	EnvironmentWaiting
	// PollersScaled: Mapping, Function; First is how many pollers there were, Last
	// how many there are now; Reason (why), Delay since that was decided.
	PollersScaled
	// PollerWaiting: Mapping, Function, Topic, Partition (the first of those that
	// wait), Delay; a poller reads no more until then. Reason is the rule.
	PollerWaiting
	// EventQueued: Function, Request, Bytes: an event was accepted into the
	// asynchronous queue of a function. Where it is a batch of an asynchronous sink
	// connector, also Mapping, Topic, Partition, First, Last, Records and Batch.
	EventQueued
	// EventEnded: Function, Request, Attempt (how often the function was invoked
	// with it); Outcome is Succeeded, DeadLettered (to the on-failure destination
	// or the dead-letter queue), Dropped or Abandoned; Reason is the condition, or
	// what went wrong.
	EventEnded
	// EnvironmentReset: Function, Environment, Reason: its processes ended, and its
	// next invocation begins with an init. Outcome InitFailed or Exited if no
	// invocation has ended with that.
	EnvironmentReset
	// Reloaded: Function or Process, Revision, Text (the files that were changed, as the
	// user knows them), Outcome Succeeded when Revision serves from now on; FunctionError
	// (its build failed) or InitFailed (it does not start) when Revision does not, and the
	// one before goes on: Reason is the compiler's or the runtime's message. Abandoned:
	// a newer change came first. Measured.Took is the whole time since the first change
	// was seen, Measured.Reload its parts.
	Reloaded
	// ConfigReloaded: the configuration file was read again. Text says what was changed,
	// a line each; Outcome Succeeded, or if nothing was FunctionError, or Abandoned where
	// there is no file any more, with Reason.
	ConfigReloaded
	// BatchHeld: Mapping, Function, Batch, Invocation, Attempt, Topic, Partition, First,
	// Last, Records, Outcome, Reason: a batch failed and waits for the next revision
	// (onReload).
	BatchHeld
	// BatchReleased: as BatchHeld: it waits no more. Reason is why: "revision 7", or that
	// the user let it go.
	BatchReleased
	// BatchCompared: as InvocationEnded, Revision: the outcome of a batch on a new
	// revision beside that on the one before. Outcome and Reason are the new ones, Text the
	// sentence of both: "r6 function error: KeyError: 'x'; r7 succeeded".
	BatchCompared
	// RecordsArrived: Mapping, Function, Topic, Partition, First, Last, Records, Each: a
	// mapping was handed these records. They are in it before the batches that they are
	// part of. Only where the run was asked to look at every record.
	RecordsArrived
	// RecordsFetched: Process, Topic, Partition, First, Last, Records (0 where it is not
	// known): a process read these records at its own address, whole batches as they are
	// in the log. Not in virtual time.
	RecordsFetched
	// ReaderAwaited: Reason (whom), Measured.Took: the run stood still because a reader
	// that loses nothing was a whole log behind. Not in virtual time.
	ReaderAwaited
	// WorldPaused: the user made the world's clock stand still. What the entries after it
	// tell until WorldResumed went on around the world: what is printed, processes,
	// builds. Not in virtual time, like the next two.
	WorldPaused
	// WorldResumed: Measured.Took: how long it stood still on the wall, by which entries
	// after it are behind; Reason, if nobody asked for it.
	WorldResumed
	// WorldStepped: Reason: the one thing that the paused world did: the input that it
	// took, or the timer that it went on to; the entries after it tell what came of that.
	// Delay: how far its clock was moved on. Function, Invocation, Environment, Mapping,
	// Topic, Partition of the input.
	WorldStepped

	kindEnd
)

var kindNames = [kindEnd]string{"", "run started", "run stopping", "run stopped", "note", "warning",
	"records produced", "bad frame", "retention moved",
	"partition assigned", "partition revoked", "batch formed", "records expired", "records ended",
	"offset committed", "commit failed",
	"environment starting", "environment ready", "environment gone",
	"invocation started", "invocation ended", "invocation late", "throttled", "retry scheduled",
	"output", "process started", "process exited", "build started", "build ended",
	"fault injected", "records filtered", "environment waiting", "pollers scaled", "poller waiting", "event queued", "event ended",
	"environment reset", "reloaded", "config reloaded", "batch held", "batch released", "batch compared",
	"records arrived", "records fetched", "reader awaited", "world paused", "world resumed", "world stepped"}

// String returns the kind in words.
func (k Kind) String() string { return kindNames[k] }

// MarshalText writes the kind in words, for JSON.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
