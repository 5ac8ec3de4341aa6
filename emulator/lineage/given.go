package lineage

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// Input is a record that an invocation was given.
type Input struct {
	Record Record
	// Key is journal.HashKey of its key and Trace journal.HashTrace of its trace; 0 where
	// it has none, or it is not known.
	Key, Trace uint64
}

// Given is the records of one invocation, for those who read a whole run in one go and
// ask of each output which of them led to it. It is for one goroutine.
type Given struct{ in *inputs }

// NewGiven returns the records of an invocation in the order in which it was given them.
// ordered says that they are all and only those, so that their place is their index.
func NewGiven(all []Input, ordered bool) *Given {
	list := make([]input, len(all))
	for i := range all {
		list[i] = input{all[i].Record, all[i].Key, all[i].Trace}
	}
	return &Given{newInputs(list, ordered, !ordered)}
}

// OriginOf returns which records led to the one at an offset of an entry RecordsProduced of
// the invocation, by the best evidence there is, as indexes; nil with ByBatch stands for
// all of them.
func (g *Given) OriginOf(e *journal.Entry, offset int64) (Evidence, []int32) {
	return g.in.originOf(e, offset)
}
