package platform

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// isSplit says whether a batch is split in two by how its invocation ended: with
// BisectBatchOnFunctionError, by an error, a timeout or a death of the function
// (API model: "if the function returns an error, split the batch in two and
// retry"). A partial response is none of them: it says itself what to try again.
// Nor is an output that could not be produced, which is ours, not the function's.
func (m *Machine) isSplit(b *batch, outcome journal.Outcome) bool {
	if !m.mappings[b.mapping].rules.Bisect {
		return false
	}
	switch outcome {
	case journal.FunctionError, journal.TimedOut, journal.Exited, journal.InitFailed, journal.BadResponse:
	default:
		return false
	}
	n := 0
	for i := range b.spans {
		n += len(b.recordsOf(&b.spans[i]))
	}
	return n > 1
}

// split divides what is tried of a batch into two halves, the first one the
// smaller if they differ. Each is a batch of its own to the journal and to the
// function: it has its own attempts. The first half is tried now, the second when
// that is terminal.
//
// A split does not use up a retry (docs: kinesis-on-failure-destination,
// "splitting batches doesn't consume the retry quota"), so that a record which is
// alone has all of them. How long AWS waits after it is not documented; here as
// long as before a first retry, and once: the second half follows at once.
func (m *Machine) split(b *batch) {
	r := m.mappings[b.mapping].rules
	if r.BisectCounts {
		b.retried++
	}
	parent, from := b.number, len(b.later)
	b.halve()
	m.lastBatch += 2
	b.number, b.attempt, b.invocation = m.lastBatch-1, 0, 0
	b.putOff(from, m.lastBatch, 0)
	b.count()
	m.measure(b)
	delay := r.RetryBackoff.Delay(1)
	reason := fmt.Sprintf("bisect of batch %d", parent)
	m.halfEntries(b, b.spans, m.lastBatch-1, reason, delay)
	m.halfEntries(b, b.later[from:], m.lastBatch, reason, 0)
	m.timers.set(&b.timer, later(m.now, delay), retryTimer)
}

func (m *Machine) halfEntries(b *batch, spans []Span, number uint64, reason string, delay int64) {
	bytes, _ := b.measureSpans(m.mappings[b.mapping].rules, spans)
	for i := range spans {
		e := m.spanEntry(journal.BatchFormed, b, &spans[i])
		e.Batch, e.Bytes, e.Reason, e.Delay = number, bytes, reason, delay
	}
}

// halve moves the second half of the records that are tried to later.
func (b *batch) halve() {
	total := 0
	for i := range b.spans {
		total += len(b.recordsOf(&b.spans[i]))
	}
	left, kept := total/2, 0
	for _, s := range b.spans {
		records := b.recordsOf(&s)
		switch n := len(records); {
		case left >= n:
			b.spans[kept] = s
			kept++
			left -= n
		case left == 0:
			b.later = append(b.later, s)
		default:
			first, second := s, s
			first.Last, first.Records = records[left-1].Offset, int32(left)
			second.First, second.Records = records[left].Offset, int32(n-left)
			b.spans[kept] = first
			kept++
			b.later = append(b.later, second)
			left = 0
		}
	}
	b.spans = b.spans[:kept]
}
