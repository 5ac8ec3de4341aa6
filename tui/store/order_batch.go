package store

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// BatchState is what a batch is doing.
type BatchState uint8

// The states of batches.
const (
	BatchWaiting   BatchState = iota // for an environment
	BatchRunning                     // an invocation has it
	BatchThrottled                   // until it is tried again
	BatchRetrying                    // until it is tried again
	BatchHeld                        // until there is another revision
	BatchOver                        // its last invocation has ended
)

// OrderBatch is what happened to a batch, over all its attempts.
type OrderBatch struct {
	Number      uint64
	State       BatchState
	Cold        bool // its newest invocation waited for an init
	Attempt     int32
	Environment uint32
	Invocation  uint64 // the newest one, with Environment, Started and Ended
	Formed      int64
	Started     int64
	Ended       int64
	// Next is when it is tried again, where it is throttled or to be tried again.
	Next int64
	// Outcome is that of its newest invocation that has ended.
	Outcome journal.Outcome

	spans    [maxSpans]orderSpan
	of       *OrderMapping // nil in what was returned
	numSpans int32
}

// maxSpans is of how many ranges of a batch it is known which input an output came from.
const maxSpans = 4

type orderSpan struct {
	partition   int32
	first, last int64
}

// orderBatches is the newest batches, found by their number, or by that of their newest
// invocation.
type orderBatches struct {
	all          [1 << 11]OrderBatch
	byInvocation [1 << 11]uint64 // numbers of batches
	cursor       orderCursor
}

// orderCursor is where the input at an index was found, for the next ones are behind it.
type orderCursor struct {
	invocation    uint64
	index, offset int64
	span          int
}

func (b *orderBatches) get(number uint64) *OrderBatch {
	if at := &b.all[number%uint64(len(b.all))]; at.Number == number && number != 0 {
		return at
	}
	return nil
}

// of returns the batch of an invocation, nil if that is not its newest one.
func (b *orderBatches) of(invocation uint64) *OrderBatch {
	at := b.get(b.byInvocation[invocation%uint64(len(b.byInvocation))])
	if at == nil || at.Invocation != invocation {
		return nil
	}
	return at
}

// Batch returns a batch, and whether it is known.
func (o *Order) Batch(number uint64) (OrderBatch, bool) {
	b := o.batches.get(number)
	if b == nil {
		return OrderBatch{}, false
	}
	c := *b
	c.of = nil
	return c, true
}

// batchEntry takes what is about a batch as a whole.
func (o *Order) batchEntry(e *journal.Entry) {
	b := o.batches.get(e.Batch)
	if b == nil {
		return
	}
	switch e.Kind {
	case journal.InvocationStarted:
		b.State, b.Invocation, b.Environment, b.Attempt = BatchRunning, e.Invocation, e.Environment, e.Attempt
		b.Started, b.Ended, b.Cold = e.At, 0, e.Reason == journal.Cold
		o.batches.byInvocation[e.Invocation%uint64(len(o.batches.byInvocation))] = b.Number
	case journal.InvocationEnded:
		if e.Invocation == b.Invocation {
			b.Ended, b.Outcome, b.State = e.At, e.Outcome, BatchOver
		}
	case journal.Throttled:
		b.State, b.Next = BatchThrottled, e.At+e.Delay
	case journal.RetryScheduled:
		b.State, b.Next = BatchRetrying, e.At+e.Delay
	case journal.BatchHeld:
		b.State = BatchHeld
	case journal.BatchReleased:
		b.State = BatchWaiting
	}
}

// formed takes a range of a batch.
func (o *Order) formed(e *journal.Entry) {
	m := o.mapping(e.Mapping)
	b := o.batches.get(e.Batch)
	if b == nil {
		b = &o.batches.all[e.Batch%uint64(len(o.batches.all))]
		*b = OrderBatch{Number: e.Batch, Formed: e.At, of: m}
	}
	if b.numSpans < maxSpans {
		b.spans[b.numSpans] = orderSpan{e.Partition, e.First, e.Last}
	}
	b.numSpans++
	p := m.partition(e.Partition)
	for off := max(e.First, p.next-int64(len(p.slots))); off <= e.Last; off++ {
		if s := p.at(off); s != nil && s.Done == 0 {
			s.Batch = e.Batch
		}
	}
}

// orderInits is when environments began to start and were ready, of the newest ones.
type orderInits [1 << 9]struct {
	environment     uint32
	starting, ready int64
}

func (i *orderInits) add(e *journal.Entry) {
	at := &i[e.Environment%uint32(len(i))]
	if e.Kind == journal.EnvironmentStarting {
		at.environment, at.starting, at.ready = e.Environment, e.At, 0
	} else if at.environment == e.Environment {
		at.ready = e.At
	}
}

// Init returns how much of the time between two moments the start of an environment took;
// 0 if that is not known.
func (o *Order) Init(environment uint32, from, to int64) int64 {
	at := &o.environments[environment%uint32(len(o.environments))]
	if at.environment != environment || environment == 0 || at.ready == 0 {
		return 0
	}
	return max(min(at.ready, to)-max(at.starting, from), 0)
}
