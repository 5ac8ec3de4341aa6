package tui

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// cause is what fires a trigger.
type cause int

const (
	onKeyOvertake cause = iota
	onOvertake
	onDeadLetter
	onThrottle
	onReload
	onFilter

	causes
)

// causeNames are what fired, and what to wait for.
var causeNames = [causes][2]string{
	{"same-key overtake", "a record is handled out of the order of its key"},
	{"overtake", "a record is handled out of the order of its partition"},
	{"dead letter", "a record is given up and dead-lettered"},
	{"throttle", "a batch is throttled"},
	{"reload", "code or the configuration is taken over, or cannot be"},
	{"filter", "an entry of the journal matches a filter ..."},
}

// triggerSpec is when a trigger fires, and what happens then.
type triggerSpec struct {
	on     cause
	filter string // of onFilter
	query  *query.Query
	// before and after are how many records that end are wanted around it.
	before, after int
	again         bool // it is armed again when the view goes on
	pause         bool // the world is to stand, too
	stay          bool // do not go to the screen where it is seen
}

// screen is where it is seen what has fired.
func (s *triggerSpec) screen() ui.ID {
	switch s.on {
	case onKeyOvertake, onOvertake:
		return ui.Ordering
	case onThrottle, onReload:
		return ui.Functions
	}
	return ui.Events
}

// name is what has fired.
func (s *triggerSpec) name() string {
	if s.on == onFilter {
		return s.filter
	}
	return causeNames[s.on][0]
}

// capture is a view that a trigger has held.
type capture struct {
	spec          triggerSpec
	at            int64 // when it fired, world time
	before, after int   // how many records there are around it
	target        ui.Target
	view          *store.View
	completed     uint64 // records that had ended when it fired
	fired         time.Time
}

// trigger watches the entries of a run, and has the view held some time after one of them.
// The run does not wait for it: it is called by whoever feeds the store.
type trigger struct {
	active atomic.Bool // armed, or fired and not yet captured

	mu    sync.Mutex // guards all below; taken within the lock of the store
	spec  triggerSpec
	armed bool
	fired *capture // waits for the records after it
	fresh *capture // was not shown yet

	// Of the watching goroutine alone.
	seen    [2]uint64 // records out of order, by key and by partition
	late    [2]bool   // the entry has shown another one
	subject query.Subject
}

func newTrigger() *trigger {
	t := &trigger{spec: triggerSpec{before: 80, after: 40}}
	t.subject.Told = func(predicate string) bool {
		switch predicate {
		case "keylate":
			return t.late[order.ByKey]
		case "late":
			return t.late[order.ByPartition]
		}
		return false
	}
	return t
}

// watch takes an entry that was added to the view. It is called under the lock of the
// store, and allocates nothing until it has fired.
func (t *trigger) watch(e *journal.Entry, v *store.View) {
	for d := range t.seen {
		n := v.Order.Tally(order.Domain(d)).Disordered
		t.late[d] = n > t.seen[d]
		t.seen[d] = n
	}
	if !t.active.Load() {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.fired != nil:
		if v.Order.Completed >= t.fired.completed+uint64(t.fired.spec.after) || v.Ended {
			t.capture(v)
		}
	case t.armed && t.matches(e, v):
		t.fire(e, v)
	}
}

// matches reports whether an entry is what is waited for. mu is held.
func (t *trigger) matches(e *journal.Entry, v *store.View) bool {
	switch t.spec.on {
	case onKeyOvertake:
		return t.late[order.ByKey]
	case onOvertake:
		return t.late[order.ByPartition]
	case onDeadLetter:
		return e.Outcome == journal.DeadLettered
	case onThrottle:
		return e.Kind == journal.Throttled
	case onReload:
		return e.Kind == journal.Reloaded || e.Kind == journal.ConfigReloaded
	}
	t.subject.Entry, t.subject.Now = e, v.Now
	match := t.spec.query.Match(&t.subject)
	t.subject.Entry = nil
	return match
}

// fire notes what has fired; the view is held when enough has come after it. mu is held.
func (t *trigger) fire(e *journal.Entry, v *store.View) {
	t.armed = false
	c := &capture{spec: t.spec, at: e.At, completed: v.Order.Completed, fired: time.Now()}
	c.before = int(min(uint64(t.spec.before), c.completed))
	c.target = ui.Target{Mapping: e.Mapping, Function: e.Function, Topic: e.Topic, Partition: e.Partition, Offset: e.First,
		Record: e.Topic != "" && e.Mapping != "" && e.Kind != journal.RecordsProduced, At: e.At}
	for d, late := range t.late {
		if found := &v.Order.Found[d]; late && !(d == 1 && t.late[0]) {
			if o, _ := found.At(found.Total); o != nil {
				r := o.Earlier.Record
				c.target = ui.Target{Mapping: o.Mapping, Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Record: true, At: e.At}
			}
		}
	}
	t.fired = c
	if t.spec.after == 0 || v.Ended {
		t.capture(v)
	}
}

// capture lets the view stand. mu is held, and the lock of the store.
func (t *trigger) capture(v *store.View) {
	t.fresh, t.fired = t.fired, nil
	t.fresh.view = v.Clone()
	t.fresh.after = int(v.Order.Completed - t.fresh.completed)
	t.active.Store(t.armed)
}

// arm begins to wait.
func (t *trigger) arm(spec triggerSpec) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.spec, t.armed, t.fired, t.fresh = spec, true, nil, nil
	t.active.Store(true)
}

// disarm waits no more.
func (t *trigger) disarm() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.armed, t.fired, t.fresh = false, nil, nil
	t.active.Store(false)
}

// state is what is waited for, and whether it is, or has come and records after it are
// waited for.
func (t *trigger) state() (spec triggerSpec, armed, fired bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.spec, t.armed, t.fired != nil
}

// take returns what was captured and not taken yet, nil for nothing.
func (t *trigger) take() *capture {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.fresh
	t.fresh = nil
	return c
}

// waitLimit is how long records after what has fired are waited for, where none come.
const waitLimit = 3 * time.Second

// overdue captures what has fired if nothing has come after it for long. It is called
// under the lock of the store.
func (t *trigger) overdue(v *store.View) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.fired != nil && time.Since(t.fired.fired) > waitLimit {
		t.capture(v)
	}
}
