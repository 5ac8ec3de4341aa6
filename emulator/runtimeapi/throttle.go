package runtimeapi

import "time"

// Throttling: a function has the share of a processor that its memory buys. The
// cloud hands it out in short periods, in which a function runs until its part is
// used up, and stands until the period is over (CFS bandwidth control of cgroups).
// Cgroups need rights that a developer's shell does not have; so here the processes
// are stopped, as between invocations, whenever they have used more than their
// share of the time since the invocation began, until that is paid off.

// paceEvery is how often the processor time is looked at. What is used in that
// time beyond the share is not paid off any more if the response comes then: with
// 128 MB, 28 ms.
const paceEvery = 2 * time.Millisecond

// pacer throttles the invocation that runs; environment.mu guards it.
type pacer struct {
	clock   *time.Timer // calls pace
	pacing  *invocation // nil: nothing is throttled
	stopped bool        // the processes are, for what they owe
}

// startPacing throttles i from now on. The caller holds mu. An init is not
// throttled: it has all of a processor.
func (e *environment) startPacing(i *invocation) {
	if e.config.MemoryPerCPU <= 0 || e.process == nil || i.cpu < 0 {
		return
	}
	e.resume()
	e.pacing = i
	if e.clock == nil {
		e.clock = time.AfterFunc(paceEvery, e.pace)
		return
	}
	e.clock.Reset(paceEvery)
}

// stopPacing is called with mu held. What stands runs again.
func (e *environment) stopPacing() {
	if e.pacing == nil {
		return
	}
	e.pacing = nil
	e.clock.Stop()
	e.resume()
}

// resume lets processes run that stand for what they owe. The caller holds mu.
func (e *environment) resume() {
	if e.stopped {
		e.stopped = false
		e.process.Thaw()
	}
}

// pace stops the processes if they have used too much, and lets them run again.
func (e *environment) pace() {
	used := e.cpu()
	e.mu.Lock()
	defer e.mu.Unlock()
	i := e.pacing
	if i == nil || used < 0 || e.ended {
		return
	}
	owed := e.config.worth(used-i.cpu) - time.Since(i.begun)
	if owed <= 0 {
		e.resume()
		e.clock.Reset(paceEvery)
		return
	}
	if !e.stopped {
		e.stopped = true
		e.process.Freeze()
	}
	e.clock.Reset(owed)
}

// worth is how long the share takes to give so much processor time.
func (c *Config) worth(cpu time.Duration) time.Duration {
	return cpu * time.Duration(c.MemoryPerCPU>>20) / time.Duration(c.Memory>>20)
}
