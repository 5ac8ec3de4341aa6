package platform

import (
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"pgregory.net/rapid"
)

// readBytes is what a poller reads for a record of a world.
const readBytes = 70

// drawPollers draws how many pollers a mapping has, whether that changes, and how
// fast they read.
func drawPollers(rt *rapid.T, mp *Mapping) {
	mp.Pollers = rapid.Int32Range(1, 3).Draw(rt, "pollers")
	if rapid.Bool().Draw(rt, "scales") {
		mp.PollersMin = rapid.Int32Range(1, mp.Pollers).Draw(rt, "least pollers")
		mp.PollersMax = rapid.Int32Range(mp.Pollers, 6).Draw(rt, "most pollers")
		mp.ScaleEvery, mp.ScaleFactor = rapid.SampledFrom([]int64{1e8, 2e9}).Draw(rt, "scale every"), 2
		mp.ScaleDelay = rapid.SampledFrom([]int64{0, 3e9}).Draw(rt, "scale delay")
		mp.ScaleRebalances = rapid.Bool().Draw(rt, "rebalance")
	}
	mp.PollerRate = rapid.SampledFrom([]int64{0, 0, 300, 5000}).Draw(rt, "rate")
}

// reads are the batches that were formed, by mapping.
type reads struct {
	formed map[string][]read
}

type read struct {
	at, bytes int64
	batch     uint64
}

// checkReads checks that the pollers of a mapping together never read more than
// all there can be may, in any time up to now.
func (w *world) checkReads(e *journal.Entry) {
	if e.Kind == journal.PollersScaled && (e.First == e.Last || e.Reason == "") {
		w.t.Fatalf("%d pollers became %d: %q", e.First, e.Last, e.Reason)
	}
	if e.Kind != journal.BatchFormed || strings.HasPrefix(e.Reason, "bisect") || strings.HasPrefix(e.Reason, "replay") {
		return
	}
	mp := w.mappingNamed(e.Mapping)
	if mp.PollerRate <= 0 {
		return
	}
	if w.formed == nil {
		w.formed = map[string][]read{}
	}
	all := w.formed[e.Mapping]
	if n := len(all); n > 0 && all[n-1].batch == e.Batch {
		all[n-1].bytes += readBytes * int64(e.Records)
	} else {
		all = append(all, read{w.now, readBytes * int64(e.Records), e.Batch})
	}
	w.formed[e.Mapping] = all
	pollers := int64(max(mp.Pollers, mp.PollersMax, 1))
	largest := readBytes * int64(mp.BatchSize)
	total := int64(0)
	for i := len(all) - 1; i >= 0; i-- {
		total += all[i].bytes
		// In units of ns × bytes/s, which are 1e-9 bytes: nothing is rounded.
		if most := pollers * (mp.PollerRate*(w.now-all[i].at+burst) + largest*1e9); total*1e9 > most {
			w.t.Fatalf("%d bytes read since %d ns, at %d ns: over the rate of %d pollers", total, all[i].at, w.now, pollers)
		}
	}
}

func (w *world) mappingNamed(name string) *Mapping {
	for i := range w.cfg.Mappings {
		if w.cfg.Mappings[i].Name == name {
			return &w.cfg.Mappings[i]
		}
	}
	w.t.Fatalf("there is no mapping %q", name)
	return nil
}
