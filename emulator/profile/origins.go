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
	sinkConfig  = source{"Confluent docs, kafka-connectors/aws-lambda, configuration reference", "2026"}
	sinkPages   = source{"Confluent docs, kafka-connectors/aws-lambda, overview", "2026"}
	asyncKept   = source{"AWS docs, invocation-async-retain-records", "2026"}
	asyncErrors = source{"AWS docs, invocation-async-error-handling", "2026"}
	growth      = source{"AWS docs, scaling-behavior", "2026"}
	provision   = source{"AWS docs, provisioned-concurrency, and a third party that quotes it", "2026"}
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
	"Kafka.Async":                  {mappings, Documented, "", "a sink connector that hands batches to the asynchronous queue"},
	"Kafka.Connector":              {mappings, Documented, "", "a sink connector of Kafka Connect in place of an event source mapping"},
	"Kafka.ErrorControls":          {retries, Documented, "", "retries, partial batch responses and kafka:// destinations need provisioned mode"},
	"Kafka.RetriesMax":             {apiModel, Documented, "", "-1, for ever, is the default"},
	"Kafka.RetriesWithDestination": {retries, Documented, "", "what retries for ever become once there is a destination"},
	"Kafka.PollersDefault":         {guess, Uncertain, "", "AWS chooses the number, and does not document with how many it begins; option pollers"},
	"Kafka.PollersMax":             {apiModel, Documented, "", "a fixed number is minimum = maximum, and the minimum is at most 200"},
	"Kafka.PollerConcurrency":      {scaling, Uncertain, "invocations", "documented for provisioned mode; on demand, the same is assumed"},
	"Kafka.PollersScaleDefault":    {scaling, Documented, "", "0: as many as there are partitions"},
	"Kafka.PollersScaleMax":        {scaling, Documented, "", "0: as many as there are partitions"},
	"Kafka.ScaleEvery":             {scaling, Documented, "", "how often the lag is looked at"},
	"Kafka.ScaleDelay":             {scaling, Documented, "", "a change is done within it; here, at the end of it; option pollerScaleDelay"},
	"Kafka.ScaleFactor":            {guess, Uncertain, "", "undocumented: how much the number of pollers grows or shrinks at once"},
	"Kafka.PollerRate":             {scaling, Documented, "bytes", "a second; for provisioned mode only: 0 is any; option pollerRate"},
	"Kafka.TimeoutMax":             {configuring, Documented, "", "above it an invocation by Kafka does not work, whatever the function's timeout"},
	"Kafka.RetryBackoff":           {guess, Uncertain, "", "undocumented; option retryBackoff"},
	"Kafka.ThrottleBackoff":        {asyncErrors, Uncertain, "", "documented for asynchronous invocation only; option throttleBackoff"},

	"Function.MemoryDefault":        {apiModel, Documented, "bytes", "AWS writes MB for MiB"},
	"Function.MemoryMin":            {quotas, Documented, "bytes", ""},
	"Function.MemoryMax":            {quotas, Documented, "bytes", "in steps of 1 MB"},
	"Function.TimeoutDefault":       {apiModel, Documented, "", ""},
	"Function.TimeoutMax":           {quotas, Documented, "", ""},
	"Function.RequestMax":           {quotas, Documented, "bytes", "also that of the event document of a batch: invocation-eventsourcemapping"},
	"Function.ResponseMax":          {emulatorRIE, Documented, "bytes", "interop/model.go: 6 MB and 100 bytes"},
	"Function.AsyncRequestMax":      {quotas, Documented, "bytes", "256 KB until 2025"},
	"Function.EventRetries":         {asyncErrors, Documented, "", "and the default; option async.maximumRetryAttempts"},
	"Function.EventAgeMin":          {apiModel, Documented, "", ""},
	"Function.EventAgeMax":          {apiModel, Documented, "", "and the default; option async.maximumEventAge"},
	"Function.EventRetryBackoff":    {asyncErrors, Documented, "", "one minute, then two"},
	"Function.EventThrottleBackoff": {asyncErrors, Documented, "", "that a throttle uses up no retry is inferred"},
	"Function.NotificationMax":      {asyncKept, Documented, "bytes", "the record of an event of 1 MB does not fit, and is lost"},
	"Function.AccountConcurrency":   {quotas, Documented, "environments", "the default of a region; new accounts have less"},
	"Function.UnreservedMin":        {concurrency, Documented, "environments", ""},
	"Function.InitLimit":            {lifecycle, Documented, "", ""},
	"Function.Placement":            {shilkov, Uncertain, "", "undocumented: what a client saw of a cold start (Go: 307 ms) less Init Duration (Go: 51 ms); its spread is an estimate; option coldStart"},
	"Function.ColdStart":            {article, Uncertain, "", "the whole of it, whatever the runtime; measured ones are far shorter; option coldStart"},
	"Function.Duration":             {article, Uncertain, "", "an invocation takes at least that; option duration"},
	"Function.IdleMin":              {shilkov, Measured, "", "undocumented: 0.3 % of idle environments were gone after 5 minutes; option keepAlive"},
	"Function.IdleMax":              {shilkov, Measured, "", "undocumented: 41 % were gone after 6 minutes, all after 7; option keepAlive"},
	"Function.EnvironmentBytesMax":  {quotas, Documented, "bytes", "keys and values of all variables together"},
	"Function.ReservedVariables":    {variables, Documented, "", "region and credentials, reserved on AWS, can be set here; AWS_ACCESS_KEY is of the runtime interface emulator"},
	"Function.Runtimes":             {lambdaPerf, Measured, "", "those whose cold starts are measured"},
	"Function.ArchitectureDefault":  {apiModel, Documented, "", ""},
	"Function.Architectures":        {apiModel, Documented, "", ""},

	"Function.RequestsPerEnvironment": {quotas, Documented, "requests/s", "of synchronous invocation; a function has ten times its concurrency, reserved or of the account"},
	"Function.CountMappings":          {guess, Uncertain, "", "event source mappings invoke synchronously; that theirs are requests is not said; option requestLimit"},
	"Function.ScalingMost":            {growth, Documented, "environments", "of each function; refilled continuously, and what is not used does not accumulate"},
	"Function.ScalingPeriod":          {growth, Documented, "", ""},
	"Function.ProvisionedMin":         {provision, Uncertain, "", "a minute or two; option provisionedDelay"},
	"Function.ProvisionedMax":         {provision, Uncertain, "", "a minute or two; option provisionedDelay"},
	"Function.ProvisionedInterval":    {provision, Documented, "", "6,000 environments a minute for each function"},
	"Function.ProvisionedInitMin":     {lifecycle, Documented, "", "or the function's timeout if that is longer"},
	"Function.LifeMin":                {lifecycle, Uncertain, "", "documented as every few hours, however busy; how many is a guess; option maximumLifetime"},
	"Function.LifeMax":                {lifecycle, Uncertain, "", "documented as every few hours, however busy; how many is a guess; option maximumLifetime"},

	"FirstCall":               {lambdaPerf, Measured, "", "the first call after an init, of a hello world on x86_64, package type zip, with so much memory or less"},
	"Function.MemoryPerCPU":   {quotas, Documented, "bytes", "one vCPU; option cpu"},
	"Function.StorageDefault": {quotas, Documented, "bytes", "of /tmp, which is free; option ephemeralStorage, reported and not enforced"},
	"Function.StorageMin":     {quotas, Documented, "bytes", "of /tmp"},
	"Function.StorageMax":     {quotas, Documented, "bytes", "of /tmp, in steps of 1 MB"},
	"Billing.Step":            {pricing, Documented, "", "billed time is rounded up to it"},
	"Billing.Init":            {initBilled, Documented, "", "since 2025-08-01 for every package type"},
	"Billing.ComputeX86":      {priceList, Documented, "per GB-second", "tiers of a month"},
	"Billing.ComputeArm":      {priceList, Documented, "per GB-second", "tiers of a month"},
	"Billing.Request":         {priceList, Documented, "price", "the free million of a month is not subtracted"},
	"Billing.PollerUnitHour":  {scaling, Documented, "price", "an event poller unit, in provisioned mode; 0 on demand"},
	"Billing.PollersPerUnit":  {scaling, Documented, "pollers", "by default; a group of mappings that share units is not modelled"},
	"Billing.Date":            {priceList, Documented, "", ""},

	"ColdStart": {lambdaPerf, Measured, "", "Init Duration of a hello world, package type zip: a floor; provided.* are functions in Go"},
}

