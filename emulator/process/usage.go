package process

import "time"

// CPU is the processor time, user and system, that the family has used since it
// was started. ok is false where that is not measured: on macOS, and when the
// process has ended.
//
// On Linux the leader and its living descendants are measured to the nanosecond,
// those that have ended and were waited for in steps of 10 ms. What an escapee
// uses that has lost its parent is not counted. On Windows it is that of the job
// object.
func (p *Process) CPU() (used time.Duration, ok bool) {
	p.locked(func() { used, ok = p.meter.cpu() })
	return used, ok
}

// PeakMemory is the most bytes that were resident at once, as far as that was
// seen. ok is false where it is not measured: on macOS and Windows, and when the
// process has ended.
//
// Of a leader without descendants the system knows the peak. Of a family it is
// the highest sum that a call has found, in which pages that are shared count
// once: so somebody who wants it calls SurveyMemory every now and then.
func (p *Process) PeakMemory() (bytes int64, ok bool) {
	p.locked(func() { bytes, ok = p.meter.peakMemory() })
	return bytes, ok
}

// SurveyMemory is PeakMemory, for which it also finds descendants that were not
// started by the first thread of their parents. It takes some ten times as long.
func (p *Process) SurveyMemory() (bytes int64, ok bool) {
	p.locked(func() { bytes, ok = p.meter.surveyMemory() })
	return bytes, ok
}
