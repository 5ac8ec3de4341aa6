package lineage

import (
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// found is the records that one led to: the best known of them, and how many there are.
type found struct {
	most  int
	all   []effect
	total int
}

// effect is a record that another one led to.
type effect struct {
	record   Record
	produced *Produced
	evidence Evidence
	of       int
}

// add adds a record of an entry RecordsProduced; of is how many records may have led to it.
func (f *found) add(e *journal.Entry, offset int64, evidence Evidence, of int) {
	f.total++
	if len(f.all) >= f.most {
		// What is known for sure is told first.
		worst := len(f.all) - 1
		if f.all[worst].evidence <= evidence {
			return
		}
		f.all = f.all[:worst]
	}
	at, _ := slices.BinarySearchFunc(f.all, evidence, func(other effect, evidence Evidence) int {
		if other.evidence <= evidence {
			return -1
		}
		return 1
	})
	f.all = slices.Insert(f.all, at, effect{Record{e.Topic, e.Partition, offset}, producedBy(e), evidence, of})
}

// addOf adds the records of an entry RecordsProduced that one of the inputs of an
// invocation led to.
func (f *found) addOf(in *inputs, e *journal.Entry, of Record) {
	self := int32(slices.IndexFunc(in.all, func(i input) bool { return i.record == of }))
	if self < 0 && !in.cut && len(in.all) > 0 {
		return // it had been done with before
	}
	for offset := e.First; offset <= e.Last; offset++ {
		if _, known := knownAt(e, offset); known == nil && e.Each != nil {
			continue // a gap
		}
		evidence, from := in.originOf(e, offset)
		if evidence == ByBatch {
			f.add(e, offset, evidence, len(in.all))
		} else if _, isOne := slices.BinarySearch(from, self); isOne {
			f.add(e, offset, evidence, len(from))
		}
	}
}

// tell begins the stories of the records that were found, and adds to cuts what is not told.
func (x *explainer) tell(f *found, cuts *[]string, depth int) []*Story {
	var stories []*Story
	if depth <= 0 && f.total > 0 {
		*cuts = append(*cuts, more(f.total, ", not told: the depth is reached"))
		return nil
	}
	for _, e := range f.all {
		if x.left <= 0 {
			break
		}
		s := &Story{Record: e.record, Produced: e.produced, Evidence: e.evidence, Of: e.of, Again: x.down[e.record]}
		stories = append(stories, s)
		if !s.Again {
			x.down[e.record] = true
			x.left--
			x.todo = append(x.todo, task{s, depth - 1})
		}
	}
	if n := f.total - len(stories); n > 0 {
		*cuts = append(*cuts, more(n, ", not told"))
	}
	return stories
}
