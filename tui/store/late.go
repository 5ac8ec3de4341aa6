package store

import "math/bits"

// The ring of a track: it grows with what is in flight, up to lateWindow records. Inside
// of it places are exact; what lies further apart counts what is known.
const (
	leastRing  = 64
	lateWindow = 1 << 14
)

// track is a partition as a mapping sees it: which of its newest records have ended, and
// in which order. A record is late if a higher offset has succeeded before it ends: its
// places are how many have (tui.md 4.6; the rule is O5 of package order, by partition).
type track struct {
	ring []arrival // a power of two; offset o is at o%len
	done []uint64  // a bit for each of them that succeeded
	next int64     // behind the highest that was seen, -1 if none was
	high int64     // the highest that succeeded, -1 if none did
	keys keyTable
}

// arrival is what is known of a record.
type arrival struct {
	offset int64 // plus 1; 0 for an offset that is not known
	key    uint64
	over   bool // it ended, or filters left it out
}

func newTrack() *track {
	return &track{ring: make([]arrival, leastRing), done: make([]uint64, leastRing/64), next: -1, high: -1}
}

// restart forgets all: what a later assignment repeats is not compared with what an
// earlier one did.
func (t *track) restart() {
	clear(t.ring)
	clear(t.done)
	clear(t.keys.slots)
	t.keys.used, t.next, t.high = 0, -1, -1
}

// low is the lowest offset that is inside the window.
func (t *track) low() int64 { return t.next - int64(len(t.ring)) }

// at returns what is known of an offset, nil for nothing.
func (t *track) at(offset int64) *arrival {
	if a := &t.ring[offset&int64(len(t.ring)-1)]; a.offset == offset+1 {
		return a
	}
	return nil
}

// reach moves the window so that an offset is inside. What is in flight keeps its place
// while the ring can grow.
func (t *track) reach(offset int64) {
	if t.next < 0 || offset-t.next >= int64(len(t.ring)) && offset-t.next >= lateWindow {
		clear(t.ring)
		clear(t.done)
		t.next = offset
	}
	for ; t.next <= offset; t.next++ {
		mask := int64(len(t.ring) - 1)
		a := &t.ring[t.next&mask]
		if a.offset != 0 && !a.over && len(t.ring) < lateWindow {
			t.grow()
			mask = int64(len(t.ring) - 1)
			a = &t.ring[t.next&mask]
		}
		*a = arrival{}
		i := t.next & mask
		t.done[i>>6] &^= 1 << (i & 63)
	}
}

// arrived notes a record; those of a range come in order, each before what is behind it.
func (t *track) arrived(offset int64, key uint64) {
	t.reach(offset)
	if offset >= t.low() {
		t.ring[offset&int64(len(t.ring)-1)] = arrival{offset: offset + 1, key: key}
	}
}

// grow doubles the ring.
func (t *track) grow() {
	old, was := t.ring, t.done
	n := int64(len(old))
	t.ring, t.done = make([]arrival, 2*n), make([]uint64, 2*len(was))
	for o := max(t.next-n, 0); o < t.next; o++ {
		from, to := o&(n-1), o&(2*n-1)
		t.ring[to] = old[from]
		t.done[to>>6] |= was[from>>6] >> (from & 63) & 1 << (to & 63)
	}
}

// late is how many higher offsets have succeeded.
func (t *track) late(offset int64) int32 {
	n := 0
	for p := max(offset+1, t.low()); p <= t.high; {
		i := p & int64(len(t.ring)-1)
		width := min(64-i&63, t.high-p+1)
		n += bits.OnesCount64(t.done[i>>6] >> (i & 63) << (64 - width))
		p += width
	}
	return int32(n)
}

// succeeded notes that a record did.
func (t *track) succeeded(offset int64) {
	t.reach(offset)
	if offset >= t.low() {
		i := offset & int64(len(t.ring)-1)
		t.done[i>>6] |= 1 << (i & 63)
	}
	t.high = max(t.high, offset)
}
