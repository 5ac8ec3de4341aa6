package query

import (
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// held is how many entries a ring has that is scanned in a frame.
const held = 1 << 16

func manyEntries() []journal.Entry {
	all := make([]journal.Entry, held)
	for i := range all {
		all[i] = *entries[names[i%len(names)]]
		all[i].Seq, all[i].First, all[i].Last = uint64(i+1), int64(i), int64(i+9)
	}
	return all
}

// BenchmarkScan asks 65,536 entries about three terms; bare is the same, written in Go.
func BenchmarkScan(b *testing.B) {
	all := manyEntries()
	q, err := Parse("fn=enrich try>1 bad")
	if err != nil {
		b.Fatal(err)
	}
	for name, match := range map[string]func(*Subject) bool{
		"query": q.Match,
		"bare": func(s *Subject) bool {
			return s.Entry.Attempt > 1 && bad(s.Entry) && s.Entry.Function == "enrich"
		},
	} {
		b.Run(name, func(b *testing.B) {
			var s Subject
			n := 0
			for b.Loop() {
				for i := range all {
					s.Entry = &all[i]
					if match(&s) {
						n++
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/held, "ns/entry")
		})
	}
}

func TestMatchAllocatesNothing(t *testing.T) {
	q, err := Parse("(fn=enrich,ship | topic=orders off=3..9) try>1 dur>2ms key=cust-1 !kind=output")
	if err != nil {
		t.Fatal(err)
	}
	all := make([]Subject, len(names))
	for i, name := range names {
		all[i] = Subject{Entry: entries[name]}
	}
	if n := testing.AllocsPerRun(100, func() {
		for i := range all {
			q.Match(&all[i])
		}
	}); n > 0 {
		t.Errorf("got %v allocations, want none", n)
	}
}
