package store

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// mostInvocationEvents is of how many of the newest batches and invocations the first
// record is remembered.
const mostInvocationEvents = 1 << 10

// invocationEvents remembers the first record of the newest batches, and which batch the
// newest invocations have. It is plain data.
type invocationEvents struct {
	batches     [mostInvocationEvents]batchEvent
	invocations [mostInvocationEvents]invocationBatch
}

type batchEvent struct {
	batch     uint64
	topic     string
	partition int32
	offset    int64
}

type invocationBatch struct{ invocation, batch uint64 }

func (i *invocationEvents) add(e *journal.Entry) {
	switch e.Kind {
	case journal.BatchFormed:
		if b := &i.batches[e.Batch%mostInvocationEvents]; b.batch != e.Batch {
			*b = batchEvent{e.Batch, e.Topic, e.Partition, e.First}
		}
	case journal.InvocationStarted:
		i.invocations[e.Invocation%mostInvocationEvents] = invocationBatch{e.Invocation, e.Batch}
	}
}

// of sets the record that a line is about.
func (i *invocationEvents) of(l *Line) {
	if l.Entry.Topic != "" {
		l.Topic, l.Partition, l.Offset = l.Entry.Topic, l.Entry.Partition, l.Entry.First
		return
	}
	batch := l.Entry.Batch
	if at := &i.invocations[l.Entry.Invocation%mostInvocationEvents]; batch == 0 && l.Entry.Invocation > 0 && at.invocation == l.Entry.Invocation {
		batch = at.batch
	}
	if at := &i.batches[batch%mostInvocationEvents]; batch > 0 && at.batch == batch {
		l.Topic, l.Partition, l.Offset = at.topic, at.partition, at.offset
	}
}
