package profile

// Where proofs are: the package of the machine's golden scripts, and others.
const (
	inMachine  = "emulator/platform:"
	inEmulator = "emulator:"
	inConfig   = "emulator/config:"
	inDocument = "emulator/kafkaevent:"
	inSource   = "emulator/eventsource:"
	inRuntime  = "emulator/runtimeapi:"
	inTests    = "emulator/emulatortest:"
	inInvoke   = "emulator/invokeapi:"
)

// refused proves that what is not emulated is an error, and not ignored.
const refused = inConfig + "TestParseNamesWhatIsNotEmulatedYet"

func batching() []Behaviour {
	const area = "batches"
	return []Behaviour{
		of(area, Enforced, "a batch closes at the batch size", "", inMachine+"batch_size"),
		of(area, Enforced, "a batch closes when the window is over", "", inMachine+"batch_window"),
		of(area, Enforced, "the window begins when the invocation before has completed", "",
			inMachine+"window_on_demand", inMachine+"window_first").in(onDemand()),
		of(area, Enforced, "the window begins when the batch before is done", "",
			inMachine+"window_provisioned", inMachine+"window_first").in(provisioned()),
		of(area, Enforced, "a window of 0 takes what is available", "", inMachine+"batch_window_0"),
		of(area, Enforced, "a batch closes before the record that would overflow 6 MB of event document", "",
			inMachine+"batch_payload", inMachine+"batch_payload_partitions", inDocument+"TestSizesAddUp"),
		of(area, Enforced, "one batch may hold several partitions", "", inMachine+"batch_window", inMachine+"batch_payload_partitions"),
		of(area, Enforced, "the partitions of a batch stay blocked until all of it is done", "",
			inMachine+"partitions_in_flight", inMachine+"retry_forever"),
		of(area, Enforced, "the event document is the published one, signed header bytes included", "",
			inDocument+"TestEventIsThePublishedExample", inDocument+"TestEventGolden"),
		of(area, Enforced, "filter criteria: all operators, and what they let pass that they cannot read", "",
			inMachine+"filtered", inMachine+"filtered_open", inMachine+"filtered_all"),
		of(area, NotModelled, "schema registries", "an error in the configuration", refused),
	}
}

func retrying() []Behaviour {
	const area = "errors and retries"
	return []Behaviour{
		of(area, Enforced, "on demand, error controls are refused", "", inEmulator+"TestValidateRefusesWhatOnDemandLacks").in(onDemand()),
		of(area, Enforced, "a failed batch is retried whole until it succeeds or its records expire", "",
			inMachine+"retry_forever", inMachine+"expired_retry"),
		of(area, Approximated, "waits between retries", "undocumented: doubled from 1 s to 1 minute, option retryBackoff",
			inMachine+"retry_forever", inMachine+"fault_crash"),
		of(area, Enforced, "retry attempts, the first attempt not counted", "", inMachine+"retry_exhausted", inMachine+"retry_dropped").in(provisioned()),
		of(area, Enforced, "retries for ever end after 10 once there is a destination", "",
			inEmulator+"TestUnlimitedRetriesEndWithADestination").in(provisioned()),
		of(area, Enforced, "a throttle is no attempt", "", inMachine+"reserved", inMachine+"fault_throttle"),
		of(area, Approximated, "waits of throttles", "documented for asynchronous invocation only: 1 s to 5 minutes, option throttleBackoff",
			inMachine+"reserved", inMachine+"throttle_again"),
		of(area, Enforced, "partial batch responses: what they name is tried again, by itself", "",
			inMachine+"partial", inDocument+"TestBatchItemFailures").in(provisioned()),
		of(area, Enforced, "a kafka:// topic as on-failure destination", "", inMachine+"retry_exhausted",
			inDocument+"TestFailureRecordGolden").in(provisioned()),
		of(area, Enforced, "a failure record that cannot be produced is dropped", "", inMachine+"destination_fails").in(provisioned()),
		of(area, Enforced, "a record over the payload limit goes to the destination, or is dropped", "",
			inMachine+"oversize_dead_letter", inMachine+"oversize_dropped"),
		of(area, Enforced, "a destination must not be a source", "", inEmulator+"TestValidateReferencesAndChoices").in(provisioned()),
		of(area, Enforced, "a batch that fails is halved, which is no retry", "", inMachine+"bisect", inMachine+"bisect_retries",
			inMachine+"bisect_partitions").in(provisioned()),
		of(area, Approximated, "maximum record age", "the condition of the failure record is undocumented for Kafka: option recordAgeCondition",
			inMachine+"age", inMachine+"age_retry", inMachine+"age_bisect").in(provisioned()),
		of(area, Approximated, "queues, topics of SNS and buckets as on-failure destinations",
			"the documents of AWS, in a local topic coldbrook.destination.NAME",
			inTests+"TestQueuesTopicsAndBucketsAreDestinationsOnDemand", inEmulator+"TestResolveDestinationsOnDemand"),
	}
}

