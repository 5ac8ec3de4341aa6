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
	for i, tm := range m.timers.list {
		if tm.index != i+1 {
			t.Fatalf("timer %d thinks it is %d", i, tm.index-1)
		}
	}
	unreserved := int32(0)
	for i := range m.functions {
		f := &m.functions[i]
		if f.limit == &m.unreserved {
			unreserved += f.busy
		} else if f.own.open != f.busy || f.busy > f.own.most {
			t.Fatalf("function %d: %d busy, %d open of %d", i, f.busy, f.own.open, f.own.most)
		}
	}
	if unreserved != m.unreserved.open {
		t.Fatalf("%d invocations under the limit of the account, it counts %d", unreserved, m.unreserved.open)
	}
	for i := range m.mappings {
		checkPollers(t, &m.mappings[i])
	}
}

// checkPollers checks that each poller's line counts what its partitions hold.
func checkPollers(t fataler, mp *mapping) {
	for i := range mp.pollers {
		pl := &mp.pollers[i]
		records, bytes := 0, int64(0)
		for _, index := range pl.line {
			p := &mp.partitions[index]
			if p.batch != nil || !p.assigned || p.lined != p.queue.len() {
				t.Fatalf("partition %d stands in line: batch %v, assigned %v, %d of %d records counted",
					index, p.batch != nil, p.assigned, p.lined, p.queue.len())
			}
			records += p.queue.len()
			bytes += p.queue.bytes
		}
		if pl.records != records || pl.bytes != bytes || pl.inflight < 0 || pl.inflight > mp.rules.PollerConcurrency || pl.forming {
			t.Fatalf("poller %d: counts %d records, %d bytes; has %d, %d; %d in flight", i, pl.records, pl.bytes,
				records, bytes, pl.inflight)
		}
	}
}

// checkCredit checks that what the machine holds in no batch, and what it has
// asked for, is at most two batches.
func (w *world) checkCredit() {
	for key, l := range w.logs {
		mp := &w.m.mappings[key.mapping]
		if int(key.partition) >= len(mp.partitions) || !mp.partitions[key.partition].assigned {
			continue
		}
		p := &mp.partitions[key.partition]
		if p.revoking {
			continue
		}
		records := l.records + int32(len(l.wire)+p.queue.len())
		bytes := l.bytes + int64(len(l.wire))*int64(l.recordBytes) + p.queue.bytes
		if most := 2 * mp.rules.BatchSize; records > most {
			w.t.Fatalf("partition %d: %d records granted or held, at most %d", key.partition, records, most)
		}
		if most := 2 * mp.rules.PayloadMax; bytes > most {
			w.t.Fatalf("partition %d: %d bytes granted or held, at most %d", key.partition, bytes, most)
		}
	}
}
