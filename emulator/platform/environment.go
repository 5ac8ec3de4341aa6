package platform

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

type environmentState uint8

const (
	environmentStarting  environmentState = iota // its init runs
	environmentQueued                            // it is not started yet, and has no number
	environmentCold                              // it is ready in fact, not yet in the model
	environmentAllocated                         // provisioned; it can be used when all of them are there
	environmentIdle                              // perhaps without a process
	environmentBusy
)

// function is the state of a function.
type function struct {
	id       FunctionID
	rules    *Function
	own      limit          // of its reserved concurrency
	limit    *limit         // own, or the one of the account
	busy     int32          // open invocations, those that wait for an init included
	open     int32          // those of them that its limit counts
	idle     []*environment // the one used last is last
	live     []*environment // all of them, in the order of their launches
	revision int32          // of its code, from 1 on
	removed  bool           // it is not invoked any more
	held     []*batch       // those that wait for the next one, in the order of their failures
	launched uint64
	idles    uint64 // draws of an idle lifetime
	invoked  uint64 // draws of a duration

	requests, scaling         bucket
	requestsRule, scalingRule string   // in words
	rated                     []*batch // throttled by these, in the order of their first throttle
	rateTimer                 timer

	// Of provisioned concurrency:
	isDeployed, isAllocated bool
	wanted                  int32 // how many environments
	ready                   []*environment
	served                  bucket // requests on them
	allocatedAt             int64  // not before
	allocation              timer
	provisions              uint64 // draws of the time that it takes
	reinits                 uint64 // draws of an init inside an invocation
	ahead                   uint64 // draws of a start ahead
}

// environment is the state of an execution environment.
type environment struct {
	id       EnvironmentID
	function *function
	state    environmentState
	batch    *batch // the one it was started for, or runs

	provisioned bool
	started     bool  // its process was
	revision    int32 // of the code it was started with
	usedAt      int64 // when it became idle

	isRecycled bool // it begins no other invocation (recycle.go)

	launch   int32 // how often its processes were started
	isReset  bool  // they have ended, and the next invocation starts them again
	called   bool  // there was an invocation since
	modelled int64 // the whole modelled cold start
	init     int64 // of that, the init
	isBilled bool  // its init is
	launched int64
	took     int64 // the real init
	// initTook is how long the init took in the model before the first invocation:
	// the longer of what was drawn and what was real; 0 after an init inside an
	// invocation, of whose duration that is a part.
	initTook int64
	ends     int64 // its life, however busy it is; 0 is never
	timer    timer
}

// launch starts an environment for a batch, as soon as this machine has room.
func (m *Machine) launch(b *batch, f *function) {
	e := &environment{function: f, batch: b}
	b.environment, b.state = e, batchLaunching
	e.timer.environment = e
	if f.rules.Debugged && len(f.live) > 0 {
		m.waitBehind(e)
		return
	}
	if len(m.queued) > 0 && f.rules.Process || !m.tryStart(e) {
		m.enqueue(e)
	}
}

// start starts an environment. Its cold start is placement and download, then
// init, both drawn from the profile.
func (m *Machine) start(e *environment) {
	m.lastEnvironment++
	f := e.function
	n := f.launched
	f.launched++
	e.id, e.launched, e.state, e.started, e.launch = m.lastEnvironment, m.now, environmentStarting, true, 1
	e.revision = f.revision
	if !e.provisioned { // those are replaced by the platform's own rules, which it does not tell
		e.ends = m.lifeEnds(f, n)
	}
	if f.rules.Process {
		m.processes++
	}
	placement := f.rules.Placement.At(draw(m.cfg.Seed, drawPlacement, uint64(f.id), n))
	init := f.rules.Init.At(draw(m.cfg.Seed, drawInit, uint64(f.id), n))
	e.modelled, e.init = placement+init, init
	m.environments[e.id] = e
	f.live = append(f.live, e)
	if !f.rules.Debugged {
		m.timers.set(&e.timer, later(m.now, placement+e.initLimit()), initTimer)
	}
	entry := m.environmentEntry(journal.EnvironmentStarting, e)
	entry.Delay = e.modelled
	entry.Reason = fmt.Sprintf("placement %d ms, init %d ms", placement/1e6, init/1e6)
	if e.provisioned {
		entry.Text = journal.Provisioned
	}
	m.act(Action{Kind: Launch, Function: f.id, Environment: e.id, Launch: e.launch, Revision: e.revision, Provisioned: e.provisioned})
}

