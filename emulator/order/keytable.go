package order

// keyTable finds a number by a key that is a hash already: open addressing with linear
// probing. The key 0 is not stored.
type keyTable struct {
	slots []keySlot
	used  int
}

type keySlot struct {
	key   uint64
	value int32
}

func (t *keyTable) home(key uint64) int {
	return int((key*0x9E3779B97F4A7C15)>>32) & (len(t.slots) - 1)
}

// get returns the value of a key, none if it has none.
func (t *keyTable) get(key uint64) int32 {
	if t.used == 0 {
		return none
	}
	for i := t.home(key); t.slots[i].key != 0; i = (i + 1) & (len(t.slots) - 1) {
		if t.slots[i].key == key {
			return t.slots[i].value
		}
	}
	return none
}

// put stores the value of a key that has none.
func (t *keyTable) put(key uint64, value int32) {
	if 2*(t.used+1) > len(t.slots) {
		t.grow()
	}
	i := t.home(key)
	for t.slots[i].key != 0 {
		i = (i + 1) & (len(t.slots) - 1)
	}
	t.slots[i] = keySlot{key, value}
	t.used++
}

// remove takes a key out that has a value, and closes the gap.
func (t *keyTable) remove(key uint64) {
	mask := len(t.slots) - 1
	i := t.home(key)
	for t.slots[i].key != key {
		if t.slots[i].key == 0 {
			return
		}
		i = (i + 1) & mask
	}
	t.used--
	for j := i; ; {
		t.slots[i] = keySlot{}
		for {
			j = (j + 1) & mask
			if t.slots[j].key == 0 {
				return
			}
			if h := t.home(t.slots[j].key); (j-h)&mask >= (j-i)&mask {
				break // it may stand at i: its home is not between
			}
		}
		t.slots[i] = t.slots[j]
		i = j
	}
}

func (t *keyTable) grow() {
	old := t.slots
	t.slots, t.used = make([]keySlot, max(64, 2*len(old))), 0
	for _, s := range old {
		if s.key != 0 {
			t.put(s.key, s.value)
		}
	}
}
