package platform

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// fail ends an attempt: the batch is held for another revision of the code, or retried.
func (m *Machine) fail(b *batch, outcome journal.Outcome, reason string) {
	switch {
	case b.request != nil:
		m.requestFailed(b, outcome, reason)
	case m.holds(b, outcome):
		m.keep(b, outcome, reason)
	default:
		m.retry(b, outcome, reason)
	}
}

// retry goes on with a batch that has failed: it is split in two, or tried again as a
// whole, or its retries are exhausted.
//
// On demand, AWS retries until the records expire at the source (docs:
// with-kafka-configure); in provisioned mode up to MaximumRetryAttempts, the
// first attempt not counted (docs: kafka-retry-configurations).
func (m *Machine) retry(b *batch, outcome journal.Outcome, reason string) {
	if b.replays != 0 {
		m.replayFailed(b, outcome)
		return
	}
	r := m.mappings[b.mapping].rules
	if r.StopOnError {
		m.stopTask(b, outcome, reason)
		return
	}
	if r.Bisect {
		m.leaveRevoked(b) // before it is known whether there are two to be split
	}
	isOver := r.Retries >= 0 && b.retried >= r.Retries
	splits := m.isSplit(b, outcome) && !(isOver && r.BisectCounts)
	if isOver && !splits {
		m.exhausted(b, r.exhaustedCondition(), outcome.String()+": "+reason)
		return
	}
	m.forget(b)
	b.state, b.waited = batchWaiting, true
	if m.leaveRevoked(b); len(b.spans) == 0 {
		m.finish(b, outcome, "")
		return
	}
	m.warnOfBlocked(b)
	if splits {
		m.split(b)
		return
	}
	b.retried++
	delay := r.RetryBackoff.Delay(b.retried)
	e := m.wholeEntry(journal.RetryScheduled, b)
	e.Attempt, e.Delay, e.Outcome, e.Reason = b.attempt+1, delay, outcome, reason
	m.timers.set(&b.timer, m.now+delay, retryTimer)
}

func (r *Mapping) exhaustedCondition() string {
	if r.ExhaustedCondition != "" {
		return r.ExhaustedCondition
	}
	return "RetriesExhausted"
}

// leaveRevoked takes the partitions out of a batch that were revoked while it
// ran: their records are for the next owner.
func (m *Machine) leaveRevoked(b *batch) {
	mp := m.mappings[b.mapping]
	for i := range b.parts {
		if b.parts[i].left {
			continue
		}
		if p := &mp.lanes[b.parts[i].index]; p.revoking {
			m.commitDone(mp, b, p)
			m.leaveBatch(b, p)
			m.releaseIfFree(mp, mp.whole(p))
		}
	}
}

// exhausted sends the records to the on-failure topic, or drops them if there
// is none.
func (m *Machine) exhausted(b *batch, condition, reason string) {
	if m.mappings[b.mapping].rules.OnFailure == "" || len(b.spans) == 0 {
		m.forget(b)
		m.drop(b, condition, reason)
		return
	}
	m.sendAway(b, condition, reason)
}

func (m *Machine) drop(b *batch, condition, reason string) {
	m.finish(b, journal.Dropped, condition+": "+reason+": there is no on-failure destination")
}

// sendAway sends the records to the on-failure topic.
func (m *Machine) sendAway(b *batch, condition, reason string) {
	if b.invocation == 0 { // it was not invoked, and needs a number to be answered
		m.lastInvocation++
		b.invocation = m.lastInvocation
	}
	b.state, b.condition = batchFailing, condition
	m.invocations.put(b)
	m.act(Action{
		Kind: PublishFailure, Invocation: b.invocation, Mapping: b.mapping, Function: b.function,
		Spans: b.spans, Attempt: b.invoked, Condition: condition, Reason: reason, Records: b.records,
	})
}

// failurePublished ends a batch whose failure records were produced. If they
// could not be, AWS drops them (docs: monitoring-metrics-types,
// DestinationDeliveryFailures).
func (m *Machine) failurePublished(in *Input) {
	b := m.invocations.get(in.Invocation)
	if b == nil || b.state != batchFailing {
		return
	}
	m.forget(b)
	if in.Err != "" {
		m.finish(b, journal.Dropped, "the on-failure record could not be produced: "+in.Err)
		return
	}
	m.finish(b, journal.DeadLettered, b.condition)
}

// expireWaiting ends the records of a batch that waited which retention has
// removed meanwhile: AWS retries until the records expire at the source. How
// many of a span are gone is not known, so it expires as a whole with its last
// record.
func (m *Machine) expireWaiting(b *batch) {
	if !b.waited {
		return
	}
	kept := b.spans[:0]
	for i := range b.spans {
		s := b.spans[i]
		if s.Last >= m.mappings[b.mapping].partitions[s.Partition].start {
			kept = append(kept, s)
			continue
		}
		e := m.spanEntry(journal.RecordsExpired, b, &s)
		e.Outcome, e.Reason = journal.Expired, "retention removed them before an attempt succeeded"
	}
	if len(kept) < len(b.spans) {
		b.spans, b.bytes = kept, 0 // what is left of the document is not known here
		b.count()
		m.measure(b)
	}
}
