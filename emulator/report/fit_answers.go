package report

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// answersMost is how many answers are remembered to be compared with later ones: records
// that are handled again are handled again soon.
const answersMost = 1 << 15

// State is what a run showed about whether a function answers from the record alone.
type State struct {
	// Compared is how many invocations had the same records as an earlier one that had
	// succeeded on the same revision, so that their answers can be compared: the very
	// records, or others with the same keys and values, as in a replay. Of these,
	// SameEnvironment differed though both ran in one environment, and OtherEnvironment
	// did in two.
	Compared         uint64 `json:"compared"`
	SameEnvironment  uint64 `json:"differedInSameEnvironment"`
	OtherEnvironment uint64 `json:"differedInOtherEnvironment"`
	// Turned is how many batches succeeded after the same records had failed, without a
	// new revision: more than the record decides, but not necessarily state.
	Turned uint64 `json:"turned"`
	// Digests says that the run looked at every record; without, answers are not known.
	Digests bool `json:"digests"`
	// Outputs says that the function produced records at all.
	Outputs bool `json:"outputs"`
}

// input names what an invocation was given: a hash over its ranges of records.
type input struct {
	function string
	hash     uint64
}

// answer is what became of it. An environment of 0 is not known.
type answer struct {
	digest      uint64
	environment uint32
	revision    int32
	succeeded   bool
}

// answers compares what was answered to the same records.
type answers struct{ last recent[input, answer] }

// add compares an answer with the one before, and remembers it.
func (a *answers) add(s *State, to input, with answer) {
	before, there := a.last.values[to]
	a.last.put(to, with)
	if !there || before.revision != with.revision {
		return
	}
	switch {
	case !before.succeeded && with.succeeded:
		s.Turned++
	case before.succeeded && with.succeeded && (before.digest != 0 || with.digest != 0):
		s.Compared++
		switch {
		case before.digest == with.digest:
		case before.environment == with.environment:
			s.SameEnvironment++
		default:
			s.OtherEnvironment++
		}
	}
}

// inputs knows what invocations are given.
type inputs struct {
	pieces  recent[pieceStart, piece]
	batches recent[uint64, uint64] // sum over their ranges
}

// pieceStart is where records that were produced together begin.
type pieceStart struct {
	place
	first int64
}

// piece is records that were produced together, by what they hold.
type piece struct {
	last   int64
	digest uint64
}

// piecesMost is how many are remembered, and batchesMost how many batches: many more than
// are ever open at once.
const (
	piecesMost  = 1 << 15
	batchesMost = 1 << 14
)

func newInputs() inputs {
	return inputs{newRecent[pieceStart, piece](piecesMost), newRecent[uint64, uint64](batchesMost)}
}

// produced takes records.
func (i *inputs) produced(e *journal.Entry) {
	if e.Digest != 0 {
		i.pieces.put(pieceStart{place{e.Topic, e.Partition}, e.First}, piece{e.Last, e.Digest})
	}
}

// formed takes a range of a batch. Ranges are added up, so that their order does not matter.
func (i *inputs) formed(e *journal.Entry) {
	sum, known := i.content(e)
	if !known {
		sum = spanHash(e)
	}
	i.batches.put(e.Batch, i.batches.get(e.Batch)+sum)
}

// content is a hash of what the records of a range hold, known where the range is made of
// whole pieces.
func (i *inputs) content(e *journal.Entry) (sum uint64, known bool) {
	at := pieceStart{place{e.Topic, e.Partition}, e.First}
	for at.first <= e.Last {
		p, there := i.pieces.values[at]
		if !there || p.last > e.Last {
			return 0, false
		}
		sum += p.digest
		at.first = p.last + 1
	}
	return sum + uint64(e.Records), true
}

// spanHash is a hash of which records a range has.
func spanHash(e *journal.Entry) uint64 {
	h := journal.HashKey([]byte(e.Topic))
	for _, n := range [...]uint64{uint64(e.Partition), uint64(e.First), uint64(e.Last), uint64(e.Records)} {
		h = (h ^ n) * 0x9e3779b97f4a7c15 // 2^64 by the golden ratio
		h ^= h >> 29
	}
	return h
}
