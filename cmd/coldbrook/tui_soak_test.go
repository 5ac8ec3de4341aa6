package main

import (
	"os"
	"runtime"
	"testing"
	"time"
)

// TestSoakUI shows a run of 25,000 records/s for as long as COLDBROOK_SOAK says, and
// reports the memory after each minute: from the second on it must stay level.
func TestSoakUI(t *testing.T) {
	lasts, err := time.ParseDuration(os.Getenv("COLDBROOK_SOAK"))
	if err != nil {
		t.Skip("it takes minutes: COLDBROOK_SOAK=10m runs it for ten (with -timeout 20m)")
	}
	r := startBusy(t)
	u := startBusyUI(r, 0)
	stop := make(chan struct{})
	u.switching(stop)
	began, before := time.Now(), cpuTime()
	var heaps []float64
	for time.Since(began) < lasts {
		r.article(min(time.Minute, lasts))
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		heaps = append(heaps, float64(m.HeapAlloc)/(1<<20))
		t.Logf("after %v: heap %.1f MiB, process %.0f MiB, %d goroutines, %d records, %d frames, %.1f %% of one core for everything",
			time.Since(began).Round(time.Second), heaps[len(heaps)-1], residentMB(os.Getpid()), runtime.NumGoroutine(), r.sent,
			u.out.writes.Load(), 100*(cpuTime()-before).Seconds()/time.Since(began).Seconds())
	}
	close(stop)
	u.end(t)
	r.awaitSent()
	r.end()
	if n := len(heaps); n >= 3 && heaps[n-1] > 1.1*heaps[1]+16 {
		t.Errorf("the heap grew from %.1f MiB after two minutes to %.1f MiB after %d", heaps[1], heaps[n-1], n)
	}
}
