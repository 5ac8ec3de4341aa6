package store

import (
	"maps"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// mostQueued is how many batches and events are followed at most: of more it is not known
// that they wait.
const mostQueued = 1 << 16

// queue is the batches and asynchronous events that wait: for an environment, for a
// retry, or held for a new revision.
type queue struct{ all map[uint64]queued }

// queued is what is known of one that waits.
type queued struct {
	function, mapping, partition int32
	held                         bool
}

// ofRequest is set in the numbers of requests, to tell them from batches.
const ofRequest = 1 << 63

func (q *queue) init() { q.all = map[uint64]queued{} }

func (q *queue) clone() queue { return queue{maps.Clone(q.all)} }

// put notes that something waits.
func (q *queue) put(f *Flow, number uint64, of queued) {
	q.remove(f, number)
	if len(q.all) < mostQueued {
		q.all[number] = of
		q.count(f, of, 1)
	}
}

// remove notes that something waits no more.
func (q *queue) remove(f *Flow, number uint64) {
	if of, ok := q.all[number]; ok {
		delete(q.all, number)
		q.count(f, of, -1)
	}
}

func (q *queue) count(f *Flow, of queued, n int) {
	if d := f.Functions[of.function]; of.held {
		d.Held += n
	} else {
		d.Queue += n
	}
}

// revoke forgets the batches of a partition that is another's now. In which order does not
// matter.
func (q *queue) revoke(f *Flow, mapping, partition int32) {
	for number, of := range q.all {
		if of.mapping == mapping && of.partition == partition {
			q.remove(f, number)
		}
	}
}

// queued takes what begins to wait, or ends it.
func (f *Flow) queued(e *journal.Entry) {
	number := e.Batch
	if e.Mapping == "" || e.Kind == journal.EventQueued {
		number = e.Request | ofRequest
	}
	if number == 0 || number == ofRequest {
		return
	}
	switch e.Kind {
	case journal.InvocationStarted, journal.EventEnded:
		f.queue.remove(f, number)
		return
	case journal.InvocationEnded:
		return
	case journal.Throttled:
		if e.Mapping == "" && e.Delay == 0 { // nobody tries again
			return
		}
	case journal.BatchReleased:
		if e.Topic == "" { // its partitions are gone
			f.queue.remove(f, number)
			return
		}
	case journal.EventQueued:
		if e.Batch != 0 {
			f.queue.remove(f, e.Batch)
		}
	}
	f.function(e.Function)
	of := queued{function: f.functions.find(e.Function), mapping: -1, partition: e.Partition, held: e.Kind == journal.BatchHeld}
	if e.Mapping != "" {
		f.mapping(e)
		of.mapping = f.mappings.find(e.Mapping)
	}
	if e.Kind == journal.BatchHeld {
		f.Functions[of.function].newest(e, IncidentHold)
	}
	f.queue.put(f, number, of)
}
