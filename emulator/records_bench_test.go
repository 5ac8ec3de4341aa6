package emulator_test

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// BenchmarkRecords is what it costs that the journal knows of every record: the same run
// with and without it, turn by turn. "full" is as fast as it goes, from the first record
// produced to the last one handled, each given on by the function: a record is looked at
// when it is produced, when it arrives, and as output. "article" is 25,000 records/s for
// two seconds, whose time is given, so that only that of the processors counts.
func BenchmarkRecords(b *testing.B) {
	b.Run("full", func(b *testing.B) {
		compareRecords(b, func(records bool) (time.Duration, time.Duration) {
			cfg := throughputConfig(pass)
			cfg.Journal.Records = records
			s := start(b, cfg)
			begun, used := time.Now(), cpuTime()
			s.fill("in", 5, benchRecords)
			filled := time.Since(begun)
			s.run()
			took := s.awaitHandled(benchRecords)
			used = cpuTime() - used
			s.end()
			return filled + took, used
		}, benchRecords)
	})
	b.Run("article", func(b *testing.B) {
		const n = 50_000
		compareRecords(b, func(records bool) (time.Duration, time.Duration) { return articleTime(b, records, false, n) }, n)
	})
}

// articleTime is the time of a run at 25,000 records/s, and that of the processors.
func articleTime(b *testing.B, records, order bool, n int) (took, used time.Duration) {
	cfg := throughputConfig(pass)
	cfg.Journal.Records = records
	cfg.Functions[0].Events[0].BatchWindow = new(time.Second)
	s := start(b, cfg)
	if order {
		s.checkOrder(b)
	}
	s.run()
	c := s.client()
	value := make([]byte, 100)
	began, before := time.Now(), cpuTime()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for i := 0; i < n; {
		<-ticker.C
		for range 250 {
			c.Produce(context.Background(), &kgo.Record{Topic: "in", Partition: int32(i % 5), Value: value}, nil)
			i++
		}
	}
	s.awaitEnded(n)
	took, used = time.Since(began), cpuTime()-before
	s.end()
	return took, used
}

// compareRecords measures with and without, each first as often. ratio is the median of
// what the runs without take in parts of those with, cpu-ratio that of the processors,
// which counts where other programs run beside it.
func compareRecords(b *testing.B, measure func(records bool) (took, used time.Duration), n int) {
	measure(true) // once uncounted: a heap that still grows is not what is measured
	var ratios, cpuRatios []float64
	var all [2][]time.Duration
	for i := 0; b.Loop(); i++ {
		var took, used [2]time.Duration
		for turn := range 2 {
			which := (turn + i) % 2
			took[which], used[which] = measure(which == 1)
			all[which] = append(all[which], used[which])
			runtime.GC()
		}
		ratios = append(ratios, took[0].Seconds()/took[1].Seconds())
		cpuRatios = append(cpuRatios, used[0].Seconds()/used[1].Seconds())
	}
	slices.Sort(ratios)
	slices.Sort(cpuRatios)
	b.ReportMetric(ratios[len(ratios)/2], "ratio")
	b.ReportMetric(cpuRatios[len(cpuRatios)/2], "cpu-ratio")
	b.ReportMetric(float64(median(all[1]).Nanoseconds())/float64(n), "cpu-ns/record")
	b.ReportMetric(float64(median(all[0]).Nanoseconds())/float64(n), "without-cpu-ns/record")
}

// BenchmarkArrived is the entry of an arrival of 1,000 records.
func BenchmarkArrived(b *testing.B) {
	b.ReportAllocs()
	l := journal.NewLog(0)
	for b.Loop() {
		each := journal.NewRecords(1000)
		for i := range each.Each {
			each.KnowHashed(i, 7, 0, int64(i), 0, int64(i))
		}
		l.Append(journal.Entry{Kind: journal.RecordsArrived, Mapping: "f", Each: each})
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/record")
}

func median(of []time.Duration) time.Duration {
	slices.Sort(of)
	return of[len(of)/2]
}
