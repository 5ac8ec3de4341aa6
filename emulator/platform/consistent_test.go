package platform

// fataler is what a world needs of a test; *rapid.T has it too.
type fataler interface {
	Fatalf(format string, args ...any)
}

// checkConsistent checks what the parts of a machine say of each other.
func checkConsistent(t fataler, m *Machine) {
	if at, ok := m.NextTimer(); ok && at <= m.now {
		t.Fatalf("at %d a timer of %d has not fired", m.now, at)
	}
	for i, s := range m.timers.list {
		tm := s.timer
		if tm.index != i+1 {
			t.Fatalf("timer %d thinks it is %d", i, tm.index-1)
		}
	}
	unreserved := int32(0)
	for i := range m.functions {
		f := m.functions[i]
		checkEnvironments(t, m, f)
		checkRevisions(t, m, f)
		if f.limit == &m.unreserved {
			unreserved += f.open
		} else if f.own.open != f.busy { // the world checks that it is not above the limit
			t.Fatalf("function %d: %d busy, %d open of %d", i, f.busy, f.own.open, f.own.most)
		}
	}
	if unreserved != m.unreserved.open {
		t.Fatalf("%d invocations under the limit of the account, it counts %d", unreserved, m.unreserved.open)
	}
	checkMachine(t, m)
	for i := range m.mappings {
		checkPollers(t, m.mappings[i])
		checkBatches(t, m, m.mappings[i])
	}
	checkWaiting(t, &m.unreserved)
	for i := range m.functions {
		checkWaiting(t, &m.functions[i].own)
	}
	m.invocations.all(func(b *batch) { checkResponse(t, m, b.invocation, b) })
	for _, f := range m.armed {
		if f.spent() || f.timer.index != 0 {
			t.Fatalf("fault %d has fired %d times, and is armed", f.id, f.fired)
		}
	}
}

// checkBatches checks that each batch that blocks a partition waits for
// something that will come.
func checkBatches(t fataler, m *Machine, mp *mapping) {
	for i := range mp.lanes {
		b := mp.lanes[i].batch
		if b == nil {
			continue
		}
		switch b.state {
		case batchWaiting:
			if b.timer.index == 0 && !b.limited && !b.rated {
				t.Fatalf("batch %d waits for nothing", b.number)
			}
		case batchHeld:
			checkHolding(t, m, b)
		case batchLaunching:
			if b.environment == nil {
				t.Fatalf("batch %d waits for no environment", b.number)
			}
		default:
			if m.invocations.get(b.invocation) != b {
				t.Fatalf("batch %d waits for the answer of an invocation that is not known", b.number)
			}
		}
	}
}

// checkWaiting checks that whoever waits for nothing but a limit waits because
// there is no room under it.
func checkWaiting(t fataler, l *limit) {
	for _, b := range l.waiting {
		if !b.limited || b.state != batchWaiting || b.throttles == 0 {
			t.Fatalf("batch %d stands with those that wait: %v, state %d, throttled %d times", b.number, b.limited, b.state, b.throttles)
		}
		if l.free() && b.timer.index == 0 {
			t.Fatalf("batch %d waits for a limit that is free", b.number)
		}
	}
}

// checkResponse checks that a response that is held back is taken some time, and
// that there is none where it cannot be.
func checkResponse(t fataler, m *Machine, id InvocationID, b *batch) {
	if b.invocation != id || b.state == batchWaiting || b.state == batchLaunching {
		t.Fatalf("invocation %d is that of batch %d, which is at %d, in state %d", id, b.number, b.invocation, b.state)
	}
	isOpen := (b.state == batchRunning || b.state == batchInitializing) && !m.functions[b.function].rules.Debugged
	if isOpen && (b.timer.index == 0 || b.timer.kind != timeoutTimer && b.timer.kind != durationTimer) {
		t.Fatalf("invocation %d has no end", id)
	}
	if b.response == nil {
		return
	}
	if b.state != batchRunning || b.response.Invocation != id {
		t.Fatalf("invocation %d, in state %d, holds the response of %d back", id, b.state, b.response.Invocation)
	}
	for _, r := range m.freeResponses {
		if r == b.response {
			t.Fatalf("the response of invocation %d is free", id)
		}
	}
}

// checkPollers checks that each poller's line counts what its partitions hold.
func checkPollers(t fataler, mp *mapping) {
	if r := mp.rules; r.scales() && (mp.active < max(r.PollersMin, 1) || mp.active > max(r.PollersMax, r.Pollers)) || !r.scales() && mp.active != max(r.Pollers, 1) {
		t.Fatalf("%d pollers, want %d to %d", mp.active, r.PollersMin, r.PollersMax)
	}
	for i := range mp.pollers {
		pl := mp.pollers[i]
		if i >= int(mp.active) && len(pl.line) > 0 {
			t.Fatalf("poller %d of %d has partitions in line", i, mp.active)
		}
		records, bytes := 0, int64(0)
		for _, index := range pl.line {
			p := &mp.lanes[index]
			if p.batch != nil || !p.assigned || p.lined != p.queue.len() {
				t.Fatalf("partition %d stands in line: batch %v, assigned %v, %d of %d records counted",
					index, p.batch != nil, p.assigned, p.lined, p.queue.len())
			}
			records += p.queue.len()
			bytes += p.queue.bytes
		}
		if pl.records != records || pl.bytes != bytes || pl.inflight < 0 || pl.inflight > mp.rules.concurrency() || pl.forming {
			t.Fatalf("poller %d: counts %d records, %d bytes; has %d, %d; %d in flight", i, pl.records, pl.bytes,
				records, bytes, pl.inflight)
		}
	}
}

// checkCredit checks that what the machine holds in no batch, and what it has
// asked for, is at most two batches; of a partition in lanes three of each, with what
// is in a batch or waits to be committed.
func (w *world) checkCredit() {
	for key, l := range w.logs {
		mp := w.m.mappings[key.mapping]
		if int(key.partition) >= len(mp.partitions) || !mp.partitions[key.partition].assigned {
			continue
		}
		p := &mp.partitions[key.partition]
		if p.revoking {
			continue
		}
		records := l.records + int32(len(l.wire)+p.queue.len())
		bytes := l.bytes + int64(len(l.wire))*int64(l.recordBytes) + p.queue.bytes
		batches := batchesHeld(mp.rules)
		if most := batches * w.cfg.Mappings[key.mapping].BatchSize; records > most { // the largest there was
			w.t.Fatalf("partition %d: %d records granted or held, at most %d", key.partition, records, most)
		}
		if most := int64(batches) * mp.rules.PayloadMax; bytes > most {
			w.t.Fatalf("partition %d: %d bytes granted or held, at most %d", key.partition, bytes, most)
		}
	}
}
