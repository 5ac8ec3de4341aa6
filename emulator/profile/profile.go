// Package profile is the platforms' numbers as data: each profile is the dated
// set of rules and numbers of one platform, and each number names its source.
//
// It decides nothing: the rules that use the numbers live in package platform.
//
// Sources, which each number names: AWS documentation (2026 copies), the
// botocore API model of 2026-08-07, and lambda-perf (maxday/lambda-perf, Jun-Aug
// 2026) for cold starts. What is undocumented says so and can be overridden in
// the configuration.
//
// Non-obvious: tables are computed with integers only, also those of Lognormal,
// because a table that differs in its last bit between two processors would make
// every later decision of the machine differ.
package profile

import "time"

// Backoff is how long to wait before another try: Initial, doubled after each
// try up to Max. Nanoseconds.
type Backoff struct {
	Initial int64 `json:"initial"`
	Max     int64 `json:"max"`
}

// Delay returns the wait before try n, counted from 1, in nanoseconds.
func (b Backoff) Delay(n int32) int64 {
	if b.Initial <= 0 {
		return 0
	}
	d := b.Initial
	for ; n > 1 && d < b.Max; n-- {
		d *= 2
	}
	return min(d, b.Max)
}

// Profile is the numbers of one platform at one date. Durations and sizes are
// those the platform documents; a zero Max of an option means it has no limit.
type Profile struct {
	// Name is what the configuration calls it.
	Name string
	// Date is when the sources were read, and Title what it is in a line.
	Date, Title string
	// Sources are what the numbers were taken from; Numbers says which is which,
	// and what is not documented at all.
	Sources []string

	// Kafka is how records reach functions.
	Kafka Kafka
	// Function is how functions run.
	Function Function
	// Billing is what that costs.
	Billing Billing
}

// Kafka is the numbers of an event source mapping for Kafka.
type Kafka struct {
	BatchSizeDefault, BatchSizeMax int
	WindowDefault, WindowMax       time.Duration
	// WindowStep is what a window that is set must be a multiple of.
	WindowStep time.Duration
	// WindowFromInvocation says that the batch window begins when the invocation
	// before completed, and not when the batch did.
	WindowFromInvocation bool
	// Connector says that records come from a sink connector of Kafka Connect, and
	// not from an event source mapping: its document, batches of one partition, no
	// window, no retries, and onError.
	Connector bool
	// Async says that a connector hands batches to the function's asynchronous queue
	// and waits for no response.
	Async bool
	// ErrorControls says whether retries, bisect, partial batch responses and
	// a Kafka topic as on-failure destination exist.
	ErrorControls bool
	// RetriesMax bounds the retry attempts; RetriesWithDestination is what an
	// infinite number becomes when a destination is set.
	RetriesMax, RetriesWithDestination int
	// RecordAgeMin and RecordAgeMax bound the maximum age of a record.
	RecordAgeMin, RecordAgeMax time.Duration
	// PollersDefault, PollersMax and PollerConcurrency are about pollers.
	// A PollerConcurrency of 0 means any number.
	PollersDefault, PollersMax, PollerConcurrency int
	// PollersScaleDefault and PollersScaleMax are about the number that pollers are
	// scaled up to; 0 means that of the partitions.
	PollersScaleDefault, PollersScaleMax int
	// ScaleEvery is how often the number of pollers is looked at, ScaleDelay how
	// long a change takes, and ScaleFactor by how much it changes at once.
	ScaleEvery, ScaleDelay time.Duration
	ScaleFactor            int
	// PollerRate is how much a poller reads in a second, in bytes; 0 is any.
	PollerRate int64
	// TimeoutMax is how long an invocation by this event source can take at
	// most, whatever the function's timeout.
	TimeoutMax time.Duration
	// RetryBackoff and ThrottleBackoff are undocumented: knobs.
	RetryBackoff, ThrottleBackoff Backoff
}

// Function is the numbers of a function and its environments.
type Function struct {
	MemoryDefault, MemoryMin, MemoryMax int64 // bytes
	TimeoutDefault, TimeoutMax          time.Duration
	RequestMax, ResponseMax             int64 // bytes, synchronous invocation
	AccountConcurrency, UnreservedMin   int
	InitLimit                           time.Duration
	// RequestsPerEnvironment is how many synchronous requests a second an
	// environment serves; CountMappings says that the invocations of event source
	// mappings are such requests, where the user does not say it.
	RequestsPerEnvironment int
	CountMappings          bool
	// ScalingMost is how many environments a function may start on demand in each
	// ScalingPeriod.
	ScalingMost   int
	ScalingPeriod time.Duration
	// ProvisionedMin and ProvisionedMax bound how long provisioned concurrency takes
	// to be allocated, ProvisionedInterval what each environment takes at least, and
	// ProvisionedInitMin is how long an init may take for it, or the function's
	// timeout if that is longer.
	ProvisionedMin, ProvisionedMax          time.Duration
	ProvisionedInterval, ProvisionedInitMin time.Duration
	AsyncRequestMax                         int64 // bytes, asynchronous invocation
	// EventRetries is how often an event of the asynchronous queue is tried again
	// whose invocation failed, at most and by default.
	EventRetries int
	// EventAgeMin and EventAgeMax bound how long an event may stay in the queue;
	// the longest is the default.
	EventAgeMin, EventAgeMax time.Duration
	// EventRetryBackoff is the waits after failed invocations, and
	// EventThrottleBackoff those after throttles.
	EventRetryBackoff, EventThrottleBackoff Backoff
	NotificationMax                         int64 // bytes of a message to an SNS topic
	// MemoryPerCPU is the memory that comes with a whole processor; less comes with
	// a part of it in proportion.
	MemoryPerCPU int64 // bytes
	// StorageDefault, StorageMin and StorageMax are of /tmp.
	StorageDefault, StorageMin, StorageMax int64 // bytes
	// Placement is the part of a cold start before the init: placement and
	// download of the code. It is not measured by the platform.
	Placement *Quantiles
	// ColdStart is the whole of a cold start, whatever the runtime; nil where
	// placement and the init of the runtime are known.
	ColdStart *Quantiles
	// Duration is how long an invocation takes at least. Nil means as long as its
	// handler.
	Duration            *Quantiles
	IdleMin, IdleMax    time.Duration // how long an idle environment is kept
	LifeMin, LifeMax    time.Duration // how long an environment is used, however busy
	EnvironmentBytesMax int64         // keys and values of environment variables
	// ReservedVariables are the environment variables that only the platform
	// sets.
	ReservedVariables []string
	// Runtimes are the runtimes with a distribution of cold starts (ColdStart).
	Runtimes            []string
	ArchitectureDefault string
	Architectures       []string
}
