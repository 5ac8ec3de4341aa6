package platform

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// Billing is what the invocations of a function are billed for.
type Billing struct {
	// Step is what the billed time is rounded up to, in nanoseconds, a whole number
	// of milliseconds. 0 means that nothing is billed.
	Step int64
	// Init bills the init of an environment with its first invocation.
	Init bool
}

// time is what is billed for an init and an invocation, in milliseconds: both
// together, rounded up. 133.61 and 80.00 ms are 214 (docs:
// lambda-runtime-environment, samples of REPORT). No invocation takes no time.
func (r Billing) time(init, duration int64) int64 {
	steps := (max(init+duration, 1) + r.Step - 1) / r.Step
	return steps * (r.Step / 1e6)
}

// bill says in the entry about the end of an invocation what it is billed for: how
// long it took in the model, and, if it is the first of its environment, how long
// the init did. Placement is not billed, nor are throttles. An init that fails is
// not billed here, for no invocation began; what AWS does is not documented.
func (m *Machine) bill(e *journal.Entry, b *batch) {
	r := m.functions[b.function].rules.Billing
	e.Projected = m.projected(b)
	if r.Step == 0 {
		return
	}
	e.Duration = m.now - b.began
	billed := int64(0)
	if environment := b.environment; !environment.isBilled {
		environment.isBilled = true
		e.Init = environment.initTook
		if r.Init {
			billed = e.Init
		}
	}
	e.Billed = r.time(billed, e.Duration)
}