// initLimit is 10 s, and far longer for provisioned concurrency (docs:
// lambda-runtime-environment).
func (e *environment) initLimit() int64 {
	if e.provisioned {
		return e.function.rules.ProvisionedInitLimit
	}
	return e.function.rules.InitLimit
}

func (m *Machine) environmentEntry(kind journal.Kind, e *environment) *journal.Entry {
	entry := m.entry(kind)
	entry.Function, entry.Environment, entry.Revision = e.function.rules.Name, uint32(e.id), journalled(e.revision)
	return entry
}

// ready takes a finished init. The environment can be used when the modelled
// cold start is over too: delay is added to real work, never to delay.
func (m *Machine) ready(in *Input) {
	e := m.launchedOf(in)
	if e == nil || e.state != environmentStarting {
		return
	}
	m.timers.cancel(&e.timer)
	e.took, e.state = in.Took, environmentCold
	e.initTook = max(e.init, min(in.Took, m.now-e.launched)) // in virtual time the real one took none
	if e.function.stood(in) {
		e.initTook = max(e.init, in.Took)
	}
	if at := max(e.launched+e.modelled, e.function.stoodUntil(e.launched, in)); at > m.now {
		m.timers.set(&e.timer, at, coldTimer)
		return
	}
	m.usable(e)
}

func (m *Machine) usable(e *environment) {
	entry := m.environmentEntry(journal.EnvironmentReady, e)
	entry.Delay, entry.Measured.Took = e.modelled, e.took
	switch b := e.batch; {
	case b == nil && e.provisioned:
		m.provisionedReady(e)
	case b == nil:
		m.idle(e)
	case b.state == batchInitializing:
		entry.Invocation = uint64(b.invocation)
		m.reinitialized(b, e)
	default:
		m.begin(b, e, journal.Cold)
		m.handOver(b, e)
	}
}

// idle puts an environment on top of the idle ones, for as long as the profile
// draws, or for ever where it is provisioned.
func (m *Machine) idle(e *environment) {
	f := e.function
	e.state, e.batch, e.usedAt = environmentIdle, nil, m.now
	if len(f.rated) > 0 {
		defer m.wakeRates(f) // one may wait for an environment
	}
	if e.isRetired() {
		m.stopRetired(e)
		return
	}
	if e.provisioned && !f.removed {
		m.timers.cancel(&e.timer) // of an init that was given up
		f.ready = append(f.ready, e)
		if b := m.firstLimited(f); b != nil && b.timer.index == 0 {
			m.timers.set(&b.timer, m.now, retryTimer)
		}
		return
	}
	if e.isOver(m.now) || f.removed {
		m.stop(e, f.overReason())
		return
	}
	f.idle = append(f.idle, e)
	if f.rules.Debugged {
		m.timers.cancel(&e.timer) // of a cold start that was cut short
		return
	}
	life := between(draw(m.cfg.Seed, drawIdle, uint64(f.id), f.idles), f.rules.IdleMin, f.rules.IdleMax)
	f.idles++
	at := m.now + life
	if e.ends != 0 {
		at = min(at, e.ends)
	}
	m.timers.set(&e.timer, at, idleTimer)
}

func (m *Machine) idleExpired(e *environment) {
	if e.isOver(m.now) {
		m.stop(e, lifeOver)
		return
	}
	m.stop(e, "idle")
}

// stop ends an environment that is not in use.
func (m *Machine) stop(e *environment, reason string) {
	m.act(Action{Kind: Stop, Function: e.function.id, Environment: e.id})
	m.remove(e, reason)
}

// remove forgets an environment. The entry that says so is returned.
func (m *Machine) remove(e *environment, reason string) *journal.Entry {
	m.timers.cancel(&e.timer)
	delete(m.environments, e.id)
	f := e.function
	f.idle = withoutEnvironment(f.idle, e)
	f.live = withoutEnvironment(f.live, e)
	if e.started && f.rules.Process {
		m.processes--
	}
	if e.provisioned {
		f.ready = withoutEnvironment(f.ready, e)
		m.replace(f, e.isRetired())
	}
	entry := m.environmentEntry(journal.EnvironmentGone, e)
	entry.Reason = reason
	return entry
}

func withoutEnvironment(list []*environment, e *environment) []*environment {
	for i := range list {
		if list[i] == e {
			return append(list[:i], list[i+1:]...)
		}
	}
	return list
}
