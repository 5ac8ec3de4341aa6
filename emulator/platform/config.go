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
	// AccountConcurrency is how many invocations may be open at once over all
	// functions.
	AccountConcurrency int32
	Functions          []Function
	Mappings           []Mapping
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
	// IdleMin and IdleMax bound how long an idle environment is kept, drawn
	// uniformly.
	IdleMin, IdleMax int64
	// InitLimit is how long a real init may take before the environment is
	// given up.
	InitLimit int64
}

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
	// FilteredWait leaves the offsets of a poll that has only filtered records to
	// the next commit of the partition. Else they are committed at once. Which of
	// both AWS does is not documented.
	FilteredWait bool
}
