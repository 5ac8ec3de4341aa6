package profile

import (
	"slices"
	"time"
)

const mebibyte = 1 << 20

// date is when the sources of the profiles below were read.
const date = "2026-10"

// Names returns the names of all profiles, the default one first.
func Names() []string {
	return []string{"aws", "aws-provisioned", "aws-2018", "connect-sync", "connect-async"}
}

// Lookup returns the profile of that name, and whether there is one. The caller
// owns it.
func Lookup(name string) (*Profile, bool) {
	if !slices.Contains(Names(), name) {
		return nil, false
	}
	p := &Profile{
		Name: name, Date: date,
		Title:    "AWS Lambda, event source mapping for Kafka on demand",
		Kafka:    awsKafka(),
		Function: awsFunction(),
		Billing:  awsBilling(),
	}
	switch name {
	case "aws-2018":
		p.articleTable()
	case "connect-sync":
		p.connectTable()
	case "connect-async":
		p.connectTable()
		p.asynchronous()
	case "aws-provisioned":
		p.Title = "AWS Lambda, event source mapping for Kafka in provisioned mode"
		// Retry attempts, bisect, partial batch responses and kafka://
		// destinations need provisioned mode: kafka-retry-configurations,
		// kafka-on-failure-destination; since 2025-11-21, botocore 1.41.2.
		p.Kafka.ErrorControls = true
		// invocation-eventsourcemapping, batching behaviour.
		p.Kafka.WindowFromInvocation = false
		p.Kafka.scaleProvisioned()
		// $0.185 for an hour of an event poller unit, by default 10 pollers:
		// kafka-scaling-modes.
		p.Billing.PollerUnitHour, p.Billing.PollersPerUnit = 1_850_000_000, 10
	}
	p.Sources = sourcesOf(p.Numbers())
	return p, true
}

// articleTable sets what the article that Coldbrook began with has in its table of
// AWS Lambda. The rest, and the event source, are those of today.
func (p *Profile) articleTable() {
	p.Title, p.Date = "AWS Lambda in the article's table of 2018, with today's event source mapping on demand", "2018"
	f := &p.Function
	f.MemoryMax, f.TimeoutMax = 3008*mebibyte, 300*time.Second
	f.RequestMax, f.AsyncRequestMax = 6*mebibyte, 128<<10
	f.AccountConcurrency = 1000
	f.ColdStart, f.Placement = Constant(int64(5*time.Second)), nil // "cold 5 s"
	f.Duration = Constant(int64(100 * time.Millisecond))           // "hot 100 ms"
	// In steps of 100 ms, without the init, $0.00001667 for a GB-second.
	p.Billing.Step, p.Billing.Init = 100*time.Millisecond, false
	p.Billing.ComputeX86 = Tiers{{0, 166_700}}
	p.Billing.ComputeArm = p.Billing.ComputeX86 // there was one architecture
	p.Billing.Date = "2018"
}

// scaleProvisioned sets what pollers do in provisioned mode.
func (k *Kafka) scaleProvisioned() {
	// The default of the maximum, and its limit for Kafka: API model.
	k.PollersScaleDefault, k.PollersScaleMax = 200, 2000
	// How long a change takes is not documented: a knob.
	k.ScaleDelay = 0
	// 5 MB/s: kafka-scaling-modes.
	k.PollerRate = 5_000_000
}

// awsKafka is the event source mapping for Kafka on demand.
func awsKafka() Kafka {
	return Kafka{
		BatchSizeDefault: 100, BatchSizeMax: 10_000, // API model
		// 500 ms when unset, for Kafka only: invocation-eventsourcemapping.
		WindowDefault: 500 * time.Millisecond,
		WindowMax:     300 * time.Second, WindowStep: time.Second, // API model
		WindowFromInvocation: true,   // invocation-eventsourcemapping, batching behaviour
		RetriesMax:           10_000, // API model
		// -1 and 60 to 604,800 s: API model, and its page for the minimum.
		RecordAgeMin: time.Minute, RecordAgeMax: 604_800 * time.Second,
		// Infinite retries and a destination are 10 retries:
		// kafka-retry-configurations, kafka-on-failure-destination.
		RetriesWithDestination: 10,
		// A fixed number of pollers is minimum = maximum, and the minimum is at
		// most 200: API model. On demand AWS chooses the number and does not
		// document with how many it begins: a knob.
		PollersDefault: 1, PollersMax: 200,
		// 5 concurrent invocations a poller in provisioned mode:
		// kafka-scaling-modes. On demand it is not documented; the same is
		// assumed.
		PollerConcurrency: 5,
		// Lag is looked at every minute, and a change done within three:
		// kafka-scaling-modes. By how much is not documented: knobs.
		ScaleEvery: time.Minute, ScaleDelay: 3 * time.Minute, ScaleFactor: 2,
		// Timeouts above 14 minutes do not work: with-kafka-configure.
		TimeoutMax: 14 * time.Minute,
		// Undocumented, so knobs. The waits between retries are a guess; those
		// of throttles are the ones documented for asynchronous invocation
		// (invocation-async-error-handling: 1 second to 5 minutes).
		RetryBackoff:    Backoff{Initial: int64(time.Second), Max: int64(time.Minute)},
		ThrottleBackoff: Backoff{Initial: int64(time.Second), Max: int64(5 * time.Minute)},
	}
}

