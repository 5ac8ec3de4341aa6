package platform

// timerKind is what happens when a timer fires.
type timerKind uint8

const (
	windowTimer     timerKind = iota // a poller's batch window is over
	retryTimer                       // a batch is tried again after a failure or throttle
	timeoutTimer                     // a function's timeout has passed
	coldTimer                        // the modelled cold start is over
	initTimer                        // the real init took too long
	idleTimer                        // an idle environment is given up
	durationTimer                    // the modelled duration of an invocation is over
	faultTimer                       // the time of a fault has come
	rateTimer                        // a rate allows another invocation of a function
	allocationTimer                  // provisioned concurrency can be there
	provisionTimer                   // a provisioned environment is replaced
	pollerTimer                      // a poller may read on
	evaluationTimer                  // the number of a mapping's pollers is looked at
	scaleTimer                       // a change of it takes effect
)

// timer is part of what it belongs to; it is set at most once at a time.
type timer struct {
	at    int64
	seq   uint64 // order of setting, so that equal times fire in a fixed order
	index int    // position in the heap plus 1; 0 = not set
	kind  timerKind

	poller      *poller
	batch       *batch
	environment *environment
	fault       *fault
	function    *function
	mapping     *mapping
}

// timerHeap is a binary heap by (at, seq) that knows where each timer is, so
// that a cancelled one leaves at once: with timeouts of 15 minutes, cancelled
// timers left in place would outnumber the live ones by thousands.
type timerHeap struct {
	list []*timer
	seq  uint64
}

func (h *timerHeap) set(t *timer, at int64, kind timerKind) {
	h.cancel(t)
	h.seq++
	t.at, t.seq, t.kind = at, h.seq, kind
	h.list = append(h.list, t)
	t.index = len(h.list)
	h.up(len(h.list) - 1)
}

func (h *timerHeap) cancel(t *timer) {
	if t.index == 0 {
		return
	}
	i, last := t.index-1, len(h.list)-1
	h.swap(i, last)
	h.list[last] = nil
	h.list = h.list[:last]
	t.index = 0
	if i < last {
		h.down(i)
		h.up(i)
	}
}

func (h *timerHeap) next() (int64, bool) {
	if len(h.list) == 0 {
		return 0, false
	}
	return h.list[0].at, true
}

// due takes the first timer that is not after now off the heap.
func (h *timerHeap) due(now int64) *timer {
	if len(h.list) == 0 || h.list[0].at > now {
		return nil
	}
	t := h.list[0]
	h.cancel(t)
	return t
}

func (h *timerHeap) less(i, j int) bool {
	a, b := h.list[i], h.list[j]
	return a.at < b.at || a.at == b.at && a.seq < b.seq
}

func (h *timerHeap) swap(i, j int) {
	h.list[i], h.list[j] = h.list[j], h.list[i]
	h.list[i].index, h.list[j].index = i+1, j+1
}

func (h *timerHeap) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !h.less(i, parent) {
			return
		}
		h.swap(i, parent)
		i = parent
	}
}

func (h *timerHeap) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(h.list) {
			return
		}
		if child+1 < len(h.list) && h.less(child+1, child) {
			child++
		}
		if !h.less(child, i) {
			return
		}
		h.swap(i, child)
		i = child
	}
}
