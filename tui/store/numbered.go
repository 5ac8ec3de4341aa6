package store

// numbered holds values by numbers that grow: those of batches, of invocations. It keeps
// those that are in use as long as no more than most numbers lie between them; what is
// overwritten keeps its memory for the next.
type numbered[T any] struct {
	slots []numberedSlot[T] // a power of two; number n is at n%len
	most  int
	inUse func(*T) bool
}

type numberedSlot[T any] struct {
	number uint64
	value  T
}

// get returns the value of a number, nil if there is none.
func (t *numbered[T]) get(number uint64) *T {
	if len(t.slots) == 0 || number == 0 {
		return nil
	}
	if s := &t.slots[number&uint64(len(t.slots)-1)]; s.number == number {
		return &s.value
	}
	return nil
}

// put returns a place for a number: what was in it is still there.
func (t *numbered[T]) put(number uint64) *T {
	if len(t.slots) == 0 {
		t.slots = make([]numberedSlot[T], 64)
	}
	for {
		s := &t.slots[number&uint64(len(t.slots)-1)]
		if s.number == 0 || s.number == number || len(t.slots) >= t.most || !t.inUse(&s.value) {
			s.number = number
			return &s.value
		}
		t.grow()
	}
}

// grow doubles the table.
func (t *numbered[T]) grow() {
	old := t.slots
	t.slots = make([]numberedSlot[T], 2*len(old))
	for i := range old {
		if n := old[i].number; n != 0 {
			t.slots[n&uint64(len(t.slots)-1)] = old[i]
		}
	}
}

// reset forgets all.
func (t *numbered[T]) reset() { t.slots = nil }
