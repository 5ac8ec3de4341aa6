package platform

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// A sink connector of Kafka Connect is a mapping, too, and a task of it a poller.
// Where its behavior.on.error is fail, an error ends the task (Confluent docs:
// kafka-connect-aws-lambda, "stop the connector completely"): what it was
// handling is not committed, and nothing more of its partitions is handled. Other
// tasks go on.

// failOversized ends a batch of one record that no document can hold: for a
// connector, that is an error like any other.
func (m *Machine) failOversized(b *batch) {
	const reason = "record and document are over the limit of the payload"
	if m.mappings[b.mapping].rules.StopOnError {
		m.stopTask(b, journal.NoOutcome, reason)
		return
	}
	m.exhausted(b, "MaximumPayloadSizeExceeded", reason)
}

// stopTask ends the poller of a batch that has failed. The batch stays, so that its
// partitions stay blocked.
func (m *Machine) stopTask(b *batch, outcome journal.Outcome, reason string) {
	m.forget(b)
	b.state, b.waited = batchWaiting, true
	if m.leaveRevoked(b); len(b.spans) == 0 {
		m.finish(b, outcome, "")
		return
	}
	if b.poller.stopped {
		return
	}
	b.poller.stopped = true
	m.timers.cancel(&b.poller.timer)
	why := reason
	if outcome != journal.NoOutcome { // else nothing was invoked
		why = outcome.String() + ": " + reason
	}
	m.warnAbout(b, fmt.Sprintf("the connector's task has failed (%s): its partitions wait until it is started again, with the run; "+
		"onError log or ignore goes on instead", why))
}
