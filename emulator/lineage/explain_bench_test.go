package lineage

import (
	"slices"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// indexed is a Source in memory with the indexes that a file has: entries by number, and
// by partition.
type indexed struct {
	journal.Held
	batches, invocations map[uint64][]int32
	partitions           map[string][]int32
	scans, given         int
}

func newIndexed(entries []journal.Entry) *indexed {
	s := &indexed{Held: journal.Held{Entries: entries}, batches: map[uint64][]int32{}, invocations: map[uint64][]int32{}, partitions: map[string][]int32{}}
	for i := range entries {
		e := &entries[i]
		if e.Batch != 0 {
			s.batches[e.Batch] = append(s.batches[e.Batch], int32(i))
		}
		if e.Invocation != 0 {
			s.invocations[e.Invocation] = append(s.invocations[e.Invocation], int32(i))
		}
		if e.Topic != "" {
			s.partitions[e.Topic] = append(s.partitions[e.Topic], int32(i))
		}
	}
	return s
}

// blockRange is how many entries of a topic one element of its index stands for: as in a
// file, the index says which of these blocks can hold an offset.
const blockRange = 1 << 12

func (s *indexed) Scan(want journal.Want, f func(*journal.Entry) bool) error {
	s.scans++
	var list []int32
	switch {
	case want.Batch != 0:
		list = s.batches[want.Batch]
	case want.Invocation != 0:
		list = s.invocations[want.Invocation]
	case want.Topic != "":
		list = s.partitions[want.Topic]
		if want.Last-want.First < blockRange && !want.AllPartitions {
			// Offsets grow with the entries here, four records an entry and partition.
			at, _ := slices.BinarySearchFunc(list, want.First, func(i int32, first int64) int {
				return int(s.Entries[i].Last - first)
			})
			list = list[max(0, at-blockRange):min(len(list), at+blockRange)]
		}
		from, _ := slices.BinarySearchFunc(list, want.From, func(i int32, seq uint64) int { return int(s.Entries[i].Seq) - int(seq) })
		list = list[from:]
	default:
		from := int(max(want.From, 1)) - 1
		for i := from; i < len(s.Entries) && (want.To == 0 || uint64(i) < want.To); i++ {
			if e := &s.Entries[i]; want.Matches(e) && !s.give(e, f) {
				return nil
			}
		}
		return nil
	}
	for _, i := range list {
		e := &s.Entries[i]
		if want.To != 0 && e.Seq > want.To || want.Matches(e) && !s.give(e, f) {
			return nil
		}
	}
	return nil
}

func (s *indexed) give(e *journal.Entry, f func(*journal.Entry) bool) bool {
	s.given++
	return f(e)
}

// longRun makes a run of three functions in a row, each batch of four records making four.
func longRun(entries int) []journal.Entry {
	all := make([]journal.Entry, 0, entries+64)
	add := func(e journal.Entry) {
		e.Seq = uint64(len(all) + 1)
		e.At = int64(e.Seq) * 1e4
		all = append(all, e)
	}
	topics := []string{"a", "b", "c", "d"}
	each := func(n int64) *journal.Records {
		r := &journal.Records{}
		for i := range int32(4) {
			r.Each = append(r.Each, journal.Known{Key: uint64(n)*4 + uint64(i) + 1, Offset: i})
		}
		return r
	}
	for n := int64(0); len(all) < entries; n++ {
		first, last := n*4, n*4+3
		known := each(n)
		add(journal.Entry{Kind: journal.RecordsProduced, Topic: "a", First: first, Last: last, Records: 4, Each: known})
		for i, name := range []string{"f", "g", "h"} {
			number := uint64(n)*3 + uint64(i) + 1
			e := journal.Entry{Function: name, Mapping: name, Batch: number, Topic: topics[i], First: first, Last: last, Records: 4}
			e.Kind = journal.RecordsArrived
			e.Each = known
			add(e)
			e.Each = nil
			e.Kind = journal.BatchFormed
			add(e)
			e.Kind, e.Invocation, e.Attempt, e.Environment, e.Reason = journal.InvocationStarted, number, 1, 1, journal.Warm
			add(e)
			e.Kind, e.Outcome = journal.InvocationEnded, journal.Succeeded
			add(e)
			add(journal.Entry{Kind: journal.RecordsProduced, Function: name, Mapping: name, Invocation: number, Reason: "output",
				Topic: topics[i+1], First: first, Last: last, Records: 4, Each: known})
			e.Kind = journal.RecordsEnded
			add(e)
			add(journal.Entry{Kind: journal.OffsetCommitted, Mapping: name, Topic: topics[i], Last: last})
		}
	}
	return all
}

// What a story costs must not grow with the run: of ten times as many entries as many are
// asked for, with as many questions.
func TestExplainAsksNarrowQuestions(t *testing.T) {
	asked := func(entries int) (scans, given int) {
		s := newIndexed(longRun(entries))
		story, err := Explain(s, Record{"b", 0, 41}, Options{})
		if err != nil || len(story.Causes) != 1 || len(story.Readings) != 1 || len(story.Readings[0].Attempts[0].Outputs) != 1 {
			t.Fatalf("got %+v, %v", story, err)
		}
		return s.scans, s.given
	}
	scans, given := asked(20_000)
	moreScans, more := asked(200_000)
	t.Logf("%d scans gave %d of 20,000 entries, %d gave %d of 200,000", scans, given, moreScans, more)
	if moreScans != scans || more != given {
		t.Error("want as many of each")
	}
}

func BenchmarkExplain(b *testing.B) {
	entries := longRun(1_000_000)
	run := func(name string, src journal.Source) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Explain(src, Record{"b", 0, 60_001}, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("indexed", newIndexed(entries))
	run("held", &journal.Held{Entries: entries})
}
