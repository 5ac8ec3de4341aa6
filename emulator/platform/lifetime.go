package platform

import "math/bits"

// lifeOver is why an environment is gone whose life is over.
const lifeOver = "lifetime"

// lifeEnds draws when the life of an environment ends that is started now; 0 is
// never. AWS ends environments every few hours, even those of functions that are
// invoked continuously (docs: lambda-runtime-environment), and does not say after
// how many: a knob.
func (m *Machine) lifeEnds(f *function, n uint64) int64 {
	if f.rules.LifeMax <= 0 {
		return 0
	}
	return later(m.now, between(draw(m.cfg.Seed, drawLife, uint64(f.id), n), f.rules.LifeMin, f.rules.LifeMax))
}

// isOver says whether an environment may not begin another invocation.
func (e *environment) isOver(now int64) bool { return e.ends != 0 && now >= e.ends }

// takeIdle takes the idle environment that was used last, or returns nil if there
// is none. Those whose life is over are stopped: their timers may be late.
func (m *Machine) takeIdle(f *function) *environment {
	if !m.hasIdle(f) {
		return nil
	}
	n := len(f.idle) - 1
	e := f.idle[n]
	f.idle = f.idle[:n]
	m.timers.cancel(&e.timer)
	return e
}

// hasIdle says whether takeIdle has one to take.
func (m *Machine) hasIdle(f *function) bool {
	for n := len(f.idle); n > 0; n = len(f.idle) {
		if e := f.idle[n-1]; !e.isOver(m.now) {
			return true
		}
		m.stop(f.idle[n-1], lifeOver)
	}
	return false
}

// startAhead starts an environment for nobody, if the last idle one was taken and
// chance wants it. AWS says that it may initialize environments ahead of requests
// (docs: lambda-runtime-environment), and neither when nor how often: a knob,
// without which it never happens. There are never more environments than may have
// invocations.
func (m *Machine) startAhead(f *function) {
	if f.rules.Proactive == 0 || len(f.idle) > 0 || m.draining || f.removed || len(f.live) >= int(f.limit.most) || !f.scaling.has(m.now) || !m.hasRoom(f) {
		return
	}
	n := f.ahead
	f.ahead++
	millionths, _ := bits.Mul64(draw(m.cfg.Seed, drawProactive, uint64(f.id), n), 1_000_000)
	if millionths < uint64(f.rules.Proactive) {
		f.scaling.take(m.now)
		e := &environment{function: f}
		e.timer.environment = e
		m.start(e)
	}
}
