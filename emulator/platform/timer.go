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
// timers left in place would outnumber the live ones by thousands. The keys stand
// in the heap itself, which saves a look into each timer that is compared.
type timerHeap struct {
	list []slot
	seq  uint64
}

// slot is a timer in its place.
type slot struct {
	at    int64
	seq   uint64
	timer *timer
}

func (s *slot) before(other *slot) bool {
	return s.at < other.at || s.at == other.at && s.seq < other.seq
}

// set sets a timer, also one that is set already.
func (h *timerHeap) set(t *timer, at int64, kind timerKind) {
	h.seq++
	t.at, t.seq, t.kind = at, h.seq, kind
	s := slot{at, h.seq, t}
	if t.index == 0 {
		h.list = append(h.list, s)
		h.up(len(h.list)-1, s)
		return
	}
	h.place(t.index-1, s)
}

func (h *timerHeap) cancel(t *timer) {
	if t.index == 0 {
		return
	}
	i, last := t.index-1, len(h.list)-1
	moved := h.list[last]
	h.list[last] = slot{}
	h.list = h.list[:last]
	t.index = 0
	if i < last {
		h.place(i, moved)
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
	t := h.list[0].timer
	h.cancel(t)
	return t
}

// place puts s where place i is free.
func (h *timerHeap) place(i int, s slot) {
	if i > 0 && s.before(&h.list[(i-1)/2]) {
		h.up(i, s)
		return
	}
	h.down(i, s)
}

// up moves the free place i towards the top, as far as s goes, and puts it there.
func (h *timerHeap) up(i int, s slot) {
	for i > 0 {
		parent := (i - 1) / 2
		if !s.before(&h.list[parent]) {
			break
		}
		h.list[i] = h.list[parent]
		h.list[i].timer.index = i + 1
		i = parent
	}
	h.list[i] = s
	s.timer.index = i + 1
}

// down moves it towards the bottom.
func (h *timerHeap) down(i int, s slot) {
	for {
		child := 2*i + 1
		if child >= len(h.list) {
			break
		}
		if child+1 < len(h.list) && h.list[child+1].before(&h.list[child]) {
			child++
		}
		if !h.list[child].before(&s) {
			break
		}
		h.list[i] = h.list[child]
		h.list[i].timer.index = i + 1
		i = child
	}
	h.list[i] = s
	s.timer.index = i + 1
}
