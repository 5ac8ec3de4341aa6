package store_test

import (
	"slices"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// shop is the entries of the run in testdata.
func shop(t testing.TB) (*journal.Description, []journal.Entry) {
	t.Helper()
	f, err := journalfile.Open("../testdata/shop.journal")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	var all []journal.Entry
	if err := f.Scan(journal.Want{}, func(e *journal.Entry) bool {
		c := *e // entries are valid within the call only
		if e.Each != nil {
			c.Each = &journal.Records{Base: e.Each.Base, Each: slices.Clone(e.Each.Each), Origins: slices.Clone(e.Each.Origins)}
		}
		all = append(all, c)
		return true
	}); err != nil {
		t.Fatal(err)
	}
	return f.Description(), all
}

// BenchmarkOrder is what an entry of the run costs: all three checks, and all that is kept
// besides.
func BenchmarkOrder(b *testing.B) {
	of, all := shop(b)
	per := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(all)), "ns/entry")
	}
	b.Run("checkers", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var c [store.Domains]*order.Checker
			for d := range c {
				c[d] = order.New(order.Options{Domain: order.Domain(d), Of: of})
			}
			for i := range all {
				for _, c := range c {
					c.Add(&all[i])
				}
			}
		}
		per(b)
	})
	b.Run("view", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			v := store.New(of)
			for i := range all {
				v.Add(&all[i])
			}
		}
		per(b)
	})
}

// BenchmarkOrderBatches is a record of a stream of batches of 100 that goes well, in the
// steady state.
func BenchmarkOrderBatches(b *testing.B) {
	s := newScript()
	next := int64(0)
	each := journal.NewRecords(100)
	for i := range each.Each {
		each.Each[i] = journal.Known{Offset: int32(i), Key: uint64(i*7919%10_000) + 1}
	}
	round := func() {
		s.add(journal.Entry{Kind: journal.RecordsArrived, First: next, Last: next + 99, Records: 100, Each: each})
		batch := s.begin(next, next+99)
		s.add(journal.Entry{Kind: journal.InvocationEnded, Batch: batch, Invocation: batch + 100, Outcome: journal.Succeeded, Records: 100})
		s.add(journal.Entry{Kind: journal.RecordsEnded, Batch: batch, Invocation: batch + 100, First: next, Last: next + 99, Records: 100, Outcome: journal.Succeeded})
		s.add(journal.Entry{Kind: journal.OffsetCommitted, Last: next + 99})
		next += 100
	}
	for range 1000 {
		round()
	}
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; n += 100 {
		round()
	}
}

func BenchmarkOrderClone(b *testing.B) {
	of, all := shop(b)
	v := store.New(of)
	for i := range all {
		v.Add(&all[i])
	}
	b.ReportAllocs()
	for b.Loop() {
		v.Clone()
	}
}
