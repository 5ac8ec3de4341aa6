package runtimeapi

import (
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
)

// samplePeriod is how often the memory of an environment is looked at while it
// runs.
const samplePeriod = 100 * time.Millisecond

// meter is what an environment has used; environment.mu guards it.
type meter struct {
	sampler    *time.Timer // calls sample
	isSampling bool
	peak       int64 // bytes, as far as it was seen; 0 if it is not measured
	killed     bool  // for its memory
}

// startSampling has the memory looked at until stopSampling. The caller holds mu.
func (e *environment) startSampling() {
	if e.isSampling || e.process == nil { // none: the runtime is a test's
		return
	}
	e.isSampling = true
	if e.sampler == nil {
		e.sampler = time.AfterFunc(samplePeriod, e.sample)
		return
	}
	e.sampler.Reset(samplePeriod)
}

// stopSampling is called with mu held.
func (e *environment) stopSampling() {
	if e.isSampling {
		e.isSampling = false
		e.sampler.Stop()
	}
}

// sample looks at the memory, and kills an environment that has too much.
func (e *environment) sample() {
	bytes, ok := e.process.SurveyMemory()
	if !ok || e.noteMemory(bytes) {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.isSampling {
		e.sampler.Reset(samplePeriod)
	}
}

// noteMemory takes what was measured. It reports whether the environment was over
// its limit; then it is being killed, as in the cloud.
func (e *environment) noteMemory(bytes int64) (killed bool) {
	e.mu.Lock()
	e.peak = max(e.peak, bytes)
	over := e.config.LimitMemory && e.peak > e.config.Memory
	e.killed = e.killed || over
	e.mu.Unlock()
	if over {
		e.process.Kill()
	}
	return over
}

// cpu is the processor time that was used so far, negative if it is not measured.
func (e *environment) cpu() time.Duration {
	if e.process == nil {
		return -1
	}
	used, ok := e.process.CPU()
	if !ok {
		return -1
	}
	return used
}

// measure fills in what an invocation has used. It reports whether the environment
// is being killed for its memory: then the response is lost.
func (e *environment) measure(i *invocation, response *function.Response) (killed bool) {
	e.mu.Lock()
	before := i.cpu
	e.mu.Unlock()
	if now := e.cpu(); before >= 0 && now > before {
		response.CPU = now - before
	}
	if e.process == nil {
		return false
	}
	if bytes, ok := e.process.PeakMemory(); ok && e.noteMemory(bytes) {
		return true
	}
	response.Memory = e.peakMemory()
	return false
}

func (e *environment) peakMemory() int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.peak
}

// exitType is the error type of an environment whose process has ended. The
// message of one that had too much memory says "signal: killed" as on AWS, which
// has shown it as Runtime.ExitError before, too.
func (e *environment) exitType() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.killed {
		return typeOutOfMemory
	}
	return typeExited
}
