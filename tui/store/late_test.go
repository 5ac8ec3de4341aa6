package store_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// brute is a partition of which all is remembered.
type brute struct {
	keys []uint64
	done map[int64]bool // those that ended, by whether they succeeded
}

func (b *brute) late(offset int64) (places int32, key bool) {
	for o, ok := range b.done {
		if o > offset && ok {
			places++
			key = key || b.keys[o] != 0 && b.keys[o] == b.keys[offset]
		}
	}
	return places, key
}

// Records that arrive in order and end in any: places and keys are those of a count over
// everything, and a clone stays as it was.
func TestLateIsWhatCountingSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := store.New(nil)
		parts := []*brute{{done: map[int64]bool{}}, {done: map[int64]bool{}}}
		open := [][]int64{nil, nil}
		var want []string
		var clone *store.View
		var cloned []string
		for range rapid.IntRange(1, 120).Draw(t, "steps") {
			p := rapid.IntRange(0, 1).Draw(t, "partition")
			b := parts[p]
			if len(open[p]) == 0 || rapid.IntRange(0, 4).Draw(t, "what") == 0 {
				n := rapid.IntRange(1, 90).Draw(t, "n")
				open[p] = append(open[p], arrive(v, b, p, n, rapid.IntRange(0, 6).Draw(t, "keys"))...)
				continue
			}
			i := rapid.IntRange(0, len(open[p])-1).Draw(t, "which")
			offset := open[p][i]
			open[p] = slices.Delete(open[p], i, i+1)
			outcome := rapid.SampledFrom([]journal.Outcome{journal.Succeeded, journal.Succeeded, journal.Dropped}).Draw(t, "outcome")
			places, key := b.late(offset)
			b.done[offset] = outcome == journal.Succeeded
			v.Add(&journal.Entry{Kind: journal.RecordsEnded, Mapping: "m", Topic: "t", Partition: int32(p), First: offset, Last: offset, Records: 1, Outcome: outcome})
			want = append(want, fmt.Sprint(p, offset, places, key, b.keys[offset]))
			if clone == nil && rapid.IntRange(0, 9).Draw(t, "clone") == 0 {
				clone, cloned = v.Clone(), slices.Clone(want)
			}
		}
		if got := rowsOf(v); !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v\nwant %v", got, want)
		}
		if clone != nil && !reflect.DeepEqual(rowsOf(clone), cloned) {
			t.Fatalf("the clone is %v, was %v", rowsOf(clone), cloned)
		}
	})
}

// arrive hands n records to a mapping, and returns their offsets. keys is how many
// different keys they have; 0 is none.
func arrive(v *store.View, b *brute, partition, n, keys int) []int64 {
	first := int64(len(b.keys))
	each := journal.NewRecords(n)
	var offsets []int64
	for i := range n {
		offset := first + int64(i)
		key := uint64(0)
		if keys > 0 {
			key = uint64(int(offset)%keys) + 1
		}
		each.KnowHashed(i, key, 0, offset, first, 0)
		b.keys = append(b.keys, key)
		offsets = append(offsets, offset)
	}
	v.Add(&journal.Entry{Kind: journal.RecordsArrived, Mapping: "m", Topic: "t", Partition: int32(partition), First: first, Last: first + int64(n) - 1, Records: int32(n), Each: each})
	return offsets
}

func rowsOf(v *store.View) []string {
	var got []string
	for n := v.Events.First(); n <= v.Events.Total; n++ {
		e := v.Events.At(n)
		got = append(got, fmt.Sprint(e.Partition, e.Offset, e.Late, e.KeyLate, e.Key))
	}
	return got
}

// batchEntries are those of a batch of n records that all succeed.
func batchEntries(number uint64, first int64, n int) []journal.Entry {
	each := journal.NewRecords(n)
	out := journal.NewRecords(n)
	out.Origins = make([]int32, n)
	for i := range n {
		each.KnowHashed(i, uint64(first+int64(i))%100_000+1, 0, first+int64(i), first, 0)
		out.Origins[i] = int32(i)
	}
	e := journal.Entry{Function: "f", Mapping: "m", Topic: "t", First: first, Last: first + int64(n) - 1, Records: int32(n), At: int64(number) * 1e6}
	arrived, formed, started, produced, finished, ended := e, e, e, e, e, e
	arrived.Kind, arrived.Each = journal.RecordsArrived, each
	formed.Kind, formed.Batch = journal.BatchFormed, number
	started.Kind, started.Batch, started.Invocation, started.Attempt, started.Environment = journal.InvocationStarted, number, number, 1, 7
	produced.Kind, produced.Invocation, produced.Reason, produced.Topic, produced.Each = journal.RecordsProduced, number, "output", "out", out
	finished.Kind, finished.Batch, finished.Invocation, finished.Outcome, finished.Duration = journal.InvocationEnded, number, number, journal.Succeeded, 1e6
	ended.Kind, ended.Batch, ended.Invocation, ended.Outcome = journal.RecordsEnded, number, number, journal.Succeeded
	return []journal.Entry{arrived, formed, started, produced, finished, ended}
}

// In the steady state nothing is allocated.
func TestEventsDoNotAllocate(t *testing.T) {
	var e store.Events
	number := uint64(0)
	batch := func(n int) {
		for range n {
			number++
			for _, x := range batchEntries(number, int64(number-1)*10, 10) {
				store.AddEvent(&e, &x)
			}
		}
	}
	batch(20_000) // 200,000 records of 100,000 keys
	var entries []journal.Entry
	for range 101 {
		number++
		entries = append(entries, batchEntries(number, int64(number-1)*10, 10)...)
	}
	if n := testing.AllocsPerRun(100, func() {
		for range 6 {
			store.AddEvent(&e, &entries[0])
			entries = entries[1:]
		}
	}); n > 0 {
		t.Errorf("%v allocations for a batch", n)
	}
	if row := e.At(e.Total); row.Outputs != 1 || row.Environment != 7 || row.Took != 1e6 {
		t.Errorf("got %+v", row)
	}
}

func BenchmarkEvents(b *testing.B) {
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprint(n, " records"), func(b *testing.B) {
			var batches [][]journal.Entry
			for i := range 4000 {
				batches = append(batches, batchEntries(uint64(i+1), int64(i*n), n))
			}
			b.ReportAllocs()
			entries, records := 0, 0
			var e store.Events
			for i := 0; b.Loop(); i++ {
				if i%len(batches) == 0 { // the same offsets once more
					store.AddEvent(&e, &journal.Entry{Kind: journal.PartitionAssigned, Mapping: "m", Topic: "t", Function: "f"})
				}
				for j := range batches[i%len(batches)] {
					store.AddEvent(&e, &batches[i%len(batches)][j])
				}
				entries += 6
				records += n
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(entries), "ns/entry")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(records), "ns/record")
		})
	}
}
