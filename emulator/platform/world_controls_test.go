package platform

import (
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// stampOf is the timestamp of a record, in ms: some are too old from the
// beginning on, some become it while they wait, in no order.
func stampOf(offset int64) int64 { return int64(mix(uint64(offset))%100_000) - 70_000 }

// checkEndedByAge checks that what ends for its age is too old, and may.
func (w *world) checkEndedByAge(e *journal.Entry, l *logState, mp *Mapping) {
	if !strings.HasPrefix(e.Reason, "RecordAgeExceeded") {
		return
	}
	for o := e.First; o <= e.Last; o++ {
		if isHole(l.ended[o]) {
			continue
		}
		if mp.MaxAge <= 0 || stampOf(o) >= (w.now-w.youth(e.Batch)-mp.MaxAge)/1e6 {
			w.t.Fatalf("record %d of %d ms ended for its age at %d ms", o, stampOf(o), w.now/1e6)
		}
	}
}

// checkAges checks that no invocation that starts at once has records that are too
// old. One that waits for an init, or for room on this machine, was looked at before.
func (w *world) checkAges(e *journal.Entry) {
	for i := range w.cfg.Mappings {
		mp := &w.cfg.Mappings[i]
		if mp.Name != e.Mapping || mp.MaxAge <= 0 || e.Reason != journal.Warm || w.replays[e.Batch] || w.mayWaitForRoom(mp.Function) {
			continue
		}
		// The entry has the first range of the invocation.
		for o := e.First; o <= e.Last; o++ {
			l := w.log(MappingID(i), e.Partition)
			if e.Records > 0 && !isHole(l.ended[o]) && stampOf(o) < (w.now-w.youth(e.Batch)-mp.MaxAge)/1e6 {
				w.t.Fatalf("invocation %d has record %d of %d ms at %d ms", e.Invocation, o, stampOf(o), w.now/1e6)
			}
		}
	}
}

// isHole says that a record in the range of an entry is none of its records.
func isHole(ended journal.Outcome) bool { return ended == journal.Expired || ended == journal.Filtered }
