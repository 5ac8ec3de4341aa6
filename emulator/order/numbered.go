package order

// numbered is what is known by numbers that a run counts up, the newest of them: a ring
// that takes no memory of its own in steady state. One that is in use is never forgotten:
// the ring grows, and what stands in the way of a full one is set aside.
type numbered[T any] struct {
	inUse func(*T) bool
	most  int // slots of the ring, a power of two
	ring  []held[T]
	aside map[uint64]*T
}

type held[T any] struct {
	number uint64 // 0 = none
	value  T
}

// newNumbered has room for fewest at first, and for most before any is set aside: powers
// of two.
func newNumbered[T any](fewest, most int, inUse func(*T) bool) numbered[T] {
	return numbered[T]{inUse: inUse, most: most, ring: make([]held[T], fewest), aside: map[uint64]*T{}}
}

// get returns what has the number, nil if it is not known.
func (n *numbered[T]) get(number uint64) *T {
	if h := &n.ring[number&uint64(len(n.ring)-1)]; h.number == number && number != 0 {
		return &h.value
	}
	if len(n.aside) == 0 {
		return nil
	}
	return n.aside[number]
}

// put makes room for a new number. What it returns holds what was there before, so that
// its slices can be used again.
func (n *numbered[T]) put(number uint64) *T {
	for {
		h := &n.ring[number&uint64(len(n.ring)-1)]
		if h.number == 0 || !n.inUse(&h.value) {
			h.number = number
			return &h.value
		}
		if len(n.ring) < n.most {
			n.grow()
			continue
		}
		n.sweep()
		old := h.value
		n.aside[h.number] = &old
		var fresh T
		h.number, h.value = number, fresh
		return &h.value
	}
}

func (n *numbered[T]) grow() {
	old := n.ring
	n.ring = make([]held[T], 2*len(old))
	for _, h := range old {
		if h.number != 0 {
			n.ring[h.number&uint64(len(n.ring)-1)] = h
		}
	}
}

// sweep drops what was set aside and is not in use any more, when there is much of it.
func (n *numbered[T]) sweep() {
	if len(n.aside) < n.most {
		return
	}
	for number, value := range n.aside {
		if !n.inUse(value) {
			delete(n.aside, number)
		}
	}
}

// reset forgets everything.
func (n *numbered[T]) reset() {
	clear(n.ring)
	clear(n.aside)
}
