package lineage

import (
	"math"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// entries asks a Source, and remembers the first error.
type entries struct {
	src journal.Source
	err error
}

// kept returns an entry that stays valid after the call in which a Source gave it.
func kept(e *journal.Entry) journal.Entry {
	c := *e
	if e.Each != nil {
		c.Each = &journal.Records{Base: e.Each.Base, Each: slices.Clone(e.Each.Each), Origins: slices.Clone(e.Each.Origins)}
	}
	return c
}

// each calls f with the entries that are wanted, until it returns false.
func (s *entries) each(want journal.Want, f func(*journal.Entry) bool) {
	if s.err == nil {
		s.err = s.src.Scan(want, f)
	}
}

// looks is how many entries are looked at for one that f accepts: a Source knows nothing of
// mappings and processes, and those of others may be many.
const looks = 1 << 14

// first returns the first entry that is wanted and that f accepts, nil if there is none
// among the first 16,384 of them.
func (s *entries) first(want journal.Want, f func(*journal.Entry) bool) *journal.Entry {
	var found *journal.Entry
	n := 0
	s.each(want, func(e *journal.Entry) bool {
		n++
		if f == nil || f(e) {
			found = new(kept(e))
		}
		return found == nil && n < looks
	})
	return found
}

// Windows in which entries are looked for backwards: a Source reads forwards only.
const (
	firstWindow = 1 << 12
	widen       = 4
	lastWindow  = 1 << 16
)

// backwards calls f with the entries that are wanted and that pick accepts, nil for all,
// the newest first in blocks: each block is in its own order, with how many were looked at
// for it. It ends when f returns false.
func (s *entries) backwards(want journal.Want, pick func(*journal.Entry) bool, f func(block []journal.Entry, looked int) bool) {
	to := want.To
	if to == 0 {
		to = s.src.Last()
	}
	var block []journal.Entry
	for window := uint64(firstWindow); to > 0 && to >= want.From && s.err == nil; window = min(window*widen, lastWindow) {
		part := want
		part.To = to
		part.From = max(want.From, 1)
		if to > window {
			part.From = max(want.From, to-window+1)
		}
		block = block[:0]
		looked := 0
		s.each(part, func(e *journal.Entry) bool {
			looked++
			if pick == nil || pick(e) {
				block = append(block, kept(e))
			}
			return true
		})
		if looked > 0 && !f(block, looked) {
			return
		}
		to = part.From - 1
	}
}

// last returns the newest entry that is wanted and that f accepts, nil if there is none
// among the last 16,384 of them or some more.
func (s *entries) last(want journal.Want, f func(*journal.Entry) bool) *journal.Entry {
	var found *journal.Entry
	n := 0
	s.backwards(want, f, func(block []journal.Entry, looked int) bool {
		if n += looked; len(block) > 0 {
			found = &block[len(block)-1]
		}
		return found == nil && n < looks
	})
	return found
}

// about wants entries of some kinds about one record.
func about(r Record, kinds ...journal.Kind) journal.Want {
	return journal.Want{Kinds: journal.KindsOf(kinds...), Topic: r.Topic, Partition: r.Partition, First: r.Offset, Last: r.Offset}
}

// behind wants entries of some kinds about the record and those behind it.
func behind(r Record, kinds ...journal.Kind) journal.Want {
	w := about(r, kinds...)
	w.Last = math.MaxInt64
	return w
}

// known returns what is known of the records of a range, by offset.
func (s *entries) known(topic string, partition int32, first, last int64) map[int64]journal.Known {
	found := map[int64]journal.Known{}
	want := journal.Want{Kinds: journal.KindsOf(journal.RecordsProduced), Topic: topic, Partition: partition, First: first, Last: last}
	collect := func(e *journal.Entry) bool {
		if e.Each == nil {
			return true
		}
		for _, k := range e.Each.Each {
			if at := e.First + int64(k.Offset); at >= first && at <= last {
				found[at] = k
			}
		}
		return true
	}
	s.each(want, collect)
	if int64(len(found)) < last-first+1 { // gaps, or the entries of a part are gone
		want.Kinds = journal.KindsOf(journal.RecordsArrived)
		s.each(want, collect)
	}
	return found
}