func polling() []Behaviour {
	const area = "pollers and offsets"
	return []Behaviour{
		of(area, Enforced, "pollers share the partitions", "", inMachine+"pollers"),
		of(area, Enforced, "at most 5 invocations a poller", "", inMachine+"poller_concurrency",
			inTests+"TestArticleMorePartitionsNeedMorePollers").in(provisioned()),
		of(area, Approximated, "invocations at once on demand", "undocumented: 5 a poller, as in provisioned mode",
			inMachine+"poller_concurrency").in(onDemand()),
		of(area, Enforced, "batches in flight never share a partition", "", inMachine+"partitions_in_flight",
			inTests+"TestArticleThreePartitionsAreFifteenThousand"),
		of(area, Approximated, "at most 5 MB/s a poller", "which bytes count is undocumented: key, value and headers, a second's worth at once, option pollerRate",
			inMachine+"poller_rate", inMachine+"poller_rate_pollers", inTests+"TestArticleRecordsOverTheRateOfAPoller").in(provisioned()),
		of(area, Approximated, "pollers are scaled between a minimum and a maximum",
			"how much lag, and by how much, is undocumented: doubled while whole batches wait, halved when nothing does",
			inMachine+"scale", inMachine+"scale_in_flight", inMachine+"scale_fixed", inTests+"TestPollersFollowTheLag").in(provisioned()),
		of(area, Approximated, "pollers are scaled: lag is looked at every minute, a change done within three",
			"with how many it begins is undocumented: option pollers; how much lag, and by how much: doubled while whole batches wait, halved when nothing does",
			inMachine+"scale_on_demand", inTests+"TestPollersOnDemandAreLate").in(onDemand()),
		of(area, Approximated, "fewer pollers for a function that is throttled", "documented on demand; by how much is not: halved",
			inMachine+"scale_throttled"),
		of(area, Enforced, "a change of the number of pollers makes the group rebalance", "", inMachine+"scale_on_demand",
			inTests+"TestPollersFollowTheLag"),
		of(area, Enforced, "records of a partition are delivered in order", "", inEmulator+"TestEveryRecordGoesThroughInOrder",
			inSource+"TestSourceHandsOverInOrder"),
		of(area, Enforced, "offsets are committed after the batch is done, never before", "", inMachine+"partial", inMachine+"TestInvariants"),
		of(area, Enforced, "at least once: a partition that is lost is delivered again", "", inMachine+"lost", inMachine+"revoke_running_fails"),
		of(area, Enforced, "starting position TRIM_HORIZON or LATEST, without a committed offset", "",
			inSource+"TestSourceStartsAtLatest", inSource+"TestSourceResumesAtTheCommit"),
		of(area, Enforced, "starting position AT_TIMESTAMP, without a committed offset", "", inSource+"TestSourceStartsAtATimestamp",
			inSource+"TestSourceIgnoresTheTimestampWhereItHasAPosition", inTests+"TestFromATimestamp"),
		of(area, Enforced, "what retention removes expires", "", inMachine+"expired", inSource+"TestSourceIsPassedByTheLogStart"),
	}
}
