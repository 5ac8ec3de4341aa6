package store

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// View is what is known of a run after some of its entries.
type View struct {
	// Of describes the run. It is never changed, only replaced.
	Of *journal.Description
	// Now is the world time of the newest entry, in nanoseconds since the start; Seq its
	// sequence number. Advance moves Now on where nothing happens.
	Now int64
	Seq uint64
	// Entries is how many were fed, Missed how many a slow reader was not given.
	Entries, Missed uint64
	// Ended says that the run is over; Why is the reason that was given.
	Ended bool
	Why   string
	// Paused says that the world stands (journal kinds WorldPaused, WorldResumed).
	Paused bool

	Flow   Flow
	Lanes  Lanes
	Events Events
	Order  Order
	Logs   Logs
}

// New returns the view of a run that has not begun.
func New(of *journal.Description) *View {
	if of == nil {
		of = &journal.Description{}
	}
	v := &View{Of: of}
	v.Flow.init(of)
	v.Order.init(of)
	return v
}

// Add takes the next entry.
func (v *View) Add(e *journal.Entry) {
	v.Entries++
	v.Seq, v.Now = e.Seq, max(v.Now, e.At)
	switch e.Kind {
	case journal.RunStopping:
		v.Why = e.Reason
	case journal.RunStopped:
		v.Ended = true
	case journal.WorldPaused:
		v.Paused = true
	case journal.WorldResumed:
		v.Paused = false
	}
	if sound(e) {
		v.Flow.add(e)
		v.Lanes.add(v, e) // after Flow, which it asks what waits
		v.Order.add(e)
		v.Events.add(e)
	}
	v.Logs.add(e)
}

// Miss says that n entries are missing before the next.
func (v *View) Miss(n uint64) {
	v.Missed += n
	v.Lanes.miss(v.Now)
	v.Flow.miss()
	v.Order.miss(n)
	v.Events.miss()
}

// Advance says that it is now, where no entry says so: rates fall while nothing happens.
func (v *View) Advance(now int64) { v.Now = max(v.Now, now) }

// Clone returns a copy that shares nothing that changes.
func (v *View) Clone() *View {
	c := *v
	c.Flow = v.Flow.clone()
	c.Lanes = v.Lanes.clone()
	c.Events = v.Events.clone()
	c.Order = v.Order.clone()
	c.Logs = v.Logs.clone()
	return &c
}