// ownOrigins are those of fields of which a profile says something of its own, by
// its name.
var ownOrigins = map[string]map[string]origin{
	"aws-provisioned": {
		"Kafka.PollersDefault":      {apiModel, Documented, "", "the default of the minimum; option pollers"},
		"Kafka.PollerConcurrency":   {scaling, Documented, "invocations", ""},
		"Kafka.PollersScaleDefault": {apiModel, Documented, "", "the default of the maximum; option provisioned"},
		"Kafka.PollersScaleMax":     {apiModel, Documented, "", "the limit of the maximum; for Kafka: the API allows 10,000"},
		"Kafka.ScaleEvery":          {guess, Uncertain, "", "documented on demand; the same is assumed"},
		"Kafka.ScaleDelay":          {guess, Uncertain, "", "undocumented; option pollerScaleDelay"},
		"Kafka.PollerRate":          {scaling, Uncertain, "bytes", "a second; 5 MB/s are documented, not which bytes: here key, value and headers, with 1 MB = 1,000,000 bytes; option pollerRate"},
	},
	"connect-sync": {
		"Kafka.Connector":              {sinkPages, Documented, "", "records of one partition are invoked with one after the other, those of different ones in parallel"},
		"Kafka.BatchSizeDefault":       {sinkConfig, Documented, "records", "aws.lambda.batch.size"},
		"Kafka.BatchSizeMax":           {sinkConfig, Documented, "records", "0: there is none but the payload limit"},
		"Kafka.WindowDefault":          {sinkPages, Documented, "", "a task takes what a poll gave it"},
		"Kafka.WindowFromInvocation":   {sinkPages, Documented, "", "there is no window"},
		"Kafka.WindowMax":              {sinkPages, Documented, "", "there is no window"},
		"Kafka.WindowStep":             {sinkPages, Documented, "", "there is no window"},
		"Kafka.RecordAgeMin":           {sinkConfig, Documented, "", "there is no maximum age"},
		"Kafka.RecordAgeMax":           {sinkConfig, Documented, "", "there is no maximum age"},
		"Kafka.ErrorControls":          {sinkConfig, Documented, "", "behavior.on.error in place of them: option onError"},
		"Kafka.RetriesMax":             {sinkConfig, Documented, "", "the connector does not try again"},
		"Kafka.RetriesWithDestination": {sinkConfig, Documented, "", "the connector does not try again"},
		"Kafka.PollersDefault":         {sinkConfig, Documented, "", "a poller is a task: tasks.max; option pollers"},
		"Kafka.PollersMax":             {guess, Uncertain, "", "tasks.max has no limit; more than there are partitions do nothing"},
		"Kafka.PollerConcurrency":      {sinkPages, Uncertain, "invocations", "0, any number: partitions are handled in parallel"},
		"Kafka.PollersScaleDefault":    {sinkConfig, Documented, "", "0: tasks are not scaled"},
		"Kafka.PollersScaleMax":        {sinkConfig, Documented, "", "0: tasks are not scaled"},
		"Kafka.ScaleEvery":             {sinkConfig, Documented, "", "0: tasks are not scaled"},
		"Kafka.ScaleDelay":             {sinkConfig, Documented, "", "0: tasks are not scaled"},
		"Kafka.ScaleFactor":            {sinkConfig, Documented, "", "0: tasks are not scaled"},
		"Kafka.PollerRate":             {sinkConfig, Documented, "bytes", "0: a task has no limit"},
		"Kafka.TimeoutMax":             {sinkConfig, Documented, "", "the connector's socket timeout; the function is killed here then, and goes on on AWS"},
		"Kafka.RetryBackoff":           {sinkConfig, Documented, "", "the connector does not try again"},
	},
	"connect-async": {
		"Kafka.Connector":              {sinkPages, Documented, "", "batches of one partition are handed over one after the other; order is best effort"},
		"Kafka.Async":                  {sinkConfig, Documented, "", "aws.lambda.invocation.type: async"},
		"Kafka.ThrottleBackoff":        {sinkPages, Documented, "", "the asynchronous queue takes what is throttled"},
		"Kafka.BatchSizeDefault":       {sinkConfig, Documented, "records", "aws.lambda.batch.size"},
		"Kafka.BatchSizeMax":           {sinkConfig, Documented, "records", "0: there is none but the payload limit"},
		"Kafka.WindowDefault":          {sinkPages, Documented, "", "a task takes what a poll gave it"},
		"Kafka.WindowFromInvocation":   {sinkPages, Documented, "", "there is no window"},
		"Kafka.WindowMax":              {sinkPages, Documented, "", "there is no window"},
		"Kafka.WindowStep":             {sinkPages, Documented, "", "there is no window"},
		"Kafka.RecordAgeMin":           {sinkConfig, Documented, "", "there is no maximum age"},
		"Kafka.RecordAgeMax":           {sinkConfig, Documented, "", "there is no maximum age"},
		"Kafka.ErrorControls":          {sinkConfig, Documented, "", "behavior.on.error in place of them: option onError"},
		"Kafka.RetriesMax":             {sinkConfig, Documented, "", "the connector does not try again"},
		"Kafka.RetriesWithDestination": {sinkConfig, Documented, "", "the connector does not try again"},
		"Kafka.PollersDefault":         {sinkConfig, Documented, "", "a poller is a task: tasks.max; option pollers"},
		"Kafka.PollersMax":             {guess, Uncertain, "", "tasks.max has no limit; more than there are partitions do nothing"},
		"Kafka.PollerConcurrency":      {sinkPages, Uncertain, "invocations", "0, any number: partitions are handled in parallel"},
		"Kafka.PollersScaleDefault":    {sinkConfig, Documented, "", "0: tasks are not scaled"},
		"Kafka.PollersScaleMax":        {sinkConfig, Documented, "", "0: tasks are not scaled"},
		"Kafka.ScaleEvery":             {sinkConfig, Documented, "", "0: tasks are not scaled"},
		"Kafka.ScaleDelay":             {sinkConfig, Documented, "", "0: tasks are not scaled"},
		"Kafka.ScaleFactor":            {sinkConfig, Documented, "", "0: tasks are not scaled"},
		"Kafka.PollerRate":             {sinkConfig, Documented, "bytes", "0: a task has no limit"},
		"Kafka.TimeoutMax":             {sinkPages, Documented, "", "0: the connector waits for no response"},
		"Kafka.RetryBackoff":           {sinkConfig, Documented, "", "the connector does not try again"},
	},
	"aws-2018": {
		"Function.MemoryMax":          {article, Documented, "bytes", "as the article quotes it"},
		"Function.TimeoutMax":         {article, Documented, "", "as the article quotes it"},
		"Function.RequestMax":         {article, Documented, "bytes", "as the article quotes it"},
		"Function.AsyncRequestMax":    {article, Documented, "bytes", "as the article quotes it"},
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
