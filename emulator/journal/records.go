package journal

import "math"

// Records is what is known of each record in the range of an entry: a block of columns
// that is made once and never changed. An entry has it only where the run was asked to
// look at every record.
type Records struct {
	// Base is what Known.Time counts from, in Unix milliseconds.
	Base int64
	// Each has an element for each record, in the order of offsets.
	Each []Known
	// Origins has, where the outputs of an invocation are bound to its inputs by their
	// index, for each record the index of the input within the batch it was made from, in
	// the order of the batch; -1 for one that is not bound. Nil where nothing is bound.
	// Of failure records the batch is what ended with it: the entry RecordsEnded of the
	// same invocation.
	Origins []int32
}

// Known is what is known of a record without its payload.
type Known struct {
	// Key is HashKey of its key; 0 stands for no key.
	Key uint64
	// Trace is HashTrace of the trace that it carries; 0 if it carries none.
	Trace uint64
	// Offset counts from Entry.First, Time from Records.Base, in milliseconds.
	Offset, Time int32
}

// Know makes a Known of a record that is number i of its block: key is nil if it has
// none, trace is HashTrace, and offset and timestamp (Unix milliseconds) are as they
// are, first being the offset of the first record of the entry. The first record of a
// block sets its Base. A timestamp that is 24 days from Base or more counts as that.
func (r *Records) Know(i int, key []byte, trace uint64, offset, first, timestamp int64) {
	r.KnowHashed(i, HashKey(key), trace, offset, first, timestamp)
}

// KnowHashed is Know for a key of which there is only the hash.
func (r *Records) KnowHashed(i int, key, trace uint64, offset, first, timestamp int64) {
	if i == 0 {
		r.Base = timestamp
	}
	r.Each[i] = Known{Key: key, Trace: trace, Offset: within(offset - first), Time: within(timestamp - r.Base)}
}

// NewRecords returns a block for n records.
func NewRecords(n int) *Records { return &Records{Each: make([]Known, n)} }

// Join returns the block of an entry that holds the records of two: those of r, which
// begins at offset first, and of other, which begins at otherFirst. What one of them
// does not know, the whole does not know.
func (r *Records) Join(first int64, other *Records, otherFirst int64) *Records {
	if r == nil || other == nil {
		return nil
	}
	all := &Records{Base: r.Base, Each: make([]Known, 0, len(r.Each)+len(other.Each))}
	all.Each = append(all.Each, r.Each...)
	for _, k := range other.Each {
		k.Offset = within(int64(k.Offset) + otherFirst - first)
		k.Time = within(int64(k.Time) + other.Base - r.Base)
		all.Each = append(all.Each, k)
	}
	if r.Origins != nil || other.Origins != nil {
		all.Origins = append(r.origins(), other.origins()...)
	}
	return all
}

// origins returns a copy of Origins with an element for each record.
func (r *Records) origins() []int32 {
	all := make([]int32, len(r.Each))
	for i := range all {
		all[i] = r.Origin(i)
	}
	return all
}

// Origin is the index of the input that record i of the block was made from, -1 if it
// is not known.
func (r *Records) Origin(i int) int32 {
	if i >= len(r.Origins) {
		return -1
	}
	return r.Origins[i]
}

// At is the timestamp of record i, in Unix milliseconds.
func (r *Records) At(i int) int64 { return r.Base + int64(r.Each[i].Time) }

// within is n, or the number next to it that 32 bits hold.
func within(n int64) int32 { return int32(min(max(n, math.MinInt32), math.MaxInt32)) }
