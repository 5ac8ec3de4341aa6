package emulator

import (
	"cmp"
	"slices"
	"sync"

	"github.com/coldbrook-dev/coldbrook/emulator/broker"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// turnstile lets the requests of Kafka clients pass one by one, in an order that
// does not depend on how this machine schedules goroutines. Only requests whose
// order can be seen afterwards stop at it.
type turnstile struct {
	arrived chan struct{} // receives when a request waits

	mu      sync.Mutex // guards all below
	waiting []waiter
	isOpen  bool // nobody lets requests pass any more: they all do
}

// waiter is a request that waits.
type waiter struct {
	broker.Request
	pass chan struct{}
}

func newTurnstile() *turnstile { return &turnstile{arrived: make(chan struct{}, 1)} }

// passes says that the order of a request among those of its instant makes no
// difference: what it changes belongs to one client alone, or what it reads
// comes in whole before anything is done with it. An event source is alone in
// its group.
func passes(r *broker.Request) bool {
	switch kmsg.Key(r.Key) {
	case kmsg.Fetch:
		return !r.Settles
	case kmsg.FindCoordinator, kmsg.ApiVersions:
		return true
	case kmsg.JoinGroup, kmsg.SyncGroup, kmsg.Heartbeat, kmsg.LeaveGroup, kmsg.OffsetCommit, kmsg.OffsetFetch:
		return r.Owner.Internal
	}
	return false
}

// admit returns when the request may pass.
func (t *turnstile) admit(r broker.Request) {
	if passes(&r) {
		return
	}
	if pass := t.enter(r); pass != nil {
		<-pass
	}
}

func (t *turnstile) enter(r broker.Request) <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.isOpen {
		return nil
	}
	pass := make(chan struct{})
	t.waiting = append(t.waiting, waiter{r, pass})
	select {
	case t.arrived <- struct{}{}:
	default: // it is known that there is one
	}
	return pass
}

// letOne lets the first of the waiting requests pass, in the order of owner,
// client id, API key and correlation id. It returns false if there is none.
func (t *turnstile) letOne() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		return false
	}
	first := 0
	for i := range t.waiting {
		if compareRequests(&t.waiting[i].Request, &t.waiting[first].Request) < 0 {
			first = i
		}
	}
	close(t.waiting[first].pass)
	t.waiting = slices.Delete(t.waiting, first, first+1)
	return true
}

// open lets all requests pass from now on.
func (t *turnstile) open() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.isOpen = true
	for _, w := range t.waiting {
		close(w.pass)
	}
	t.waiting = nil
}

// compareRequests puts the emulator's own requests first, then those of
// environments, then those of others; and before all of them the requests that
// may change what one that settles will ask for next.
func compareRequests(a, b *broker.Request) int {
	return cmp.Or(
		cmp.Compare(order(a.Settles), order(b.Settles)),
		cmp.Compare(rank(&a.Owner), rank(&b.Owner)),
		cmp.Compare(a.Owner.Environment, b.Owner.Environment),
		cmp.Compare(a.Owner.Process, b.Owner.Process),
		cmp.Compare(a.Owner.Mapping, b.Owner.Mapping),
		cmp.Compare(a.Client, b.Client),
		cmp.Compare(a.Key, b.Key),
		cmp.Compare(a.Correlation, b.Correlation),
	)
}

func order(isLater bool) int {
	if isLater {
		return 1
	}
	return 0
}

func rank(o *broker.Owner) int {
	switch {
	case o.Internal:
		return 0
	case o.Environment != 0:
		return 1
	}
	return 2
}
