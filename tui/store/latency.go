package store

import "math/bits"

// latencySeconds is how many seconds a Latency remembers; it has four buckets for each
// power of two, so that a quantile is at most 25 % too high, and never above the longest.
const (
	latencySeconds = 10
	latencyBuckets = 4 * 48
)

// Latency is a distribution of durations over the last ten seconds of world time. The zero
// Latency is ready. It is plain data.
type Latency struct {
	last    int64 // the newest second
	buckets [latencySeconds][latencyBuckets]uint16
	longest [latencySeconds]int64
}

// Add takes a duration in nanoseconds that was known at a time.
func (l *Latency) Add(at, took int64) {
	second := at / 1e9
	switch {
	case second > l.last:
		for s := max(l.last+1, second-latencySeconds+1); s <= second; s++ {
			l.buckets[s%latencySeconds], l.longest[s%latencySeconds] = [latencyBuckets]uint16{}, 0
		}
		l.last = second
	case second <= l.last-latencySeconds:
		return
	}
	if b := &l.buckets[second%latencySeconds][bucketOf(took)]; *b < 1<<16-1 {
		*b++
	}
	l.longest[second%latencySeconds] = max(l.longest[second%latencySeconds], took)
}

// Quantile is the duration that q of a thousand do not exceed, in the ten seconds before
// now; 0 if there are none.
func (l *Latency) Quantile(now, q int64) int64 {
	var sum [latencyBuckets]int64
	var all, longest int64
	for s := max(now/1e9-latencySeconds+1, 0); s <= l.last; s++ {
		if s <= l.last-latencySeconds {
			continue
		}
		longest = max(longest, l.longest[s%latencySeconds])
		for i, n := range l.buckets[s%latencySeconds] {
			sum[i] += int64(n)
			all += int64(n)
		}
	}
	if all == 0 {
		return 0
	}
	rank := (all*q + 999) / 1000
	for i, n := range sum {
		if rank -= n; rank <= 0 {
			return min(upperOf(i), longest)
		}
	}
	return 0
}

// bucketOf is the bucket of a duration: its power of two and the next two bits.
func bucketOf(ns int64) int {
	v := uint64(max(ns, 4))
	power := bits.Len64(v) - 1
	return min(power*4+int(v>>(power-2)&3), latencyBuckets-1)
}

// upperOf is the highest duration of a bucket.
func upperOf(bucket int) int64 {
	power, part := bucket/4, bucket%4
	return int64(1)<<power + int64(part+1)<<(power-2) - 1
}
