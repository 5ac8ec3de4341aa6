package platform

import "github.com/coldbrook-dev/coldbrook/emulator/profile"

// Config is the resolved, plain configuration of a Machine: no pointers, no
// defaults left to fill in. All durations are nanoseconds, all sizes bytes.
type Config struct {
	// Seed is the origin of every random draw.
	Seed uint64
	// Epoch is the Unix time of world time 0, in nanoseconds: the age of records
	// counts from their timestamps.
	Epoch int64
	// MaxProcesses is how many environments this machine holds that are processes
	// here, over all functions; 0 means any number. It is no rule of a platform.
	MaxProcesses int32
	// AccountConcurrency is how many invocations may be open at once over all
	// functions.
	AccountConcurrency int32
	Functions          []Function
	// RequestMax and EventMax are the most bytes of a payload that comes from
	// outside, for a synchronous and an asynchronous invocation; 0 means any.
	RequestMax, EventMax int64
	Mappings             []Mapping
	// Faults are there from the beginning. One that Validate refuses never
	// fires; the first Step warns of it.
	Faults []Fault
	// FailOpenReasons are the reasons of RecordMeta.FailedOpen in words; the first
	// is none.
	FailOpenReasons []string
}

// Function is the rules of one function.
type Function struct {
	Name string
	// Timeout is how long an invocation may take.
	Timeout int64
	// Duration is how long an invocation takes in the model, on top of nothing: a
	// response that comes earlier is held back until then. Nil is what the
	// handler really takes.
	Duration *profile.Quantiles
	// Memory is the function's, in bytes, and MemoryPerCPU what a whole processor
	// comes with: their quotient is the function's share of processors. Where
	// MemoryPerCPU is 0, durations are not projected to that share.
	Memory, MemoryPerCPU int64
	// Billing is what invocations are billed for.
	Billing Billing
	// Reserved is the reserved concurrency; negative means none is set.
	Reserved int32
	// Init and Placement are the two parts of a cold start. A nil table takes
	// no time.
	Init, Placement *profile.Quantiles
	// FirstCall is how long the first call of an environment takes at least after
	// an init: code is loaded and compiled then. It is added to a Duration.
	FirstCall int64
	// IdleMin and IdleMax bound how long an idle environment is kept, drawn
	// uniformly.
	IdleMin, IdleMax int64
	// LifeMin and LifeMax bound how long an environment is used at all, however
	// busy it is, drawn uniformly. A LifeMax of 0 is for ever.
	LifeMin, LifeMax int64
	// Proactive is how often, in millionths, an environment is started ahead when
	// the last idle one becomes busy.
	Proactive uint32
	// InitLimit is how long an init may take that runs before the first
	// invocation. It is tried again inside that, under Timeout.
	InitLimit int64
	// Process says that its environments are processes on this machine.
	Process bool
	// RequestsPerEnvironment is how many requests a second an environment serves,
	// and so a function for each of its concurrency; 0 means any number.
	RequestsPerEnvironment int32
	// ScalingMost is how many environments may be started on demand in each
	// ScalingPeriod; 0 means any number.
	ScalingMost   int32
	ScalingPeriod int64
	// Provisioned is the provisioned concurrency; at most Reserved, where that is
	// set. ProvisionedMin and ProvisionedMax bound how long its allocation takes,
	// drawn uniformly, at least ProvisionedInterval for each environment.
	// ProvisionedInitLimit stands for InitLimit in it.
	Provisioned                               int32
	ProvisionedMin, ProvisionedMax            int64
	ProvisionedInterval, ProvisionedInitLimit int64
	// Async is the rules of its asynchronous queue.
	Async Async
	// Debugged says that its handler may stand at a breakpoint: it has one environment,
	// and no timer runs out for it (debug.go). It is no rule of a platform.
	Debugged bool
}

// OnReload is what becomes of batches when the code of their function changes. It is
// no rule of a platform.
//
// It is for what an event source mapping invokes: whoever asks from outside waits for
// an answer, and events have the rules of their queue. It does not apply to a sink
// connector whose task ends with an error (StopOnError), because that is what becomes of
// its batches, nor to one that hands them to that queue (Async). Throttles, and outputs
// that cannot be produced, are no fault of the code: they are retried by the clock.
// Neither the retries nor the maximum age of a batch run out while it is held, and it
// is held for as long as it takes: until a new revision, LetGo, or the end of the run.
type OnReload uint8

