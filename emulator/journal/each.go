package journal

const (
	// eachMax is how many records the entries of a log know in Each, over all of them:
	// 24 to 28 MB.
	eachMax = 1 << 20
	// eachHeadroom is how many of these one step of the conductor may add beyond the
	// point at which a keeping reader stops it.
	eachHeadroom = 1 << 18
)

// eachUse is how much of what a log may hold in Each is used. It is guarded by the
// log's mu.
type eachUse struct {
	max, headroom uint64
	held          uint64 // records in Each of entries that are held
	total         uint64 // of all entries that were appended
	from          uint64 // entries before it have no Each any more
}

// entry returns the place of the entry with a sequence number that is held. mu is held.
func (l *Log) entry(seq uint64) *Entry {
	slot := seq % l.capacity
	return &l.chunks[slot/chunkSize][slot%chunkSize]
}

// replaceEach counts an entry that takes the place of another. mu is held.
func (l *Log) replaceEach(old, e *Entry) {
	if old.Each != nil {
		l.each.held -= old.Each.size()
	}
	if e.Each != nil {
		l.each.held += e.Each.size()
		l.each.total += e.Each.size()
	}
}

// boundEach takes Each from the oldest entries while there is too much of it. What a
// keeping reader has not read stays: Room limits that. mu is held.
func (l *Log) boundEach() {
	if l.each.held <= l.each.max {
		return
	}
	end := l.next
	for r := range l.keepers {
		end = min(end, r.at)
	}
	l.each.from = max(l.each.from, l.first())
	for ; l.each.from < end && l.each.held > l.each.max; l.each.from++ {
		if e := l.entry(l.each.from); e.Each != nil {
			l.each.held -= e.Each.size()
			e.Each = nil
		}
	}
}

// size is how many records r knows; 0 if it is nil.
func (r *Records) size() uint64 {
	if r == nil {
		return 0
	}
	return uint64(len(r.Each))
}
