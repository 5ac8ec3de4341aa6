package platform

// checkMachine checks rates, provisioned concurrency and what this machine holds.
func checkMachine(t fataler, m *Machine) {
	processes := int32(0)
	for i := range m.functions {
		f := m.functions[i]
		checkRated(t, m, f)
		checkProvisioned(t, m, f)
		for _, e := range f.live {
			if !e.started || m.environments[e.id] != e {
				t.Fatalf("environment %d lives, started %v", e.id, e.started)
			}
			if f.rules.Process {
				processes++
			}
		}
	}
	if most := m.cfg.MaxProcesses; processes != m.processes || most > 0 && processes > most {
		t.Fatalf("%d processes, counted %d, at most %d", processes, m.processes, most)
	}
	for _, e := range m.queued {
		b := e.batch
		if e.state != environmentQueued || e.started || b == nil || b.environment != e || b.state != batchLaunching {
			t.Fatalf("an environment waits for room: state %d, batch %v", e.state, b)
		}
		if m.hasRoom(e.function) || len(e.function.idle)+len(e.function.ready) > 0 {
			t.Fatalf("an environment waits for room that is there")
		}
	}
	if len(m.queued) > 0 {
		checkNobodyIsIdle(t, m)
	}
}

// checkNobodyIsIdle checks that whoever waits for room waits for processes that
// are busy or starting.
func checkNobodyIsIdle(t fataler, m *Machine) {
	for i := range m.functions {
		if f := m.functions[i]; f.rules.Process && len(f.idle)+len(f.ready) > 0 {
			t.Fatalf("function %d has idle environments, and others wait for room", i)
		}
	}
}

// checkRated checks that whoever waits for nothing but a rate is woken by it.
func checkRated(t fataler, m *Machine, f *function) {
	for _, b := range f.rated {
		if !b.rated || b.limited || b.state != batchWaiting || b.throttles == 0 || b.function != f.id {
			t.Fatalf("batch %d waits for a rate: %v, limited %v, state %d", b.number, b.rated, b.limited, b.state)
		}
		if b.timer.index == 0 && f.rateTimer.index == 0 {
			t.Fatalf("batch %d waits for a rate, and nothing wakes it", b.number)
		}
	}
	for _, k := range []*bucket{&f.requests, &f.scaling, &f.served} {
		if k.level < 0 || k.level > k.most*k.period {
			t.Fatalf("function %d: a bucket of %d of %d", f.id, k.level, k.most*k.period)
		}
	}
}

func checkProvisioned(t fataler, m *Machine, f *function) {
	n := int32(0)
	for _, e := range f.live {
		switch {
		case e.provisioned:
			n++
		case e.state == environmentAllocated:
			t.Fatalf("environment %d is allocated, and not provisioned", e.id)
		}
	}
	if n > f.wanted && !f.removed || f.wanted > max(f.rules.Provisioned, 0) || len(f.ready) > 0 && !f.isAllocated {
		t.Fatalf("function %d: %d of %d provisioned environments, allocated %v", f.id, n, f.wanted, f.isAllocated)
	}
	for _, e := range f.ready {
		if !e.provisioned || e.state != environmentIdle {
			t.Fatalf("environment %d is ready: provisioned %v, state %d", e.id, e.provisioned, e.state)
		}
	}
}
