package report

import "sort"

const (
	// producedMost is how many ranges a partition remembers: 32 bytes each.
	producedMost = 1 << 15
	// producedResolution is how exactly it is known when a record was produced, in
	// nanoseconds, until so many ranges are not enough.
	producedResolution = 100_000
)

// place names a partition.
type place struct {
	topic     string
	partition int32
}

// producedRange is records that were produced within the resolution, from at to until.
type producedRange struct{ first, last, at, until int64 }

// producedLog remembers when the records of a partition were produced. Where it becomes
// too long, it joins neighbours: times become less exact, but are never lost.
type producedLog struct {
	ranges     []producedRange
	resolution int64
}

// add remembers a range. What comes later in the log is further behind, as a rule.
func (l *producedLog) add(first, last, at int64) {
	if l.resolution == 0 {
		l.resolution = producedResolution
	}
	n := len(l.ranges)
	if n > 0 && l.ranges[n-1].last >= first {
		return // it is known, from a client that sent it twice
	}
	if n > 0 && at-l.ranges[n-1].at < l.resolution {
		l.ranges[n-1].last, l.ranges[n-1].until = last, at
		return
	}
	l.ranges = append(l.ranges, producedRange{first, last, at, at})
	for len(l.ranges) >= producedMost {
		l.resolution *= 2
		l.join()
	}
}

// join joins neighbours that are nearer to each other than the resolution.
func (l *producedLog) join() {
	kept := l.ranges[:1]
	for _, r := range l.ranges[1:] {
		if end := &kept[len(kept)-1]; r.until-end.at < l.resolution {
			end.last, end.until = r.last, r.until
		} else {
			kept = append(kept, r)
		}
	}
	l.ranges = kept
}

// each calls f with when the records from first to last were produced, part by part, and
// how many offsets a part has. What it does not know is left out.
func (l *producedLog) each(first, last int64, f func(at int64, n uint64)) {
	i := sort.Search(len(l.ranges), func(i int) bool { return l.ranges[i].last >= first })
	for ; i < len(l.ranges) && l.ranges[i].first <= last; i++ {
		r := &l.ranges[i]
		f(r.at, uint64(min(r.last, last)-max(r.first, first)+1))
	}
}