// awsFunction is the default compute of Lambda.
func awsFunction() Function {
	return Function{
		// 1-MB steps; gettingstarted-limits. AWS writes MB for MiB.
		MemoryDefault: 128 * mebibyte, MemoryMin: 128 * mebibyte, MemoryMax: 10_240 * mebibyte,
		MemoryPerCPU:   1769 * mebibyte, // gettingstarted-limits
		StorageDefault: 512 * mebibyte, StorageMin: 512 * mebibyte, StorageMax: 10_240 * mebibyte,
		TimeoutDefault: 3 * time.Second, TimeoutMax: 15 * time.Minute, // gettingstarted-limits
		// 6 MB, also for the event document of a batch
		// (invocation-eventsourcemapping); the response has 100 bytes more: runtime interface emulator,
		// interop/model.go.
		RequestMax: 6 * mebibyte, ResponseMax: 6*mebibyte + 100,
		AsyncRequestMax: mebibyte, // gettingstarted-limits; 256 KB until 2025
		// invocation-async-error-handling; the range of the age is that of the
		// API model.
		EventRetries: 2, EventAgeMin: time.Minute, EventAgeMax: 6 * time.Hour,
		EventRetryBackoff:    Backoff{Initial: int64(time.Minute), Max: int64(2 * time.Minute)},
		EventThrottleBackoff: Backoff{Initial: int64(time.Second), Max: int64(5 * time.Minute)},
		NotificationMax:      256 << 10, // invocation-async-retain-records
		// gettingstarted-limits; configuration-concurrency.
		AccountConcurrency: 1000, UnreservedMin: 100,
		InitLimit: 10 * time.Second, // lambda-runtime-environment
		// 10 requests a second for each environment: gettingstarted-limits. It is
		// about synchronous invocation, which is what event source mappings do; that
		// theirs count is not said.
		RequestsPerEnvironment: 10, CountMappings: true,
		// Since late 2023: scaling-behavior.
		ScalingMost: 1000, ScalingPeriod: 10 * time.Second,
		// A minute or two, and 6,000 environments a minute: provisioned-concurrency.
		ProvisionedMin: time.Minute, ProvisionedMax: 2 * time.Minute,
		ProvisionedInterval: time.Minute / 6000, ProvisionedInitMin: 130 * time.Second, // lambda-runtime-environment
		// Undocumented. About 200 ms lie between what a client sees of a cold
		// start (Shilkov 2021, Go: 307 ms) and Init Duration (lambda-perf, Go:
		// 51 ms); the ratio of p99 to median is an estimate. The softest number
		// of this profile.
		Placement: Lognormal(200*time.Millisecond, 500*time.Millisecond),
		// Undocumented. Shilkov, January 2021: of idle environments 0.3 % are
		// gone after 5 minutes, 41 % after 6, all after 7.
		IdleMin: 5 * time.Minute, IdleMax: 7 * time.Minute,
		// "Every few hours", even where the function is invoked continuously:
		// lambda-runtime-environment. How many is not said; ATC'18 measured a median
		// of 6.2 hours in 2018.
		LifeMin: 2 * time.Hour, LifeMax: 8 * time.Hour,
		EnvironmentBytesMax: 4096, // gettingstarted-limits
		ReservedVariables:   reservedVariables(),
		Runtimes:            runtimes(),
		ArchitectureDefault: "x86_64",
		Architectures:       []string{"x86_64", "arm64"},
	}
}

// reservedVariables are those of configuration-envvars, copy of 2026-08-20, and
// AWS_ACCESS_KEY of the runtime interface emulator; but not region and
// credentials, which AWS reserves, too: here a user who wants real ones says so by
// their names. Package runtimeapi refuses the same in what an envFile holds.
func reservedVariables() []string {
	return []string{
		"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
		"AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
		"AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_LAMBDA_RUNTIME_API",
		"LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR", "AWS_LAMBDA_MAX_CONCURRENCY",
		"AWS_LAMBDA_METADATA_API", "AWS_LAMBDA_METADATA_TOKEN",
	}
}
