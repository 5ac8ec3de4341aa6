package store

import (
	"maps"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Lanes is what the environments of each function did, in slices of time at four zoom
// levels. The screen Functions draws it.
type Lanes struct {
	// Functions are those that anything was told of, in that order.
	Functions []*FunctionLanes
}

// mostLanes is how many environments of a function are kept: those that are alive, and the
// newest of those that are gone. It is also how many have a picture.
const mostLanes = 512

// FunctionLanes is the environments of a function, and what it did itself on the same axis.
type FunctionLanes struct {
	Name string
	// Lanes are by number.
	Lanes []*Lane
	// Alive is how many there are, Starting how many of them in their first init, Running
	// how many have an invocation open, and InFlight what counts against a limit: those
	// that run, and those that start for somebody who waits.
	Alive, Starting, Running, InFlight int
	// Gone is how many there were.
	Gone uint64
	// Revision is the one that serves, from 1 on.
	Revision int32
	// Memory is the most that any of them used, in bytes; 0 where that was not measured.
	Memory int64
	// Waits is how often one had to wait for room on this machine, WaitsWhy the last reason.
	Waits    uint64
	WaitsWhy string

	of     map[uint32]*Lane // those that are alive
	strips strips
}

// Of returns the lanes of a function, nil if nothing was told of it yet.
func (l *Lanes) Of(name string) *FunctionLanes {
	for _, f := range l.Functions {
		if f.Name == name {
			return f
		}
	}
	return nil
}

func (l *Lanes) of(name string) *FunctionLanes {
	if f := l.Of(name); f != nil {
		return f
	}
	f := &FunctionLanes{Name: name, Revision: 1, of: map[uint32]*Lane{}}
	l.Functions = append(l.Functions, f)
	return f
}

// Lane returns an environment by its number, nil if it is not kept.
func (f *FunctionLanes) Lane(number uint32) *Lane {
	if i, ok := slices.BinarySearchFunc(f.Lanes, number, byNumber); ok {
		return f.Lanes[i]
	}
	return nil
}

func byNumber(l *Lane, number uint32) int { return int(int64(l.Number) - int64(number)) }

// add takes an entry, after Flow has.
func (l *Lanes) add(v *View, e *journal.Entry) {
	var happened Slice
	switch e.Kind {
	case journal.InvocationStarted, journal.InvocationEnded:
		happened = l.of(e.Function).invoked(e)
	case journal.EnvironmentStarting, journal.EnvironmentReady, journal.EnvironmentReset, journal.EnvironmentGone, journal.EnvironmentWaiting:
		l.of(e.Function).lived(e)
	case journal.Throttled:
		happened.Throttled = 1
		l.of(e.Function)
	case journal.Reloaded:
		if e.Function == "" || e.Outcome != journal.Succeeded {
			return
		}
		l.of(e.Function).Revision = max(e.Revision, 1)
	case journal.BatchFormed, journal.RetryScheduled, journal.RecordsEnded, journal.BatchHeld,
		journal.BatchReleased, journal.EventQueued, journal.EventEnded:
		if e.Function == "" {
			return
		}
	default:
		return
	}
	l.of(e.Function).follow(v, e.At, happened)
}

// follow draws what happened, how many environments there are now, and how many batches
// wait.
func (f *FunctionLanes) follow(v *View, at int64, happened Slice) {
	now := Lasting{Alive: int32(f.Alive), Running: int32(f.Running), Revision: f.Revision}
	for _, d := range v.Flow.Functions {
		if d.Name == f.Name {
			now.Waiting = int32(d.Queue)
			break
		}
	}
	f.strips.add(at, now, happened)
}

// miss says that entries are missing: what was open may have ended, and who was alive may
// be gone. Both count as that until something is heard of them again.
func (l *Lanes) miss(now int64) {
	for _, f := range l.Functions {
		for _, lane := range f.Lanes {
			if !lane.IsGone {
				f.lose(lane, now)
			}
		}
	}
}

// lose takes an environment for gone.
func (f *FunctionLanes) lose(lane *Lane, now int64) {
	f.close(lane)
	f.stopInit(lane)
	lane.IsGone, lane.GoneAt, lane.Why, lane.isLost = true, now, "not heard of since entries were missed", true
	delete(f.of, lane.Number)
	f.Alive--
}

// found takes an environment for alive that was taken for gone, and returns it; nil if
// there is none.
func (f *FunctionLanes) found(number uint32) *Lane {
	lane := f.Lane(number)
	if lane == nil || !lane.isLost {
		return nil
	}
	lane.IsGone, lane.GoneAt, lane.Why, lane.isLost = false, 0, "", false
	f.of[number] = lane
	f.Alive++
	return lane
}

// close forgets the invocation of an environment.
func (f *FunctionLanes) close(lane *Lane) {
	if lane.Open.Invocation != 0 {
		lane.Open = OpenInvocation{}
		f.Running--
		f.InFlight--
	}
}

// lane returns an environment that is alive, which is new if it was not seen before.
func (f *FunctionLanes) lane(e *journal.Entry) *Lane {
	if lane := f.of[e.Environment]; lane != nil {
		return lane
	}
	if lane := f.found(e.Environment); lane != nil {
		return lane
	}
	lane := f.room()
	lane.Number, lane.Revision, lane.Since = e.Environment, max(e.Revision, 1), e.At
	at, _ := slices.BinarySearchFunc(f.Lanes, e.Environment, byNumber)
	f.Lanes = slices.Insert(f.Lanes, at, lane)
	f.of[e.Environment] = lane
	f.Alive++
	return lane
}

// room returns an empty lane: that of the oldest environment that is gone, where there are
// too many. If all are alive, the oldest with a picture gives it up.
func (f *FunctionLanes) room() *Lane {
	if len(f.Lanes) < mostLanes {
		return &Lane{picture: &picture{}}
	}
	for i, old := range f.Lanes {
		if old.IsGone {
			f.Lanes = slices.Delete(f.Lanes, i, i+1)
			p := old.picture
			if p == nil {
				p = &picture{}
			}
			*p, *old = picture{}, Lane{picture: p}
			return old
		}
	}
	for _, old := range f.Lanes {
		if p := old.picture; p != nil {
			*p, old.picture = picture{}, nil
			return &Lane{picture: p}
		}
	}
	return &Lane{}
}

func (l *Lanes) clone() Lanes {
	c := Lanes{Functions: slices.Clone(l.Functions)}
	for i, f := range c.Functions {
		n := *f
		n.Lanes, n.of = slices.Clone(f.Lanes), maps.Clone(f.of)
		for j, lane := range n.Lanes {
			n.Lanes[j] = lane.clone()
			if !lane.IsGone {
				n.of[lane.Number] = n.Lanes[j]
			}
		}
		n.strips = f.strips.clone()
		c.Functions[i] = &n
	}
	return c
}
