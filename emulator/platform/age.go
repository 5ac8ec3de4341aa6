package platform

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// discardOld gives up the records of a batch that are over the maximum age, and
// tries the others after that. It returns false if there is none.
//
// MaximumRecordAgeInSeconds discards records that are older than it (API model;
// docs: kafka-retry-configurations); that their age is looked at before each
// attempt, the first one included, and counts from their timestamp, is inferred.
func (m *Machine) discardOld(b *batch) bool {
	r := m.mappings[b.mapping].rules
	if r.MaxAge <= 0 || len(b.metas) == 0 {
		return false
	}
	oldest := (m.cfg.Epoch + m.now - b.heldFor - r.MaxAge) / 1e6 // ms; what is older is too old
	if b.oldest >= oldest {
		return false
	}
	from := len(b.later)
	if !b.setAsideFresh(oldest) {
		b.later = b.later[:from]
		return false
	}
	m.stopWaiting(b)
	if len(b.later) > from {
		b.putOff(from, b.number, b.attempt)
	}
	b.count()
	m.measure(b)
	condition := r.AgeCondition
	if condition == "" {
		condition = "RecordAgeExceeded"
	}
	if r.OnFailure == "" {
		m.drop(b, condition, "older than "+journal.Duration(r.MaxAge))
	} else {
		m.sendAway(b, condition, "the records are too old")
	}
	return true
}

// setAsideFresh leaves the records in what is tried that are older than oldest,
// in ms, and appends the others to later. It returns false, and leaves all as it
// is, if none is older.
func (b *batch) setAsideFresh(oldest int64) bool {
	old := b.done[:0] // of no use before an attempt
	for i := range b.spans {
		records := b.recordsOf(&b.spans[i])
		for len(records) > 0 {
			isOld, n := records[0].Timestamp < oldest, 1
			for n < len(records) && (records[n].Timestamp < oldest) == isOld {
				n++
			}
			s := Span{Partition: b.spans[i].Partition, First: records[0].Offset, Last: records[n-1].Offset, Records: int32(n)}
			if isOld {
				old = append(old, s)
			} else {
				b.later = append(b.later, s)
			}
			records = records[n:]
		}
	}
	b.done = old[:0]
	if len(old) == 0 {
		return false
	}
	b.spans = append(b.spans[:0], old...)
	return true
}
