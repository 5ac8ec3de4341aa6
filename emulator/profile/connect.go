package profile

import "time"

// connectTable sets what a sink connector of Kafka Connect has in place of an event
// source mapping: Confluent's AWS Lambda sink connector, self-managed. The functions
// are those of AWS Lambda.
func (p *Profile) connectTable() {
	p.Title = "AWS Lambda behind Confluent's sink connector of Kafka Connect, synchronous"
	p.Kafka = Kafka{
		Connector: true,
		// aws.lambda.batch.size: 1 or more, default 20.
		BatchSizeDefault: 20,
		// A poller stands for a task: tasks.max of Kafka Connect, default 1. How many
		// partitions a task invokes for at once is not said: all of them.
		PollersDefault: 1, PollersMax: 1000,
		// "The connector relies on a default value which is set to 50 seconds."
		TimeoutMax:      50 * time.Second,
		ThrottleBackoff: Backoff{Initial: int64(time.Second), Max: int64(5 * time.Minute)},
	}
}

// asynchronous sets what is different where aws.lambda.invocation.type is async: "fire
// and forget".
func (p *Profile) asynchronous() {
	p.Title = "AWS Lambda behind Confluent's sink connector of Kafka Connect, asynchronous"
	p.Kafka.Async = true
	p.Kafka.TimeoutMax = 0              // it waits for no response
	p.Kafka.ThrottleBackoff = Backoff{} // and the queue takes what is throttled
}
