package main

import (
	"runtime"
	"slices"
	"testing"
	"time"
)

// benchTime is for how long records come in, for each measurement.
const benchTime = 4 * time.Second

// BenchmarkUI is what the terminal UI costs a run, at 120x36, with and without it, turn by
// turn. Allowed are 10 % of one core at 25,000 records/s, 5 % of the throughput and 50 ms
// from a key to the frame.
func BenchmarkUI(b *testing.B) {
	// 25,000 records/s, a screen a second. cpu-% is the processor time that the UI adds, in
	// parts of one core.
	b.Run("article", func(b *testing.B) {
		compareUI(b, 0, func(r *busyRun) { r.article(benchTime) })
	})
	// As fast as it goes: what has been sent waits for the run.
	b.Run("full", func(b *testing.B) {
		compareUI(b, 0, func(r *busyRun) { r.send(1_000_000) })
	})
	// A terminal that takes 200 ms for each write.
	b.Run("slow-terminal", func(b *testing.B) {
		compareUI(b, 200*time.Millisecond, func(r *busyRun) { r.article(benchTime) })
	})
	b.Run("keys", benchmarkKeys)
}

// uiTurn is a run with or without the UI.
type uiTurn struct {
	took, used    time.Duration
	bytes, writes float64   // a second
	gaps          []float64 // between batches, in ms, sorted
}

func measureUI(b *testing.B, with bool, slow time.Duration, load func(*busyRun)) uiTurn {
	r := startBusy(b)
	r.send(1000)
	r.awaitSent() // the first batch starts the environment
	var u *busyUI
	stop := make(chan struct{})
	if with {
		u = startBusyUI(r, slow)
		u.switching(stop)
	}
	began, before := time.Now(), cpuTime()
	load(r)
	r.awaitSent()
	t := uiTurn{took: time.Since(began), used: cpuTime() - before}
	close(stop)
	if with {
		u.end(b)
		t.bytes = float64(u.out.bytes.Load()) / t.took.Seconds()
		t.writes = float64(u.out.writes.Load()) / t.took.Seconds()
	}
	t.gaps = r.end()
	runtime.GC()
	return t
}

// compareUI measures with and without the UI, each first as often. throughput is the median
// of the time without in parts of that with.
func compareUI(b *testing.B, slow time.Duration, load func(*busyRun)) {
	measureUI(b, true, slow, load) // once uncounted: a heap that still grows is not what is measured
	var ratios, shares []float64
	var turns [2]uiTurn
	var gaps [2][]float64
	for i := 0; b.Loop(); i++ {
		for turn := range 2 {
			which := (turn + i) % 2
			turns[which] = measureUI(b, which == 1, slow, load)
			gaps[which] = append(gaps[which], turns[which].gaps...)
		}
		ratios = append(ratios, turns[0].took.Seconds()/turns[1].took.Seconds())
		shares = append(shares, 100*(turns[1].used-turns[0].used).Seconds()/turns[1].took.Seconds())
	}
	slices.Sort(ratios)
	slices.Sort(shares)
	b.ReportMetric(ratios[len(ratios)/2], "throughput")
	b.ReportMetric(turns[0].took.Seconds(), "without-s")
	b.ReportMetric(turns[0].used.Seconds(), "without-cpu-s")
	b.ReportMetric(shares[len(shares)/2], "cpu-%")
	b.ReportMetric(turns[1].bytes, "B/s")
	b.ReportMetric(turns[1].writes, "frames/s")
	for which, name := range []string{"without", "with"} {
		slices.Sort(gaps[which])
		b.ReportMetric(quantile(gaps[which], .5), name+"-batch-p50-ms")
		b.ReportMetric(quantile(gaps[which], .99), name+"-batch-p99-ms")
	}
}

// quantile is the value that a part of sorted ones is not above.
func quantile(sorted []float64, part float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(part*float64(len(sorted))), len(sorted)-1)]
}

// benchmarkKeys is from a key to the write that has its frame, at 25,000 records/s; one
// operation is one key.
func benchmarkKeys(b *testing.B) {
	r := startBusy(b)
	u := startBusyUI(r, 0)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				r.article(100 * time.Millisecond)
			}
		}
	}()
	time.Sleep(time.Second) // why: rates and rings are to be as they are in the middle of a run
	var all []float64
	for i := 0; b.Loop(); i++ {
		time.Sleep(time.Duration(41+i*7%31) * time.Millisecond) // why: a hand, out of step with the frames
		pressed := time.Now()
		u.press('1' + rune(i%6))
		all = append(all, (<-u.out.came).Sub(pressed).Seconds()*1e3)
	}
	close(stop)
	<-stopped
	u.end(b)
	r.end()
	slices.Sort(all)
	b.ReportMetric(quantile(all, .5), "key-p50-ms")
	b.ReportMetric(quantile(all, .99), "key-p99-ms")
	b.ReportMetric(all[len(all)-1], "key-max-ms")
}
