package profile

// source is where numbers are from. AWS docs are the pages below
// docs.aws.amazon.com/lambda/latest/dg/.
type source struct{ name, date string }

var (
	apiModel    = source{"botocore API model lambda/2015-03-31, boto/botocore@0e6e2404b", "2026-08-07"}
	quotas      = source{"AWS docs, gettingstarted-limits", "2026"}
	lifecycle   = source{"AWS docs, lambda-runtime-environment", "2026"}
	mappings    = source{"AWS docs, invocation-eventsourcemapping", "2026"}
	configuring = source{"AWS docs, with-kafka-configure", "2026"}
	retries     = source{"AWS docs, kafka-retry-configurations", "2026"}
	scaling     = source{"AWS docs, kafka-scaling-modes", "2026"}
	variables   = source{"AWS docs, configuration-envvars", "2026-08-20"}
	emulatorRIE = source{"aws/aws-lambda-runtime-interface-emulator@4fa2157", "2026-01-02"}
	concurrency = source{"AWS docs, configuration-concurrency, awsdocs/aws-lambda-developer-guide@4f313b9~1", "2023-10"}
	asyncErrors = source{"AWS docs, invocation-async-error-handling", "2026"}
	lambdaPerf  = source{"maxday/lambda-perf@6070b79 (Apache-2.0), daily from 2026-06-24", "2026-08-22"}
	shilkov     = source{"mikhailshilkov/mikhailio-hugo@32ff980", "2021-01-05"}
	article     = source{"the article's own table", "2018"}
	priceList   = source{"AWS Price List API, us-east-1, as a third party transcribed it", "2026-09-19"}
	initBilled  = source{"AWS blog on the billing of the init phase", "2025-04-29"}
	pricing     = source{"aws.amazon.com/lambda/pricing", "2026"}
	asKnownThen = source{"the price list of 2018, as it is remembered", "2018"}
	guess       = source{"none: a guess of Coldbrook's", "2026-10"}
)

// origin is where a field of a profile is from. The unit is that of a plain
// number; types say that of others.
type origin struct {
	from       source
	status     Status
	unit, note string
}

