package store

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// Lane is an environment.
type Lane struct {
	Number   uint32
	Revision int32 // from 1 on
	// Since is when it began to start, Cold how long that took, 0 while it does; Parts says
	// what of.
	Since, Cold int64
	Parts       string
	Provisioned bool
	// IsGone says that it is, GoneAt since when, and Why for what reason.
	IsGone bool
	GoneAt int64
	Why    string
	// IsReset says that its processes have ended, and that its next invocation begins with
	// an init; Why for what reason.
	IsReset bool

	// Invocations are those that began, Failures those of them that ended badly, Timeouts
	// those of these that were too long. Busy is how long those that ended took, in ns.
	Invocations, Failures, Timeouts uint64
	Busy                            int64
	// Memory is the most it used, in bytes; 0 where that was not measured.
	Memory int64
	// Failure is how the newest failure is named, FailedAt when that was.
	Failure  string
	FailedAt int64

	// Open is the invocation that runs, with Invocation 0 if none does.
	Open OpenInvocation

	isLost     bool  // it is taken for gone, because entries are missing
	isStarting bool  // an init runs, the first one or one inside an invocation
	isFirst    bool  // it is the first
	startedAt  int64 // since when
	endedAt    int64 // the newest invocation that is over
	picture    *picture
}

// OpenInvocation is an invocation that runs.
type OpenInvocation struct {
	Invocation, Batch uint64
	Attempt, Records  int32
	At                int64 // since when
	Topic             string
	Partition         int32
	First, Last       int64
}

// Starts reports whether an init runs.
func (l *Lane) Starts() bool { return l.isStarting }

func (l *Lane) clone() *Lane {
	c := *l
	if l.picture != nil {
		p := *l.picture
		c.picture = &p
	}
	return &c
}

// lived takes an entry about an environment.
func (f *FunctionLanes) lived(e *journal.Entry) {
	switch e.Kind {
	case journal.EnvironmentWaiting:
		f.Waits++
		f.WaitsWhy = e.Reason
		return
	case journal.EnvironmentStarting:
		f.starts(e)
		return
	}
	lane := f.of[e.Environment]
	if lane == nil && e.Kind == journal.EnvironmentReady && e.Invocation == 0 {
		lane = f.found(e.Environment)
	}
	if lane == nil {
		return // entries are missing
	}
	switch e.Kind {
	case journal.EnvironmentReady:
		if lane.isStarting && lane.isFirst {
			lane.Cold = e.At - lane.startedAt
		}
		f.endInit(lane, e)
	case journal.EnvironmentReset:
		f.endInit(lane, e)
		lane.IsReset, lane.Why = true, e.Reason
		f.mark(lane, e)
	case journal.EnvironmentGone:
		f.endInit(lane, e)
		f.close(lane)
		f.mark(lane, e)
		lane.IsGone, lane.GoneAt, lane.Why = true, e.At, e.Reason
		delete(f.of, e.Environment)
		f.Alive--
		f.Gone++
	}
}

// starts begins an init.
func (f *FunctionLanes) starts(e *journal.Entry) {
	lane := f.lane(e)
	f.endInit(lane, e)
	lane.isStarting, lane.isFirst, lane.startedAt = true, e.Invocation == 0, e.At
	lane.IsReset = false
	if lane.isFirst {
		lane.Parts, lane.Provisioned = e.Reason, e.Text == journal.Provisioned
		f.Starting++
		if !lane.Provisioned {
			f.InFlight++
		}
	}
}

// endInit draws the init that has ended, if one has.
func (f *FunctionLanes) endInit(lane *Lane, e *journal.Entry) {
	if f.stopInit(lane) {
		lane.picture.fill(lane.startedAt, e.At, LaneInit)
	}
}

// stopInit says that no init runs, and reports whether one did.
func (f *FunctionLanes) stopInit(lane *Lane) bool {
	if !lane.isStarting {
		return false
	}
	lane.isStarting = false
	if lane.isFirst {
		f.Starting--
		if !lane.Provisioned {
			f.InFlight--
		}
	}
	return true
}

// mark draws a failure that no invocation tells of.
func (f *FunctionLanes) mark(lane *Lane, e *journal.Entry) {
	if e.Outcome == journal.InitFailed || e.Outcome == journal.Exited {
		lane.Failure, lane.FailedAt = e.Reason, e.At
		lane.picture.fill(e.At, e.At, LaneError)
	}
}

// invoked takes an entry about an invocation.
func (f *FunctionLanes) invoked(e *journal.Entry) (happened Slice) {
	if e.Kind == journal.InvocationStarted {
		lane := f.lane(e)
		f.close(lane)
		lane.Open = OpenInvocation{e.Invocation, e.Batch, e.Attempt, e.Records, e.At, e.Topic, e.Partition, e.First, e.Last}
		lane.Invocations++
		f.Running++
		f.InFlight++
		if e.Reason == journal.Cold {
			happened.Cold = 1
		}
		return happened
	}
	happened.Longest = max(e.Measured.Took, e.Duration)
	if lane := f.of[e.Environment]; lane != nil && lane.Open.Invocation == e.Invocation {
		f.ended(lane, e)
	}
	return happened // without the lane entries are missing
}

// ended draws the invocation of a lane, which is over.
func (f *FunctionLanes) ended(lane *Lane, e *journal.Entry) {
	from := lane.Open.At
	f.close(lane)
	lane.Busy, lane.endedAt = lane.Busy+e.At-from, e.At
	lane.Memory = max(lane.Memory, e.Measured.Memory)
	f.Memory = max(f.Memory, lane.Memory)
	lane.picture.busy(from, e.At)
	switch e.Outcome {
	case journal.Succeeded, journal.Abandoned:
		return
	case journal.TimedOut:
		lane.Timeouts++
		lane.picture.fill(from, e.At, LaneTimeout)
	default:
		lane.picture.fill(max(from, e.At-1), e.At, LaneError)
	}
	lane.Failures++
	lane.Failure, lane.FailedAt = e.Reason, e.At
	if e.Reason == "" {
		lane.Failure = e.Outcome.String()
	}
}
