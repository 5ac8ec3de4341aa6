package lineage

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Bounds of how far is looked around a process: what it holds between reading and writing
// is not known.
const (
	fetchesLooked = 128     // ranges that it read
	entriesLooked = 1 << 16 // entries about any process, forwards
)

// fits reports how a record that a process produced fits one that it had read before.
// Where both carry a trace, nothing else counts.
func fits(out, in *journal.Known) Evidence {
	switch {
	case out.Trace != 0 && in.Trace != 0:
		if out.Trace == in.Trace {
			return ByTrace
		}
	case out.Key != 0 && out.Key == in.Key:
		return ByKey
	}
	return NoEvidence
}

// originInProcess looks back through what a process had read: for all with the trace of
// the record or else for what it read last with the same key.
func (x *explainer) originInProcess(e *journal.Entry, r Record) origin {
	_, out := knownAt(e, r.Offset)
	if out == nil || out.Trace == 0 && out.Key == 0 {
		return origin{resolution: e.Process + " made it; it has no key and no trace that would tell of what"}
	}
	var byTrace, byKey []Record
	looked, passed, keySeen := 0, 0, out.Key == 0
	want := journal.Want{Kinds: journal.KindsOf(journal.RecordsFetched), To: e.Seq}
	own := func(fetched *journal.Entry) bool { return fetched.Process == e.Process }
	x.backwards(want, own, func(block []journal.Entry, n int) bool {
		for i := len(block) - 1; i >= 0; i-- {
			if looked == fetchesLooked || keySeen && out.Trace == 0 {
				return false
			}
			looked++
			m := x.among(&block[i], out)
			byTrace = append(byTrace, m.byTrace...)
			if !keySeen {
				byKey, keySeen = m.byKey, m.hasKey
			}
		}
		passed += n
		return passed < entriesLooked
	})
	switch {
	case len(byTrace) > 0:
		return origin{evidence: ByTrace, of: unique(byTrace), resolution: "(of all that it had read)"}
	case len(byKey) > 0:
		return origin{evidence: ByKey, of: byKey, resolution: "(of what it had read last with the key)"}
	case looked == 0:
		return origin{} // it reads nothing: a source
	}
	return origin{resolution: fmt.Sprintf("%s made it; nothing that it had read has its key or trace (%d fetches looked at)", e.Process, looked)}
}

// unique leaves out records that were named before: what was read twice.
func unique(all []Record) []Record {
	var kept []Record
	for _, r := range all {
		if !slices.Contains(kept, r) {
			kept = append(kept, r)
		}
	}
	return kept
}

// matches are the records of a range which fit one that a process produced.
type matches struct {
	byTrace, byKey []Record
	// hasKey says that some have its key, whether they fit or not.
	hasKey bool
}

// among returns the records of a range that a process read which fit one it produced.
func (x *explainer) among(fetched *journal.Entry, out *journal.Known) matches {
	var m matches
	known := x.known(fetched.Topic, fetched.Partition, fetched.First, fetched.Last)
	for _, at := range slices.Sorted(maps.Keys(known)) {
		in := known[at]
		m.hasKey = m.hasKey || in.Key == out.Key && in.Key != 0
		switch fits(out, &in) {
		case ByTrace:
			m.byTrace = append(m.byTrace, Record{fetched.Topic, fetched.Partition, at})
		case ByKey:
			m.byKey = append(m.byKey, Record{fetched.Topic, fetched.Partition, at})
		}
	}
	return m
}

// effects is what a process made of a record that it read.
type effects struct {
	x       *explainer
	reading *Reading
	record  Record
	fetched *journal.Entry
	known   journal.Known
	of      int // records it was read with that have its key
	found   found
	fetches int
	// superseded says that a later record with the same key was read, again that anything
	// else was.
	superseded, again bool
}

// tellEffects adds what a process produced of a record that it read in an entry.
func (x *explainer) tellEffects(reading *Reading, r Record, fetched *journal.Entry, depth int) {
	f := &effects{x: x, reading: reading, record: r, fetched: fetched, found: found{most: x.o.Breadth}}
	f.known = x.known(r.Topic, r.Partition, r.Offset, r.Offset)[r.Offset]
	f.of = max(1, len(x.among(fetched, &journal.Known{Key: f.known.Key}).byKey))
	for _, e := range x.following(reading, fetched.Seq) {
		if f.superseded && f.known.Trace == 0 {
			break
		}
		f.take(&e)
	}
	reading.Outputs = x.tell(&f.found, &reading.Cuts, depth)
}

// following returns what a process read and produced after an entry.
func (x *explainer) following(reading *Reading, seq uint64) []journal.Entry {
	const most = 1 << 12
	var all []journal.Entry
	looked := 0
	want := journal.Want{Kinds: journal.KindsOf(journal.RecordsProduced, journal.RecordsFetched), From: seq + 1}
	x.each(want, func(e *journal.Entry) bool {
		if e.Process == reading.Process {
			all = append(all, kept(e))
		}
		looked++
		return looked < entriesLooked && len(all) < most
	})
	if looked == entriesLooked || len(all) == most {
		reading.Cuts = append(reading.Cuts, "only what it made soon after: "+strconv.Itoa(looked)+" entries looked at")
	}
	return all
}

func (f *effects) take(e *journal.Entry) {
	if e.Kind == journal.RecordsProduced {
		for at := e.First; at <= e.Last; at++ {
			f.takeRecord(e, at)
		}
		return
	}
	f.again = f.again || !(e.Topic == f.record.Topic && e.Partition == f.record.Partition && e.First <= f.record.Offset && f.record.Offset <= e.Last)
	if f.superseded || f.known.Key == 0 {
		f.superseded = true
		return
	}
	if f.fetches++; f.fetches > fetchesLooked {
		f.superseded = true
		f.reading.Cuts = append(f.reading.Cuts, fmt.Sprintf("by key, only what it produced within %d fetches", fetchesLooked))
		return
	}
	f.superseded = f.supersedes(e)
}

// supersedes reports whether a range that the process read later has a record of the key.
func (f *effects) supersedes(e *journal.Entry) bool {
	if e.Topic == f.fetched.Topic && e.Partition == f.fetched.Partition && e.Last <= f.fetched.Last {
		return false // the same once more
	}
	return f.x.among(e, &f.known).hasKey
}

func (f *effects) takeRecord(e *journal.Entry, at int64) {
	_, out := knownAt(e, at)
	evidence := NoEvidence
	if out != nil {
		evidence = fits(out, &f.known)
	}
	switch {
	case evidence == ByTrace:
		f.found.add(e, at, ByTrace, 0)
	case evidence == ByKey && !f.superseded && f.holds(e, at, out):
		f.found.add(e, at, ByKey, f.of)
	case evidence == NoEvidence && !f.again && (out == nil || out.Key == 0 && out.Trace == 0):
		f.reading.Unattributed++
	}
}

// holds reports whether nothing better than the key tells where a record came from: it
// may have the trace of another one.
func (f *effects) holds(e *journal.Entry, at int64, out *journal.Known) bool {
	return out.Trace == 0 || f.x.originInProcess(e, Record{e.Topic, e.Partition, at}).evidence == ByKey
}
