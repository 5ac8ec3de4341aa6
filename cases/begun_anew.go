package cases

import (
	"fmt"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// anewMost is how many batches that began anew are told.
const anewMost = 3

// begunAnew says of which batches the retries were forgotten: their partition was revoked while
// they waited for another try, and whoever gets it next begins with attempt 1. That makes more
// attempts than the configuration says, also in the cloud, and is hard to find by counting.
// function is whose batches are meant, "" for all.
func (p *play) begunAnew(function string) []string {
	batches := map[anewSpot]uint64{}      // the last batch of a partition
	waiting := map[uint64]bool{}          // batches that wait for another try
	scaled := map[string]*journal.Entry{} // by mapping: the last change of its pollers
	var lines []string
	forgotten := 0
	p.entries(func(e *journal.Entry) {
		at := anewSpot{e.Function, e.Topic, e.Partition}
		switch e.Kind {
		case journal.PollersScaled:
			scaled[e.Mapping] = new(*e)
		case journal.BatchFormed:
			batches[at] = e.Batch
		case journal.RetryScheduled:
			waiting[e.Batch] = true
		case journal.InvocationStarted:
			delete(waiting, e.Batch)
		case journal.PartitionRevoked:
			batch := batches[at]
			if batch == 0 || !waiting[batch] || function != "" && function != e.Function {
				return
			}
			if forgotten++; forgotten > anewMost {
				return
			}
			why := ""
			if s := scaled[e.Mapping]; s != nil && s.At == e.At {
				why = fmt.Sprintf(", because the number of pollers changed from %d to %d (%s)", s.First, s.Last, s.Reason)
			}
			lines = append(lines, fmt.Sprintf("%v  %s: batch %d was to be tried again, and began anew with attempt 1: %s/%d was revoked%s",
				time.Duration(e.At).Round(time.Millisecond), e.Function, batch, e.Topic, e.Partition, why))
		}
	})
	if forgotten > anewMost {
		lines = append(lines, fmt.Sprintf("and %d more batches began anew", forgotten-anewMost))
	}
	if forgotten > 0 {
		lines = append(lines, "hint: pollers: 1 of the event, or pollerRebalance: false, has retries counted to the end")
	}
	return lines
}

// anewSpot is a partition of a function's topic.
type anewSpot struct {
	function, topic string
	partition       int32
}
