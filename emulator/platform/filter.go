package platform

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// filter reports whether a record goes on to batches. Those that the filters of
// the mapping leave out end here, so that the batch size counts what is left
// (AWS blog "improving throughput of serverless streaming workloads for Kafka":
// poll, filter, batch, invoke). run is those that were filtered right before,
// with none that goes on in between.
func (m *Machine) filter(mp *mapping, p *partition, run *Span, r *RecordMeta) bool {
	if r.Filtered {
		if run.Records == 0 {
			run.First = r.Offset
		}
		run.Last = r.Offset
		run.Records++
		return false
	}
	m.endFiltered(mp, p, run)
	if r.FailedOpen != 0 && !mp.failedOpen {
		m.failedOpen(mp, p, r)
	}
	return true
}

// endFiltered journals a run of filtered records. Offsets of matched and of
// unmatched records are committed alike (docs: invocation-eventfiltering), so
// nothing else is to be done.
func (m *Machine) endFiltered(mp *mapping, p *partition, run *Span) {
	if run.Records == 0 {
		return
	}
	e := m.partitionEntry(journal.RecordsFiltered, mp, p.number)
	e.First, e.Last, e.Records, e.Outcome = run.First, run.Last, run.Records, journal.Filtered
	*run = Span{}
}

// failedOpen warns, once a mapping, that records reach the function although the
// filters could not look at them (docs: kafka-filtering, "Properly filtering
// Kafka messages").
func (m *Machine) failedOpen(mp *mapping, p *partition, r *RecordMeta) {
	mp.failedOpen = true
	why := "value and pattern have different formats"
	if int(r.FailedOpen) < len(m.cfg.FailOpenReasons) {
		why = m.cfg.FailOpenReasons[r.FailedOpen]
	}
	e := m.partitionEntry(journal.Warning, mp, p.number)
	e.First, e.Last, e.Records = r.Offset, r.Offset, 1
	e.Text = fmt.Sprintf("the filter failed open for %s/%d@%d: %s", mp.rules.Topic, p.number, r.Offset, why)
}

// waitsFor reports whether what was polled is all filtered, and is to be
// committed with what follows.
func (mp *mapping) waitsFor(in *Input) bool {
	if !mp.rules.FilteredWait || len(in.Records) == 0 {
		return false
	}
	for i := range in.Records {
		if !in.Records[i].Filtered {
			return false
		}
	}
	return true
}
