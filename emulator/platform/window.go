package platform

// The batch window of a Kafka mapping begins when the previous batch completed in
// provisioned mode, and when the previous invocation completed on demand (docs:
// invocation-eventsourcemapping, batching behaviour). There is no previous one
// before the first record of a partition: the window begins with that.
//
// "Previous" is read per partition, because a poller has several batches in
// flight that share none. What happens when a window ends and there was no record
// is not documented; here nothing is invoked, so that there is no previous one
// again, and the next window begins with the next record.

// completed notes when the window of what a partition gets next begins.
func (m *Machine) completed(mp *mapping, b *batch, p *partition) {
	p.completed, p.hasCompleted = m.now, true
	if mp.rules.WindowFromInvocation && b.ranUntil >= 0 {
		p.completed = b.ranUntil
	}
}

// windowStart says when the window of a partition began to which records come
// now.
func (m *Machine) windowStart(mp *mapping, p *partition) int64 {
	if p.hasCompleted && m.now <= later(p.completed, mp.rules.Window) {
		return p.completed
	}
	return m.now
}

// enter brings a partition into the line, behind those whose windows began before.
func (pl *poller) enter(mp *mapping, p *partition) {
	pl.line = append(pl.line, p.index)
	for i := len(pl.line) - 1; i > 0 && mp.lanes[pl.line[i-1]].since > p.since; i-- {
		pl.line[i-1], pl.line[i] = pl.line[i], pl.line[i-1]
	}
}
