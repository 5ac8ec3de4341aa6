package broker

import (
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Owner says whose address it is. The zero Owner is nobody in particular, as at
// the main listener.
type Owner struct {
	// Function and Environment name an execution environment, Process a
	// process that runs beside the functions.
	Function    string
	Environment uint32
	Process     string
	// Mapping is set in the entries as it is.
	Mapping string
	// Internal means that it is the emulator itself: no RecordsProduced entry
	// is made of what it produces.
	Internal bool
	// Observer means that it only looks: an outage does not concern it.
	Observer bool
	// Trusted means that Security asks for nothing: it is a command of the emulator's.
	Trusted bool
}

// String names the owner in a sentence.
func (o Owner) String() string {
	switch {
	case o.Function != "":
		return fmt.Sprintf("environment %d of function %q", o.Environment, o.Function)
	case o.Process != "":
		return fmt.Sprintf("process %q", o.Process)
	}
	return "a client"
}

// What a RecordsProduced entry gives as its Reason when its Invocation needs a
// qualification.
const (
	// Late: the records left the environment after the invocation had ended.
	Late = journal.ProducedLate
	// Ambiguous: it cannot be told which invocation made them, and none is named.
	Ambiguous = "ambiguous"
)

// Address is a loopback port of its own that leads to the broker. Its methods
// are safe for concurrent use.
type Address struct {
	b        *Broker
	owner    atomic.Pointer[Owner] // never nil; Assign replaces it
	ln       net.Listener
	hostport string
	host     string
	port     int32

	mu      sync.Mutex // guards all below
	conns   map[*conn]struct{}
	closed  bool
	warned  bool // of a group that was joined from an environment
	current window
	last    window
	opened  int64 // Unix ms
	ended   int64 // Unix ms at which last ended
	endedAt time.Time
	before  past // what was known before last ended
	// inFlight is how many produce requests are not answered yet. unawaited
	// is set once the owner was seen to leave sends behind when an invocation
	// ends.
	inFlight  int
	unawaited bool
}

// window is the time in which an invocation was open.
type window struct {
	invocation uint64
	began      int64 // Unix ms
}

// past is what an address knew before an invocation ended.
type past struct {
	window    window
	ended     int64
	unawaited bool
}

// Addr is the address, host:port.
func (a *Address) Addr() string { return a.hostport }

// Assign says which environment the address is of, if it was opened before that was
// known (an environment that was started for nobody yet). It is called before the
// first Begin; what was produced until then belongs to no environment.
func (a *Address) Assign(environment uint32) {
	owner := *a.owner.Load()
	owner.Environment = environment
	a.owner.Store(&owner)
}

// Begin opens an invocation: what the owner produces from now on is its own. It
// is called before the handler can see the invocation.
func (a *Address) Begin(invocation uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.end()
	a.current = window{invocation, time.Now().UnixMilli()}
}

// End closes the invocation. It is called when its response is in.
func (a *Address) End() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.end()
}

func (a *Address) end() {
	if a.current.invocation == 0 {
		return
	}
	a.before = past{a.last, a.ended, a.unawaited}
	a.last, a.current = a.current, window{}
	a.endedAt = time.Now()
	a.ended = a.endedAt.UnixMilli()
	if a.inFlight > 0 {
		a.unawaited = true
	}
}

// Close closes the port and the connections made through it. It is idempotent.
// Requests that the broker has already are handled and journalled.
func (a *Address) Close() error {
	a.mu.Lock()
	if a.closed {
		a.mu.Unlock()
		return nil
	}
	a.closed = true
	conns := make([]*conn, 0, len(a.conns))
	for c := range a.conns {
		conns = append(conns, c)
	}
	a.mu.Unlock()
	a.b.forget(a)
	err := a.ln.Close()
	for _, c := range conns {
		c.hangUp()
	}
	if err != nil {
		return fmt.Errorf("close %s: %w", a.hostport, err)
	}
	return nil
}

// enter notes a new connection. It returns false if the address is closed.
func (a *Address) enter(c *conn) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return false
	}
	a.conns[c] = struct{}{}
	return true
}

func (a *Address) leave(c *conn) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.conns, c)
}

// attribute says which invocation made the records of a batch that arrives now,
// from the least and greatest record timestamps in its header (Unix ms).
//
// A send that the handler did not wait for leaves when the environment is
// thawed next, inside the next invocation, with a timestamp before it. A
// timestamp in the very millisecond in which one invocation ended and the next
// began could be either's; it is taken as the open one's unless the owner is
// known to leave sends behind. Handlers may set timestamps of their own: one
// from before both invocations tells nothing.
func (a *Address) attribute(low, high int64) (invocation uint64, reason string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.inFlight++
	current, last, ended, unawaited := a.current, a.last, a.ended, a.unawaited
	if current.invocation == 0 {
		if last.invocation == 0 {
			return 0, ""
		}
		if !a.isEnding() {
			return last.invocation, Late
		}
		current, last, ended, unawaited = a.last, a.before.window, a.before.ended, a.before.unawaited
		a.unawaited = true
	}
	began := current.began
	switch {
	case low > began, low == began && (!unawaited || ended < began):
		return current.invocation, ""
	case high >= began:
		return 0, Ambiguous
	case last.invocation != 0 && low >= last.began:
		a.unawaited = true
		return last.invocation, Late
	case last.invocation == 0 && low >= a.opened:
		return 0, "" // of its init
	}
	return 0, Ambiguous
}

// isEnding reports, in virtual time, whether it is the moment at which the last
// invocation ended: what is sent then and the end are at one moment, whichever
// goroutine was faster. mu is held.
func (a *Address) isEnding() bool { return a.b.cfg.Admit != nil && time.Now().Equal(a.endedAt) }

// answered takes back one attribute.
func (a *Address) answered() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.inFlight--
}

// joined warns, once, that a group was joined from an environment.
func (a *Address) joined(group string) {
	owner := a.owner.Load()
	if owner.Function == "" || owner.Internal {
		return
	}
	a.mu.Lock()
	warn := !a.warned
	a.warned = true
	a.mu.Unlock()
	if warn {
		a.b.notify(journal.Entry{
			Kind: journal.Warning, Function: owner.Function, Environment: owner.Environment,
			Text: fmt.Sprintf("%s joins the consumer group %q: it is expelled while it is frozen between invocations, as in the cloud",
				owner, group),
		})
	}
}
