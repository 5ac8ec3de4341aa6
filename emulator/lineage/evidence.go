package lineage

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// Evidence is what an origin is known by, the best first.
type Evidence uint8

// The evidence.
const (
	NoEvidence Evidence = iota // nothing tells which records it was
	ByIndex                    // the output binding says which input it was made from
	Alone                      // the invocation had no other record
	ByTrace                    // both carry the same trace
	ByKey                      // both have the same key
	ByBatch                    // any record of the batch, or of the request, may be it
)

var evidenceNames = [...]string{"not known", "index of the response", "only record of its batch", "trace", "same key", "batch"}

// String returns the evidence in words.
func (e Evidence) String() string { return evidenceNames[e] }

// MarshalText writes the evidence in words, for JSON.
func (e Evidence) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// input is one of the records that an invocation was given.
type input struct {
	record     Record
	key, trace uint64 // 0 where there is none, or it is not known
}

// inputs are the records of an invocation, in the order in which it was given them.
type inputs struct {
	all []input
	// ordered says that the place of a record in all is its index in the event.
	ordered bool
	// cut says that there are more of them than are held.
	cut     bool
	byTrace map[uint64][]int32
	byKey   map[uint64][]int32
}

func newInputs(all []input, ordered, cut bool) *inputs {
	in := &inputs{all: all, ordered: ordered, cut: cut, byTrace: map[uint64][]int32{}, byKey: map[uint64][]int32{}}
	for i := range all {
		if t := all[i].trace; t != 0 {
			in.byTrace[t] = append(in.byTrace[t], int32(i))
		}
		if k := all[i].key; k != 0 {
			in.byKey[k] = append(in.byKey[k], int32(i))
		}
	}
	return in
}

// originOf returns which inputs led to the record of an entry RecordsProduced at an
// offset, by the best evidence there is; nil stands for all of them.
func (in *inputs) originOf(e *journal.Entry, offset int64) (Evidence, []int32) {
	k, known := knownAt(e, offset)
	if known != nil && in.ordered && k < len(e.Each.Origins) {
		if i := e.Each.Origins[k]; i >= 0 && int(i) < len(in.all) {
			return ByIndex, []int32{i}
		}
	}
	switch {
	case len(in.all) == 0:
		return NoEvidence, nil
	case len(in.all) == 1 && !in.cut:
		return Alone, []int32{0}
	}
	if known != nil {
		if of := in.byTrace[known.Trace]; known.Trace != 0 && of != nil {
			return ByTrace, of
		}
		if of := in.byKey[known.Key]; known.Key != 0 && of != nil {
			return ByKey, of
		}
	}
	return ByBatch, nil
}

// knownAt returns what an entry knows of the record at an offset, with its index; nil if
// the entry does not know it.
func knownAt(e *journal.Entry, offset int64) (int, *journal.Known) {
	if e.Each == nil {
		return 0, nil
	}
	each := e.Each.Each
	low, high := 0, len(each)
	for low < high {
		if mid := (low + high) / 2; e.First+int64(each[mid].Offset) < offset {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low < len(each) && e.First+int64(each[low].Offset) == offset {
		return low, &each[low]
	}
	return 0, nil
}
