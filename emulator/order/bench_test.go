package order

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// serialRound is the entries of one batch of n records that goes well, with the keys of
// a stream of 10,000; at begins at an offset that is to be moved on for each round.
func serialRound(n int) []journal.Entry {
	s := &script{}
	keys := make([]uint64, n)
	for i := range keys {
		keys[i] = journal.HashKey(fmt.Appendf(nil, "k%d", i*7919%10_000))
	}
	s.arrive(0, 0, keys...)
	b := s.form(0, 0, int64(n-1), "size")
	i := s.start(b, 1, journal.Warm)
	s.finish(b, i, journal.Succeeded)
	s.end(b, i, 0, 0, int64(n-1), journal.Succeeded)
	s.commit(0, int64(n-1))
	return s.entries
}

// BenchmarkChecker is the cost of a record from its arrival to its commit, in entries of
// batches of a size.
func BenchmarkChecker(b *testing.B) {
	for _, domain := range []Domain{ByKey, ByPartition, ByTopic} {
		for _, size := range []int{1, 100, 1000} {
			b.Run(fmt.Sprintf("%s/batch=%d", domain, size), func(b *testing.B) { benchmark(b, domain, size) })
		}
	}
}

func benchmark(b *testing.B, domain Domain, size int) {
	c := New(Options{Domain: domain})
	p := newPlayer(size)
	for range 70_000 {
		if p.play(c); p.turn*int64(size) > 2_000_000 {
			break
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	for records := 0; records < b.N; records += size {
		p.play(c)
	}
	b.StopTimer()
	if r := c.Report(); r.Order+r.Loss+r.Duplicates != r.Count(KeyInTwoPartitions) || r.Ended == 0 {
		b.Fatalf("got %d violations of order", r.Order)
	}
}

// eachOf is single records with different keys.
var eachOf = func() []*journal.Records {
	all := make([]*journal.Records, 1<<12)
	for i := range all {
		all[i] = &journal.Records{Each: []journal.Known{{Key: journal.HashKey(fmt.Appendf(nil, "k%d", i))}}}
	}
	return all
}()

// player repeats a round, each time further on in the next partition.
type player struct {
	size         int
	round, first []journal.Entry
	turn         int64
	each         journal.Records
}

func newPlayer(size int) *player {
	return &player{size: size, round: serialRound(size), first: serialRound(size)}
}

func (p *player) play(c *Checker) {
	const partitions = 4
	base := p.turn / partitions * int64(p.size)
	for i := range p.round {
		e, was := &p.round[i], &p.first[i]
		if e.Partition = int32(p.turn % partitions); e.Batch != 0 {
			e.Batch = uint64(p.turn + 1)
		}
		if e.Invocation != 0 {
			e.Invocation = uint64(p.turn + 1)
		}
		e.First, e.Last, e.At = was.First+base, was.Last+base, p.turn
		if e.Each != nil {
			p.each = *was.Each
			if p.size == 1 {
				p.each = *eachOf[p.turn%int64(len(eachOf))]
			}
			p.each.Base = p.turn * int64(p.size)
			e.Each = &p.each
		}
		c.Add(e)
	}
	p.turn++
}

// BenchmarkHour is an hour at 25,000 records/s, in batches of 100: what the Checker holds
// after a quarter of it, and how much more at the end.
func BenchmarkHour(b *testing.B) {
	const records, size = 3600 * 25_000, 100
	held := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / (1 << 20)
	}
	for b.Loop() {
		before, quarter := held(), 0.0
		c, p := New(Options{}), newPlayer(size)
		for n := 0; n < records; n += size {
			if n == records/4 {
				quarter = held()
			}
			p.play(c)
		}
		end := held()
		b.ReportMetric(quarter-before, "MB")
		b.ReportMetric(end-quarter, "MB-more-at-the-end")
		runtime.KeepAlive(c)
	}
}
