package emulator

import (
	"context"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Config is all that a user can set. Its zero value is the documented default
// in every field; fields where zero is legal and not the default are pointers.
// Package config reads it from coldbrook.yaml.
type Config struct {
	// Dir is the folder that relative paths are relative to, and where
	// .coldbrook/run.json is written. Empty means nothing is written and paths
	// are relative to the working directory.
	Dir string
	// Profile names the platform whose rules apply. Default "aws". A function, and
	// an event of it, may name one of its own; the account is that of this one.
	Profile string
	// Seed is the origin of all randomness. Nil draws one and prints it.
	Seed *uint64

	Kafka     Kafka
	Invoke    Invoke
	Topics    []Topic
	Functions []Function
	Processes []Process

	// Freeze says whether environments are frozen between invocations, as in
	// the cloud. Default true; not emulated on Windows.
	Freeze *bool

	// MaxProcesses is how many environments may be processes of this machine at
	// once, over all functions. It is no rule of the platform: launches over it
	// wait, and idle environments of other functions are stopped for them. 0 means
	// 4 for each core, and no limit in virtual time, where runs must not depend on
	// the machine. Handlers in this process do not count.
	MaxProcesses int
	// AccountConcurrency is the account's quota of concurrent invocations, at most
	// 100,000. 0 means the profile's, 1,000.
	AccountConcurrency int
	// CPU says what is done about the share of a processor that a function's memory
	// buys, where its handler is a process: "project", the default, adds to each
	// invocation what the share would have cost, as an extrapolation from the
	// processor time it used; "enforce" throttles it to its share, on Linux, by
	// stopping its processes whenever they have used more; "off" leaves the machine to
	// it. In virtual time, and for handlers within this process, nothing is measured
	// and so nothing added or throttled.
	CPU string
	// MemoryLimit says what is done about a process that has more memory than its
	// function: "enforce", the default, kills it as the cloud does; "report" says how
	// much it was; "off" does not say it. Where memory is not measured (macOS,
	// Windows) nothing is done, and in virtual time "enforce" is "report".
	MemoryLimit string
	// Logs says what the journal has of the functions' logs: "handler", the default,
	// what they print; "platform" what the platform prints as well: INIT_START, START,
	// END, REPORT and INIT_REPORT, as entries Output with the Reason "platform".
	Logs string

	// PassEnv names variables of this program's environment that handlers get, beside
	// those that they get anyway: all but AWS_*, LAMBDA_* and COLDBROOK_*, with
	// AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_*. A star at the end stands for all that begin
	// so. What is passed takes the place of a dummy; envFile and Env win over it.
	PassEnv []string

	// Watch says which files are watched while Reload.Watch is on, for all functions and
	// processes, before their own.
	Watch Watch
	// OnReload says what becomes of batches when the code of their function was saved:
	// "continue", the default, leaves them to their retries; "retry" holds a batch that
	// failed until the next revision, on which it is tried first; "replay-last" does that
	// and tries the last batch again even if it did not fail. It is Coldbrook's own.
	OnReload string
	// Reload is what the command that runs this wants; no key of the file.
	Reload Reload
	// Journal is what the journal holds beyond the facts; no key of the file.
	Journal Journal
	// Debug are the functions whose handlers run under a debugger, each in one environment
	// for which no timer runs out; no key of the file. Not in virtual time. DebugWait lets
	// nothing of them run until one is attached.
	Debug     []string
	DebugWait bool

	// tamper returns what performs the machine's actions in place of the
	// Emulator. Nil, which is all that others than our own tests can have, means
	// that it performs them itself.
	tamper func(*Emulator) func([]platform.Action)
}

// Watch is which files are looked at for changes.
type Watch struct {
	// Off watches nothing: "watch: off".
	Off bool
	// Include and Exclude are patterns as in a .gitignore file, relative to the folder of
	// the code, for a Watch of the whole configuration to Config.Dir. Include names files
	// that would be left out otherwise, and may name others outside the folder (../shared/**).
	// Exclude wins over it.
	Include, Exclude []string
	// Debounce is how long there must be no further change until what has changed is
	// taken: 1 ms to 10 s. 0 means DefaultDebounce. For the whole configuration only.
	Debounce time.Duration
}

// Reload says that what changes while running is to be taken over.
type Reload struct {
	// Watch watches the code of functions and processes, and Files.
	Watch bool
	// Files are those that the configuration was read from, and Read reads it again. A
	// nil Read leaves the configuration as it is.
	Files []string
	Read  func() (Config, error)
	// Builds is the folder for the executables that go build makes. Empty means
	// .coldbrook/build in Dir; runs of one project side by side need one each.
	Builds string
}

// Invoke is the settings of the Invoke API.
type Invoke struct {
	// Port is the port on 127.0.0.1. 0 means any free one; one that is taken ends
	// Start with an error. In virtual time there is no Invoke API.
	Port int
}

// Topic is a topic that exists from the start.
type Topic struct {
	Name string
	// Partitions is 1 to 10,000; 0 means Kafka.DefaultPartitions.
	Partitions int
}

// Function is a function and what it is triggered by.
type Function struct {
	Name string
	// Profile is the function's own; empty means that of the run.
	Profile string
	// Runtime is the platform's name of a runtime: nodejs24.x, python3.13,
	// provided.al2023. It chooses how the handler is started and the
	// distribution of its cold starts.
	Runtime string
	// Code is the folder of the code. Handler is file.function for Node and
	// Python, and the name of the executable for provided (default bootstrap).
	Code, Handler string
	// Layers are folders, or archives (.zip), of what is under /opt on AWS, of which later ones
	// win: nodejs/node_modules, python, bin, lib. At most 5.
	Layers []string
	// Build is a shell command that is run in Code before the start. A folder
	// with a go.mod and runtime provided.* needs none: it is built with go build.
	Build string
	// Command starts the handler instead of the runtime's own way. It speaks
	// the Runtime API.
	Command []string
	// Memory is in bytes. Default 128 MiB.
	Memory int64
	// EphemeralStorage is the size of /tmp in bytes, 512 MiB (the default) to 10,240
	// MiB in steps of 1 MiB. It is reported and not enforced: a Warning tells once
	// that the files of an environment are larger at the end of an invocation.
	EphemeralStorage int64
	// CPU is Config.CPU for this function; empty means that.
	CPU string
	// Timeout is how long an invocation may take. Default 3 s.
	Timeout time.Duration
	// ReservedConcurrency guarantees and caps; 0 switches the function off.
	ReservedConcurrency *int
	// ProvisionedConcurrency is how many environments are started ahead, when the
	// function can be run. It counts against ReservedConcurrency, or else against
	// the account's. Default 0.
	ProvisionedConcurrency int
	// ProvisionedDelay is how long it takes until all of them are allocated, and
	// until one that died is replaced; nil means what the profile draws, 1 to 2
	// minutes. Before, none can be used.
	ProvisionedDelay *time.Duration
	// Env is set in the handler's environment; ${kafka.bootstrap} stands for the
	// environment's own Kafka address, ${function.name}, ${invoke.endpoint} for the URL of
	// the Invoke API, ${env:NAME} for a variable of this program's, which must be set, and
	// ${env:NAME:-text} for text without it. EnvFile is read first, by the same rules.
	Env     map[string]string
	EnvFile string
	// PassEnv is Config.PassEnv for this function, in addition.
	PassEnv []string
	// Architecture is x86_64 (default) or arm64. It chooses the distribution
	// of cold starts only.
	Architecture string
	// ColdStart overrides the profile's distribution.
	ColdStart *ColdStart
	// Duration is how long an invocation takes in the model: a response that
	// comes earlier is held back until then, and a timeout counts from it. Nil
	// means what the profile says: what the handler really takes, or 100 ms for
	// aws-2018.
	Duration *Duration
	// KeepAlive is how long an idle environment is kept, instead of what the
	// profile draws.
	KeepAlive *time.Duration
	// MaximumLifetime is how long an environment is used, however busy it is,
	// instead of what the profile draws: 2 to 8 hours. 0 is for ever.
	MaximumLifetime *time.Duration
	// ProactiveInit is how often, in percent, an environment is started ahead when
	// the last idle one becomes busy. AWS does so at times and does not say when.
	// 0 to 100; default 0, never.
	ProactiveInit int
	// Output is a topic for records made from the response; empty means the
	// response is not looked at. It is Coldbrook's own, not a feature of AWS.
	Output string
	// Watch is which files make a new revision, beside Code; OnReload is
	// Config.OnReload for this function, and empty means that.
	Watch    Watch
	OnReload string
	// Async is how its asynchronous queue works; the zero value is the platform's
	// default.
	Async Async
	// DeadLetter is its dead-letter queue: the ARN of an SQS queue or an SNS topic.
	// Events of the asynchronous queue that are given up land as they came in the
	// topic coldbrook.destination.NAME, with the headers RequestID, ErrorCode and
	// ErrorMessage.
	DeadLetter string
	Events     []Event

	// InProcess is the handler itself, for the Go API; Code, Handler, Build and
	// Command are empty then, and Runtime only chooses the distribution of cold
	// starts (default provided.al2023). It gets the records of an invocation
	// and returns records to produce to Output or, where they name one, to
	// their own topic.
	InProcess func(ctx context.Context, records []*kgo.Record) ([]*kgo.Record, error)
	// Handle is an in-process handler as InProcess, but one that gets the event
	// document and returns the response document, as a child process does.
	Handle func(ctx context.Context, in Invocation) ([]byte, error)
}

// isInProcess says that the handler is a Go function of this process.
func (f *Function) isInProcess() bool { return f.InProcess != nil || f.Handle != nil }

// Invocation is what a Handle handler gets.
type Invocation struct {
	// RequestID is a UUID, the same in every run with the same seed; ARN is the
	// function's.
	RequestID, ARN string
	// Deadline is when the invocation times out.
	Deadline time.Time
	// Payload is the event document. It may be kept.
	Payload []byte
	// ClientContext is the JSON document that whoever invoked the function sent
	// along; "" for none.
	ClientContext string
}

// Duration is how long invocations take: a lognormal distribution by two of its
// quantiles. P99 0 means always P50.
type Duration struct {
	P50, P99 time.Duration
}

// ColdStart is a cold start chosen by the user.
type ColdStart struct {
	// Off takes away all modelled delay.
	Off bool
	// P50 and P99 give the distribution; P99 0 means always P50.
	P50, P99 time.Duration
}

// Event is an event source mapping: records of a Kafka topic to the function.
type Event struct {
	Topic string
	// Profile is the mapping's own; empty means that of the function.
	Profile string
	// Group is the consumer group. Default: the function's name; with several
	// events, the function's name, a dash and the topic.
	Group string
	// Source is self-managed (default) or msk: what the event document says.
	Source string
	// StartingPosition is TRIM_HORIZON (default), LATEST or AT_TIMESTAMP. It counts
	// only where the group has no committed offset.
	StartingPosition string
	// StartingPositionTimestamp is from when on AT_TIMESTAMP begins: at the first
	// record whose timestamp is not before it, or at the end where there is none.
	// Whole milliseconds; not in the future.
	StartingPositionTimestamp time.Time
	// BatchSize is 1 to 10,000. Default 100.
	BatchSize int
	// BatchWindow is the longest time a batch waits, after its first record,
	// for more: 0 to 300 s in whole seconds. Nil means 500 ms.
	BatchWindow *time.Duration
	// Retries is how often a failed batch is tried again: -1 (until it
	// succeeds) to 10,000. Nil means -1. Needs profile aws-provisioned.
	Retries *int
	// PartialResponse reads batch item failures from the response. Needs
	// profile aws-provisioned.
	PartialResponse bool
	// OnFailure is where records go whose retries are exhausted, that are too old
	// or too large: kafka://TOPIC, which needs profile aws-provisioned, or the ARN
	// of an SQS queue, an SNS topic or an S3 bucket. What AWS would send to
	// arn:...:NAME lands in the topic coldbrook.destination.NAME. With a
	// destination, unlimited retries end after 10.
	OnFailure string
	// Bisect splits a batch whose invocation failed in two, and tries the halves
	// one after the other. Needs profile aws-provisioned.
	Bisect bool
	// BisectCountsAsRetry lets a split use up a retry. AWS says for streams that
	// it does not, and nothing for Kafka. Default false.
	BisectCountsAsRetry bool
	// MaximumRecordAge is how old a record may be when it is tried: 60 s to
	// 604,800 s in whole seconds; -1 or nil means any age. Needs profile
	// aws-provisioned.
	MaximumRecordAge *time.Duration
	// RecordAgeCondition is what a failure record of a record that was too old
	// says. AWS documents RecordAgeExceeded, the default, for streams, and nothing
	// for Kafka.
	RecordAgeCondition string
	// PartialResponseMode is what is tried again after a partial response: items,
	// the default and what AWS documents for Kafka, is the records it names;
	// from-lowest is everything from the lowest of them on, per partition, as AWS
	// documents for streams.
	PartialResponseMode string
	// Order is what of a partition is handled in order: partition, the default and what
	// the cloud does for Kafka; key, which keeps the order of each key, as Kinesis does
	// with a ParallelizationFactor; or none. With key and none a partition is driven in
	// Lanes, each with its own batches, which are in flight at once. No cloud has that for
	// Kafka: it is Coldbrook's own question, what would become of the stream if it were
	// driven so. What is committed is all below the lowest record that is not done. Not
	// for sink connectors.
	Order string
	// Lanes is in how many lanes each partition is driven with Order key and none: 1 to
	// 100. Default 10, which 0 stands for. A poller may have as many batches in flight as
	// without lanes, times the lanes, and holds up to three batches of each.
	Lanes int
	// Pollers is the number of event pollers, 1 to 200: on demand that with which
	// it begins (default 1; AWS documents none), in profile aws-provisioned that
	// which it always is. At most one a partition has something to do.
	Pollers int
	// Provisioned bounds the number of event pollers in profile aws-provisioned, in
	// place of Pollers. Nil, and Pollers 0, are its defaults.
	Provisioned *Provisioned
	// PollerScaleDelay is how long a change of that number takes, 0 to 1 h. Nil
	// means 3 minutes on demand, within which AWS has done it, and 0 in profile
	// aws-provisioned, for which it documents nothing.
	PollerScaleDelay *time.Duration
	// PollerRebalance says whether the consumer group rebalances when the number
	// changes, as on AWS. Default true.
	PollerRebalance *bool
	// PollerRate is how many bytes of records (key, value, headers) a poller reads
	// in a second: 1,000 to 1,000,000,000, or 0 for any. Nil means 5,000,000 in
	// profile aws-provisioned, and any on demand.
	PollerRate *int
	// RetryBackoff and ThrottleBackoff are the first wait before another try,
	// doubled each time. AWS does not document them; nil means the profile's.
	RetryBackoff, ThrottleBackoff *time.Duration
	// RequestLimit is whether its invocations count against the 10 requests/s for
	// each environment that AWS documents for synchronous invocation: enforce, the
	// default, or off. For event source mappings AWS does not say it.
	RequestLimit string
	// Filters are the patterns of which a record must match one to reach the
	// function, as in FilterCriteria of AWS: JSON, {"value": ...}, at most 4,096
	// characters. At most 10; more than 5 need a higher quota on AWS. None lets
	// all records through.
	Filters []string
	// FilterNulls is pass (default) or drop: what filters do with a record that
	// has no value. AWS does not document it.
	FilterNulls string
	// OnError is what a sink connector (profiles connect-sync and connect-async) does when an invocation
	// has failed: fail (default) stops the task, and with it its partitions; log and
	// ignore, which are the same here, send the records to ErrorTopic and go on. Only
	// a record that is too large is an error for connect-async, and it is dropped then.
	OnError string
	// ResultTopic and ErrorTopic are where a sink connector writes responses and
	// errors. Default GROUP-success and GROUP-error. There are none for connect-async.
	ResultTopic, ErrorTopic string
	// CommitFiltered is poll (default) or batch: whether a poll that has only
	// filtered records is committed at once, or with the next batch. AWS does not
	// document it.
	CommitFiltered string
}

// Process is a program that runs beside the functions.
type Process struct {
	Name string
	// Command is run by the shell in Dir (default: the project's folder).
	Command, Dir string
	Env          map[string]string
	// Watch is which files have it started again: those in Dir, if that is set, and those
	// that Include names. With neither it is never started again.
	Watch Watch
	// Source marks a process that only feeds: a run that ends by --for stops
	// it first.
	Source bool
}
