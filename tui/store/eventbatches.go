package store

import (
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// unfinished is what the rows of events are made with: batches that are open, and what is
// known of records.
type unfinished struct {
	tracks      [][]*track // by index of names and partition
	batches     numbered[openBatch]
	invocations numbered[uint64] // the batch of each
	outputs     [][]int32        // slices to be used again
	keys        []keyed          // room to sort key tables in
}

// The most numbers between batches, and between invocations, that are open at a time.
const (
	mostBatches     = 1 << 15
	mostInvocations = 1 << 15
	// mostInputs is the largest batch of which is told which output is whose: no profile
	// has larger ones.
	mostInputs = 10_000
	// outputSlices is how many slices are kept to be used again.
	outputSlices = 64
)

func newUnfinished() *unfinished {
	return &unfinished{
		batches:     numbered[openBatch]{most: mostBatches, inUse: func(b *openBatch) bool { return b.left > 0 }},
		invocations: numbered[uint64]{most: mostInvocations, inUse: func(*uint64) bool { return true }},
	}
}

// openBatch is a batch, with its newest invocation.
type openBatch struct {
	spans   []span
	records int32 // of all spans
	left    int32 // that have not ended
	gaps    bool  // offsets do not tell the index of a record

	invocation        uint64
	environment       uint32
	attempt, revision int32
	given             int32 // records the invocation began with
	cold              bool
	took              int64
	// failed says that the invocation did, and no row tells of it yet.
	failed  bool
	outcome journal.Outcome
	reason  string

	outputs []int32 // of each input, nil where none is known to be of one
	unbound int32   // outputs of which it is not known
}

// span is a run of records in a batch.
type span struct {
	partition   int32
	first, last int64
	records     int32
}

// formed adds a run of records to a batch.
func (u *unfinished) formed(x *journal.Entry) {
	b := u.batches.get(x.Batch)
	if b == nil {
		b = u.batches.put(x.Batch)
		u.recycle(b)
		*b = openBatch{spans: b.spans[:0]}
	}
	b.spans = append(b.spans, span{x.Partition, x.First, x.Last, x.Records})
	b.records += x.Records
	b.left += x.Records
	b.gaps = b.gaps || x.Last-x.First+1 != int64(x.Records)
}

// began notes an invocation of a batch.
func (u *unfinished) began(x *journal.Entry) {
	b := u.batches.get(x.Batch)
	if b == nil {
		return
	}
	u.recycle(b)
	b.invocation, b.environment, b.attempt, b.revision = x.Invocation, x.Environment, x.Attempt, x.Revision
	b.given, b.cold, b.took, b.failed, b.unbound = x.Records, x.Reason == journal.Cold || x.Reason == journal.Suppressed, 0, false, 0
	*u.invocations.put(x.Invocation) = x.Batch
}

// finished notes the end of an invocation.
func (u *unfinished) finished(x *journal.Entry) {
	b := u.batches.get(x.Batch)
	if b == nil || b.invocation != x.Invocation {
		return
	}
	if b.took = x.Duration; b.took == 0 {
		b.took = x.Measured.Took
	}
	b.outcome, b.reason = x.Outcome, excerpt(x.Reason)
	b.failed = x.Outcome != journal.Succeeded && x.Outcome != journal.Abandoned
}

// produced counts outputs by the inputs they were made from.
func (u *unfinished) produced(x *journal.Entry) {
	if x.Invocation == 0 || x.Reason != "output" && x.Reason != "" && x.Reason != journal.ProducedLate {
		return
	}
	number := u.invocations.get(x.Invocation)
	if number == nil {
		return
	}
	b := u.batches.get(*number)
	if b == nil || b.invocation != x.Invocation {
		return
	}
	if x.Each == nil || x.Each.Origins == nil || b.gaps || b.given != b.records || b.given > mostInputs {
		b.unbound += x.Records
		return
	}
	if b.outputs == nil {
		b.outputs = u.slice(int(b.given))
	}
	for i := range x.Each.Each {
		if from := x.Each.Origin(i); from >= 0 && int(from) < len(b.outputs) {
			b.outputs[from]++
		} else {
			b.unbound++
		}
	}
}

// slice returns n zeros.
func (u *unfinished) slice(n int) []int32 {
	last := len(u.outputs) - 1
	if last < 0 || cap(u.outputs[last]) < n {
		return make([]int32, n, max(n, 16))
	}
	s := u.outputs[last][:n]
	u.outputs = u.outputs[:last]
	clear(s)
	return s
}

// recycle takes the outputs from a batch.
func (u *unfinished) recycle(b *openBatch) {
	if b.outputs != nil && len(u.outputs) < outputSlices {
		u.outputs = append(u.outputs, b.outputs)
	}
	b.outputs = nil
}

// index is the place of a record in the batch, -1 if that cannot be told.
func (b *openBatch) index(partition int32, offset int64) int32 {
	at := int32(0)
	for i := range b.spans {
		s := &b.spans[i]
		if s.partition == partition && s.first <= offset && offset <= s.last {
			return at + int32(offset-s.first)
		}
		at += s.records
	}
	return -1
}

// outputsOf is how many records were made from that at an index, -1 if that cannot be told.
func (b *openBatch) outputsOf(index int32) int32 {
	switch {
	case b.records == 1 && len(b.outputs) == 1:
		return b.unbound + b.outputs[0]
	case b.records == 1:
		return b.unbound
	case b.unbound > 0:
		return -1
	case b.outputs == nil:
		return 0
	case index < 0 || int(index) >= len(b.outputs):
		return -1
	}
	return b.outputs[index]
}
