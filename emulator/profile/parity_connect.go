package profile

import "slices"

// connecting is what Confluent's sink connector for AWS Lambda does.
func connecting() []Behaviour {
	const area = "sink connector"
	both := []Behaviour{
		of(area, Enforced, "a batch holds up to 20 records of one partition; partitions are handled in parallel", "",
			inMachine+"connect_stop", inMachine+"connect_async", inTests+"TestConnectorInvokesForEachPartition"),
		of(area, Approximated, "the document: an array of payloads", "what a worker's converters make of bytes depends on them: keys are strings here, and values JSON where they are valid JSON",
			inDocument+"TestConnectorDocument"),
		of(area, NotModelled, "record converters, transforms and the dead letter queue of the worker", ""),
	}
	waiting := []Behaviour{
		of(area, Enforced, "onError fail: the task stops, and commits nothing of its batch", "", inMachine+"connect_stop", inTests+"TestConnectorStopsAtAnError"),
		of(area, Approximated, "onError log and ignore: the error topic gets the records, and the task goes on", "what the record holds is not documented: the error, with the record's place in headers",
			inMachine+"connect_skip", inTests+"TestConnectorGoesOnAfterAnError"),
		of(area, Approximated, "the success topic gets the results", "a record for each result of an array of payloads, and one for any other response",
			inDocument+"TestConnectorResults", inTests+"TestConnectorInvokesForEachPartition"),
		of(area, Approximated, "the connector waits 50 s for a response", "the function is killed then; on AWS it goes on", inEmulator+"TestConnectorRules"),
	}
	asynchronous := []Behaviour{
		of(area, Enforced, "a batch is one event of the function's asynchronous queue; its records are committed when the queue has it, and order is best effort", "",
			inMachine+"connect_async", inMachine+"connect_async_lost", inTests+"TestAsynchronousConnectorIsOvertaken"),
		of(area, Enforced, "what fails is tried again by the queue, and goes to its dead-letter queue and destinations", "",
			inMachine+"connect_async", inTests+"TestAsynchronousConnectorGivesUp"),
		of(area, Approximated, "batches are cut at the limit of an event; a larger record is an error (onError)", "what the connector does with it is not documented: fail stops the task, log and ignore drop it",
			inMachine+"connect_async_size", inMachine+"connect_async_size_skip", inEmulator+"TestAsynchronousConnectorRules"),
	}
	return slices.Concat(on(byConnector(), both), on([]string{"connect-sync"}, waiting), on([]string{"connect-async"}, asynchronous))
}

// on sets the profiles of behaviours.
func on(profiles []string, rows []Behaviour) []Behaviour {
	for i := range rows {
		rows[i].Profiles = profiles
	}
	return rows
}