// Continue leaves batches to their rules. Retry holds one that failed until there is
// a new revision, and tries it first then. ReplayLast does the same, and tries the last
// batch of each poller again even if it did not fail.
const (
	Continue OnReload = iota
	Retry
	ReplayLast
)

// Mapping is the rules of one event source mapping.
type Mapping struct {
	// Name is its consumer group.
	Name     string
	Topic    string
	Function FunctionID
	// BatchSize is the most records in a batch.
	BatchSize int32
	// Window is how long a poller waits for more; 0 takes what there is.
	// WindowFromInvocation lets it begin when the invocation before has completed,
	// as on demand, and not when the batch has, as in provisioned mode.
	Window               int64
	WindowFromInvocation bool
	// PayloadMax is the most bytes of an event document, PayloadBase what a
	// document takes without records and PayloadPartition what each partition
	// in it adds.
	PayloadMax, PayloadBase, PayloadPartition int64
	// Pollers is how many pollers share the partitions, and PollerConcurrency
	// how many batches each may have in flight; one that waits for another try
	// keeps its place.
	Pollers, PollerConcurrency int32
	// PollersMin and PollersMax bound the number that Pollers begins with, where
	// PollersMax is the greater: see scale.go. Else it is fixed. Not more are added
	// than there are partitions.
	PollersMin, PollersMax int32
	// ScaleEvery is how often that number is looked at, and ScaleDelay how long a
	// change takes. ScaleFactor is by how much it grows or shrinks at once, at
	// least 2. ScaleRebalances makes the group rebalance with each change.
	ScaleEvery, ScaleDelay int64
	ScaleFactor            int32
	ScaleRebalances        bool
	// PollerRate is how many bytes of records (RecordMeta.Bytes) a poller puts into
	// batches in a second; 0 means any.
	PollerRate int64
	// Retries is how often a failed batch is tried again; negative means until
	// it succeeds.
	Retries int32
	// OnFailure is the topic for records whose retries are exhausted; "" means
	// they are dropped.
	OnFailure string
	// ExhaustedCondition is why such records go there, in the words of the
	// destination: "" means RetriesExhausted. AgeCondition is that of records that
	// are too old: "" means RecordAgeExceeded, which AWS documents for streams and
	// not for Kafka.
	ExhaustedCondition, AgeCondition string
	// MaxAge is how old a record may be when it is tried; 0 means any age.
	MaxAge int64
	// Bisect splits a batch whose invocation failed in two. BisectCounts lets that
	// use up a retry, which it does not on AWS.
	Bisect, BisectCounts bool
	// FromLowest tries again everything from the lowest record of a partition on
	// that a partial response names, and not only what it names.
	FromLowest bool
	// RetryBackoff and ThrottleBackoff are the waits before another try. A
	// ThrottleBackoff of 0 waits until the limit allows it.
	RetryBackoff, ThrottleBackoff profile.Backoff
	// OnePartition makes batches of one partition each.
	OnePartition bool
	// StopOnError ends a poller whose batch has failed, as a task of Kafka Connect
	// does: its partitions wait, uncommitted, until the run is started again.
	StopOnError bool
	// Async hands batches to the function's asynchronous queue, as one event each,
	// and invokes for none itself. It is for OnePartition.
	Async bool
	// FilteredWait leaves the offsets of a poll that has only filtered records to
	// the next commit of the partition. Else they are committed at once. Which of
	// both AWS does is not documented.
	FilteredWait bool
	// OnReload is what becomes of its batches when the code of the function changes.
	OnReload OnReload
	// Order is what of a partition is handled in order, and Lanes in how many lanes
	// each is driven where that is not all of it; at least 1 then (lanes.go). Neither is
	// for OnePartition.
	Order Order
	Lanes int32
	// RequestsUncounted lets its invocations not count as requests of the function.
	RequestsUncounted bool
}
