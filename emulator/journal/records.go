package journal

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

// FNV-1a, 64 bit: fixed, so that runs can be compared, and quick for short keys.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// HashKey is the hash of a key, never 0; 0 for nil, which is no key. (Two of a million
// different keys are equal by it once in 40 million runs.)
func HashKey(key []byte) uint64 {
	if key == nil {
		return 0
	}
	h := uint64(fnvOffset)
	for _, c := range key {
		h = (h ^ uint64(c)) * fnvPrime
	}
	if h == 0 {
		return 1
	}
	return h
}
