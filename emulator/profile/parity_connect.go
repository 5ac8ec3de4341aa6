package profile

// connecting is what Confluent's sink connector for AWS Lambda does.
func connecting() []Behaviour {
	const area = "sink connector"
	rows := []Behaviour{
		of(area, Enforced, "a batch holds up to 20 records of one partition; partitions are handled in parallel", "",
			inMachine+"connect_stop", inTests+"TestConnectorInvokesForEachPartition"),
		of(area, Approximated, "the document: an array of payloads", "what a worker's converters make of bytes depends on them: keys are strings here, and values JSON where they are valid JSON",
			inDocument+"TestConnectorDocument"),
		of(area, Enforced, "onError fail: the task stops, and commits nothing of its batch", "", inMachine+"connect_stop", inTests+"TestConnectorStopsAtAnError"),
		of(area, Approximated, "onError log and ignore: the error topic gets the records, and the task goes on", "what the record holds is not documented: the error, with the record's place in headers",
			inMachine+"connect_skip", inTests+"TestConnectorGoesOnAfterAnError"),
		of(area, Approximated, "the success topic gets the results", "a record for each result of an array of payloads, and one for any other response",
			inDocument+"TestConnectorResults", inTests+"TestConnectorInvokesForEachPartition"),
		of(area, Approximated, "the connector waits 50 s for a response", "the function is killed then; on AWS it goes on", inEmulator+"TestConnectorRules"),
		of(area, NotModelled, "record converters, transforms and the dead letter queue of the worker", ""),
	}
	for i := range rows {
		rows[i].Profiles = byConnector()
	}
	return rows
}
