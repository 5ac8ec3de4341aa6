package emulator

import "cmp"

// eventKnobs are the keys of an event of a function.
var eventKnobs = []knob{
	{field: "BatchSize", kind: KindNumber, unit: "records", meaning: "most records of a batch",
		origin: "Kafka.BatchSizeDefault", least: always("1"), most: bound("Kafka.BatchSizeMax")},
	{field: "BatchWindow", kind: KindDuration, meaning: "longest wait for more records, in whole seconds",
		origin: "Kafka.WindowDefault", least: always("0s"), most: bound("Kafka.WindowMax"), lacking: behindConnector},
	{field: "Retries", kind: KindNumber, unit: "retries", meaning: "how often a failed batch is tried again; -1 until it succeeds",
		origin: "Kafka.RetriesMax", standard: standardRetries, least: always("-1"), most: bound("Kafka.RetriesMax"), lacking: withoutControls},
	{field: "RetryBackoff", kind: KindDuration, meaning: "first wait before another try, doubled each time",
		origin: "Kafka.RetryBackoff", least: always("0s"), most: always(showDuration(int64(maxBackoff))), lacking: behindConnector},
	{field: "ThrottleBackoff", kind: KindDuration, meaning: "first wait after a throttle, doubled each time",
		origin: "Kafka.ThrottleBackoff", least: always("0s"), most: always(showDuration(int64(maxBackoff))),
		lacking: func(at *knobAt) bool { return at.profile.Kafka.Async }},
	{field: "Bisect", kind: KindSwitch, meaning: "splits a batch that failed in two",
		origin: "Kafka.ErrorControls", fixed: "false", lacking: withoutControls},
	{field: "BisectCountsAsRetry", kind: KindSwitch, meaning: "a split uses up a retry; needs bisect", fixed: "false", lacking: withoutControls},
	{field: "PartialResponse", kind: KindSwitch, meaning: "reads batch item failures from the response",
		origin: "Kafka.ErrorControls", fixed: "false", lacking: withoutControls},
	{field: "PartialResponseMode", kind: KindChoice, choices: []string{fromItems, fromLowest},
		meaning: "what is tried again after a partial response; needs partialResponse", lacking: withoutControls},
	{field: "MaximumRecordAge", kind: KindDuration, meaning: "how old a record may be when it is tried; -1 is any age",
		origin: "Kafka.RecordAgeMax", fixed: "-1", least: bound("Kafka.RecordAgeMin"), most: bound("Kafka.RecordAgeMax"), lacking: withoutControls},
	{field: "RecordAgeCondition", kind: KindText, meaning: "what the failure record of a record that was too old says",
		fixed: "RecordAgeExceeded", lacking: withoutControls},
	{field: "OnFailure", kind: KindText, meaning: "where records go that are given up", fixed: "none", lacking: behindConnector},
	{field: "OnError", kind: KindChoice, choices: []string{onErrorFail, onErrorLog, onErrorIgnore},
		meaning: "what a sink connector does when an invocation failed", lacking: notConnector},
	{field: "ResultTopic", kind: KindText, meaning: "where a sink connector writes responses", lacking: notWaiting,
		standard: func(at *knobAt) string { return at.function.group(at.number) + "-success" }},
	{field: "ErrorTopic", kind: KindText, meaning: "where a sink connector writes errors", lacking: notWaiting,
		standard: func(at *knobAt) string { return at.function.group(at.number) + "-error" }},
	{field: "Order", kind: KindChoice, choices: []string{orderPartition, orderKey, orderNone},
		meaning: "what of a partition is handled in order", lacking: behindConnector},
	{field: "Lanes", kind: KindNumber, unit: "lanes", meaning: "batches of a partition at once; needs order key or none",
		fixed: showCount(defaultLanes), least: always("1"), most: always(showCount(maxLanes)), lacking: behindConnector},
	{field: "Pollers", kind: KindNumber, unit: "pollers", meaning: "event pollers; with provisioned ones a fixed number of them",
		origin: "Kafka.PollersDefault", standard: standardPollers, least: always("1"), most: bound("Kafka.PollersMax")},
	{field: "Provisioned", kind: KindMap, meaning: "between which numbers provisioned pollers are scaled",
		origin: "Kafka.PollersScaleDefault", standard: standardProvisioned, lacking: withoutControls},
	{field: "PollerScaleDelay", kind: KindDuration, meaning: "how long a change of the number of pollers takes",
		origin: "Kafka.ScaleDelay", least: always("0s"), most: always(showDuration(int64(maxBackoff))), lacking: behindConnector},
	{field: "PollerRebalance", kind: KindSwitch, meaning: "the group rebalances when the number of pollers changes", fixed: "true", lacking: behindConnector},
	{field: "PollerRate", kind: KindNumber, unit: "bytes/s", meaning: "what a poller reads, from 1000 on; 0 is any rate", origin: "Kafka.PollerRate",
		standard: func(at *knobAt) string { return showNumber(at.profile.Kafka.PollerRate) },
		least:    always("0"), most: always(showCount(maxPollerRate)), lacking: behindConnector},
	{field: "RequestLimit", kind: KindChoice, choices: requestLimits, meaning: "whether invocations count against the requests per environment",
		origin: "Function.CountMappings", standard: standardRequestLimit, lacking: behindConnector},
	{field: "Filters", kind: KindList, meaning: "patterns of which a record must match one", fixed: "none", lacking: behindConnector},
	{field: "FilterNulls", kind: KindChoice, choices: filterNulls, meaning: "what filters do with a record without a value"},
	{field: "CommitFiltered", kind: KindChoice, choices: commitFiltered, meaning: "when a poll of filtered records is committed"},
	{field: "Topic", kind: KindText, meaning: "topic whose records the function gets", fixed: "none"},
	{field: "Group", kind: KindText, meaning: "consumer group", standard: standardGroup},
	{field: "Source", kind: KindChoice, choices: []string{"self-managed", "msk"}, meaning: "what the event document calls the Kafka", lacking: behindConnector},
	{field: "Profile", kind: KindText, meaning: "platform whose rules the event has",
		standard: func(at *knobAt) string { return cmp.Or(at.function.Profile, at.config.profileName()) }},
}

// standardRetries: with a destination, retries without end do have one.
func standardRetries(at *knobAt) string {
	e := *at.event
	e.Retries = nil
	m := resolveMapping(at.profile, &e)
	return showNumber(int64(m.Retries))
}

func standardPollers(at *knobAt) string {
	e := *at.event
	e.Pollers = 0
	first, least, most := pollerBounds(&at.profile.Kafka, &e)
	if at.profile.Kafka.PollersScaleMax > 0 && least != most {
		return showCount(least) + " to " + showCount(most) + ", scaled"
	}
	return showCount(first)
}

func standardProvisioned(at *knobAt) string {
	e := Event{Pollers: at.event.Pollers}
	_, least, most := pollerBounds(&at.profile.Kafka, &e)
	return "{minimumPollers: " + showCount(least) + ", maximumPollers: " + showCount(most) + "}"
}

func standardRequestLimit(at *knobAt) string {
	if isRequestLimitOff(at.profile, &Event{}) {
		return requestLimits[1]
	}
	return requestLimits[0]
}

func standardGroup(at *knobAt) string {
	f := *at.function
	f.Events = append([]Event(nil), f.Events...)
	f.Events[at.number].Group = ""
	return f.group(at.number)
}
