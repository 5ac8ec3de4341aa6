package store

// keyTable knows, for each key, the highest offset with it that succeeded. Keys are
// hashes, never 0. What is below a limit may be forgotten, so that it is bounded.
type keyTable struct {
	slots []keyed // a power of two, at most three quarters full
	used  int
}

type keyed struct {
	key    uint64
	offset int64
}

// find returns the slot of a key, or the free one where it belongs.
func (t *keyTable) find(key uint64) *keyed {
	mask := uint64(len(t.slots) - 1)
	for i := key * 0x9E3779B97F4A7C15 >> 17; ; i++ {
		if s := &t.slots[i&mask]; s.key == key || s.key == 0 {
			return s
		}
	}
}

// highest returns the highest offset of a key, -1 if there is none.
func (t *keyTable) highest(key uint64) int64 {
	if key == 0 || len(t.slots) == 0 {
		return -1
	}
	if s := t.find(key); s.key == key {
		return s.offset
	}
	return -1
}

// put notes an offset of a key. Offsets below low are not asked for any more; spare is
// room to sort them out in, and is returned as it is then.
func (t *keyTable) put(key uint64, offset, low int64, spare []keyed) []keyed {
	if key == 0 {
		return spare
	}
	if t.used >= len(t.slots)*3/4 {
		spare = t.sweep(low, spare)
	}
	s := t.find(key)
	if s.key == 0 {
		t.used++
		*s = keyed{key, offset}
	}
	s.offset = max(s.offset, offset)
	return spare
}

// sweep makes room: it drops what is below low, and doubles the table if it would still
// be half full.
func (t *keyTable) sweep(low int64, spare []keyed) []keyed {
	spare = spare[:0]
	for _, s := range t.slots {
		if s.key != 0 && s.offset >= low {
			spare = append(spare, s)
		}
	}
	if len(spare) >= len(t.slots)/2 {
		t.slots = make([]keyed, max(64, 2*len(t.slots)))
	} else {
		clear(t.slots)
	}
	t.used = len(spare)
	for _, s := range spare {
		*t.find(s.key) = s
	}
	return spare
}