// origins are those of the fields, by their path in Profile. A test demands one
// for every field.
var origins = map[string]origin{
	"Kafka.BatchSizeDefault":       {apiModel, Documented, "records", ""},
	"Kafka.BatchSizeMax":           {apiModel, Documented, "records", ""},
	"Kafka.WindowDefault":          {mappings, Documented, "", "when unset, and for Kafka only"},
	"Kafka.WindowFromInvocation":   {mappings, Documented, "", "else the window begins when the batch before is done"},
	"Kafka.RecordAgeMin":           {apiModel, Documented, "", ""},
	"Kafka.RecordAgeMax":           {apiModel, Documented, "", "-1, for ever, is the default"},
	"Kafka.WindowMax":              {apiModel, Documented, "", ""},
	"Kafka.WindowStep":             {apiModel, Documented, "", ""},
	"Kafka.ErrorControls":          {retries, Documented, "", "retries, partial batch responses and kafka:// destinations need provisioned mode"},
	"Kafka.RetriesMax":             {apiModel, Documented, "", "-1, for ever, is the default"},
	"Kafka.RetriesWithDestination": {retries, Documented, "", "what retries for ever become once there is a destination"},
	"Kafka.PollersDefault":         {guess, Uncertain, "", "AWS chooses the number, and does not document with how many it begins; option pollers"},
	"Kafka.PollersMax":             {apiModel, Documented, "", "a fixed number is minimum = maximum, and the minimum is at most 200"},
	"Kafka.PollerConcurrency":      {scaling, Uncertain, "invocations", "documented for provisioned mode; on demand, the same is assumed"},
	"Kafka.TimeoutMax":             {configuring, Documented, "", "above it an invocation by Kafka does not work, whatever the function's timeout"},
	"Kafka.RetryBackoff":           {guess, Uncertain, "", "undocumented; option retryBackoff"},
	"Kafka.ThrottleBackoff":        {asyncErrors, Uncertain, "", "documented for asynchronous invocation only; option throttleBackoff"},

	"Function.MemoryDefault":       {apiModel, Documented, "bytes", "AWS writes MB for MiB"},
	"Function.MemoryMin":           {quotas, Documented, "bytes", ""},
	"Function.MemoryMax":           {quotas, Documented, "bytes", "in steps of 1 MB"},
	"Function.MemoryPerCPU":        {quotas, Documented, "bytes", "one vCPU; option cpu"},
	"Function.StorageDefault":      {quotas, Documented, "bytes", "of /tmp, which is free"},
	"Function.StorageMin":          {quotas, Documented, "bytes", "of /tmp; option ephemeralStorage"},
	"Function.StorageMax":          {quotas, Documented, "bytes", "of /tmp, in steps of 1 MB"},
	"Function.TimeoutDefault":      {apiModel, Documented, "", ""},
	"Function.TimeoutMax":          {quotas, Documented, "", ""},
	"Function.RequestMax":          {quotas, Documented, "bytes", "also that of the event document of a batch: invocation-eventsourcemapping"},
	"Function.ResponseMax":         {emulatorRIE, Documented, "bytes", "interop/model.go: 6 MB and 100 bytes"},
	"Function.AsyncRequestMax":     {quotas, Documented, "bytes", "asynchronous invocation is not modelled yet"},
	"Function.AccountConcurrency":  {quotas, Documented, "environments", "the default of a region; new accounts have less"},
	"Function.UnreservedMin":       {concurrency, Documented, "environments", ""},
	"Function.InitLimit":           {lifecycle, Documented, "", ""},
	"Function.Placement":           {shilkov, Uncertain, "", "undocumented: what a client saw of a cold start (Go: 307 ms) less Init Duration (Go: 51 ms); its spread is an estimate; option coldStart"},
	"Function.ColdStart":           {article, Uncertain, "", "the whole of it, whatever the runtime; measured ones are far shorter; option coldStart"},
	"Function.Duration":            {article, Uncertain, "", "an invocation takes at least that; option duration"},
	"Function.IdleMin":             {shilkov, Measured, "", "undocumented: 0.3 % of idle environments were gone after 5 minutes; option keepAlive"},
	"Function.IdleMax":             {shilkov, Measured, "", "undocumented: 41 % were gone after 6 minutes, all after 7; option keepAlive"},
	"Function.EnvironmentBytesMax": {quotas, Documented, "bytes", "keys and values of all variables together"},
	"Function.ReservedVariables":   {variables, Documented, "", "region and credentials, reserved on AWS, can be set here; AWS_ACCESS_KEY is of the runtime interface emulator"},
	"Function.Runtimes":            {lambdaPerf, Measured, "", "those whose cold starts are measured"},
	"Function.ArchitectureDefault": {apiModel, Documented, "", ""},
	"Function.Architectures":       {apiModel, Documented, "", ""},

	"Billing.Step":           {pricing, Documented, "", "billed time is rounded up to it"},
	"Billing.Init":           {initBilled, Documented, "", "since 2025-08-01 for every package type"},
	"Billing.ComputeX86":     {priceList, Documented, "per GB-second", "tiers of a month"},
	"Billing.ComputeArm":     {priceList, Documented, "per GB-second", "tiers of a month"},
	"Billing.Request":        {priceList, Documented, "price", "the free million of a month is not subtracted"},
	"Billing.PollerUnitHour": {scaling, Documented, "price", "an event poller unit, in provisioned mode; 0 on demand"},
	"Billing.PollersPerUnit": {scaling, Documented, "pollers", "by default; a group of mappings that share units is not modelled"},
	"Billing.Date":           {priceList, Documented, "", ""},

	"ColdStart": {lambdaPerf, Measured, "", "Init Duration of a hello world, package type zip: a floor; provided.* are functions in Go"},
}

// ownOrigins are those of fields of which a profile says something of its own, by
// its name.
var ownOrigins = map[string]map[string]origin{
	"aws-provisioned": {
		"Kafka.PollersDefault":    {apiModel, Documented, "", "the default of the minimum; option pollers"},
		"Kafka.PollerConcurrency": {scaling, Documented, "invocations", ""},
	},
	"aws-2018": {
		"Function.MemoryMax":          {article, Documented, "bytes", "as the article quotes it"},
		"Function.TimeoutMax":         {article, Documented, "", "as the article quotes it"},
		"Function.RequestMax":         {article, Documented, "bytes", "as the article quotes it"},
		"Function.AsyncRequestMax":    {article, Documented, "bytes", "asynchronous invocation is not modelled yet"},
		"Function.AccountConcurrency": {article, Documented, "environments", "as the article quotes it"},
		"Function.Runtimes":           {apiModel, Documented, "", "today's, so that today's handlers run"},
		"Billing.Step":                {asKnownThen, Uncertain, "", "known at that time: 100 ms, until December 2020"},
		"Billing.Init":                {asKnownThen, Uncertain, "", "known at that time: not billed"},
		"Billing.ComputeX86":          {asKnownThen, Uncertain, "per GB-second", "known at that time: $0.00001667, one tier"},
		"Billing.ComputeArm":          {asKnownThen, Uncertain, "per GB-second", "there was no arm64: that of x86_64"},
		"Billing.Request":             {asKnownThen, Uncertain, "price", "known at that time: $0.20 for a million"},
		"Billing.Date":                {asKnownThen, Uncertain, "", "known at that time"},
	},
}

// originOf returns the origin of a field in a profile.
func originOf(name, path string) *origin {
	o, ok := ownOrigins[name][path]
	if !ok {
		o = origins[path]
	}
	return &o
}
