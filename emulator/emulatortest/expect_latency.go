package emulatortest

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// DurationBound is a percentile of durations, of which one of its methods expects
// how long it is. Without that it expects nothing.
type DurationBound struct {
	x     *Expectations
	known bool // there is something it is a percentile of
	what  string
	got   time.Duration
	rest  []string // what a failure says besides
	story func() []string
}

// Latency is a percentile of the time that records took at a function: from the
// moment at which one was produced to the end of the invocation in which it
// succeeded. It so holds the batch window, cold starts, throttles and retries.
// Records that did not succeed have none.
//
// percentile is over 0 and at most 100, and 100 is the slowest record; it is the
// nearest rank, so always the latency of a record. Every record counts, also of
// entries that are not kept any more.
func (x *Expectations) Latency(function string, percentile float64) *DurationBound {
	x.t.Helper()
	b := &DurationBound{x: x, what: fmt.Sprintf("a latency of %s at percentile %v", function, percentile)}
	if !x.knowsFunction(function) || !x.isPercentile(percentile) {
		return b
	}
	history := x.evidence.settled()
	var samples []sample
	history.read(func(t *tally) { samples = t.latencies(function) })
	if b.set(samples, percentile, "record", "records", "succeeded"); b.known {
		at := samples[len(samples)-1].record
		b.story = func() []string {
			return append([]string{"the slowest is " + at.String()}, history.entries().story(at)...)
		}
	}
	return b
}

// Duration is a percentile of the durations of the invocations of a function,
// from start to end in world time, however they ended; waiting for an environment
// is no part of it. For percentile see Latency.
func (x *Expectations) Duration(function string, percentile float64) *DurationBound {
	x.t.Helper()
	b := &DurationBound{x: x, what: fmt.Sprintf("a duration of %s at percentile %v", function, percentile)}
	if !x.knowsFunction(function) || !x.isPercentile(percentile) {
		return b
	}
	history := x.evidence.settled()
	var samples []sample
	history.read(func(t *tally) { samples = t.durations(function) })
	if b.set(samples, percentile, "invocation", "invocations", "ended"); b.known {
		slowest := samples[len(samples)-1].invocation
		b.story = func() []string { return history.entries().invocation(slowest) }
	}
	return b
}

func (x *Expectations) isPercentile(p float64) bool {
	x.t.Helper()
	if p > 0 && p <= 100 {
		return true
	}
	x.fail(fmt.Sprintf("percentile %v: it must be over 0 and at most 100", p))
	return false
}

// set takes the percentile of samples, which it sorts, and fails the test if
// there are none.
func (b *DurationBound) set(samples []sample, percentile float64, one, many, how string) {
	b.x.t.Helper()
	if len(samples) == 0 {
		b.x.fail(append([]string{"expected " + b.what + ", but no " + one + " has " + how + " there"}, b.x.unfinished()...)...)
		return
	}
	slices.SortStableFunc(samples, func(a, b sample) int { return cmp.Compare(a.took, b.took) })
	total := int64(0)
	for _, s := range samples {
		total += s.weight
	}
	b.known, b.got = true, time.Duration(nearestRank(samples, total, percentile))
	spread := "of " + count(total, one, many) + ":"
	for _, p := range []float64{50, 90, 99, 100} {
		spread += fmt.Sprintf(" p%v %v", p, time.Duration(nearestRank(samples, total, p)))
	}
	b.rest = []string{spread}
}

// Below expects that it is shorter than d.
func (b *DurationBound) Below(d time.Duration) *Expectations {
	b.x.t.Helper()
	return b.check(b.got < d, fmt.Sprintf("below %v", d))
}

// AtMost expects that it is not longer than d.
func (b *DurationBound) AtMost(d time.Duration) *Expectations {
	b.x.t.Helper()
	return b.check(b.got <= d, fmt.Sprintf("of at most %v", d))
}

// Between expects that it is low or longer, and not longer than high.
func (b *DurationBound) Between(low, high time.Duration) *Expectations {
	b.x.t.Helper()
	return b.check(low <= b.got && b.got <= high, fmt.Sprintf("between %v and %v", low, high))
}

func (b *DurationBound) check(holds bool, want string) *Expectations {
	b.x.t.Helper()
	if holds || !b.known {
		return b.x
	}
	lines := append([]string{fmt.Sprintf("expected %s %s, got %v", b.what, want, b.got)}, b.rest...)
	b.x.fail(append(lines, b.story()...)...)
	return b.x
}

// sample is how long something took, weight times.
type sample struct {
	took, weight int64
	record       recordID // the first of them
	invocation   uint64
}

// nearestRank returns the percentile of sorted samples whose weights sum up to
// total: the smallest that is not below that share of them.
func nearestRank(samples []sample, total int64, percentile float64) int64 {
	const scale = 1e6 // in integers, so that 99.9 % of 1,000 are 999
	share := int64(math.Round(percentile * scale))
	rank := max((share*total+100*scale-1)/(100*scale), 1)
	for _, s := range samples {
		if rank -= s.weight; rank <= 0 {
			return s.took
		}
	}
	return samples[len(samples)-1].took
}

// latencies joins what was produced with what succeeded at a function.
func (t *tally) latencies(function string) []sample {
	var samples []sample
	produced := map[string]map[int32][]producedRange{}
	for key, d := range t.mappings {
		if d.function != function {
			continue
		}
		if produced[key.topic] == nil {
			produced[key.topic] = t.producedTo(key.topic)
		}
		for _, end := range d.ended {
			if end.outcome == journal.Succeeded {
				samples = joinProduced(samples, key, end, produced[key.topic][key.partition])
			}
		}
	}
	slices.SortFunc(samples, func(a, b sample) int { // maps have no order
		return cmp.Or(cmp.Compare(a.record.mapping, b.record.mapping), cmp.Compare(a.record.topic, b.record.topic),
			cmp.Compare(a.record.partition, b.record.partition), cmp.Compare(a.record.offset, b.record.offset))
	})
	return samples
}

// joinProduced appends a sample for each range of offsets that was produced at
// once and ended at once. ranges are in the order of offsets.
func joinProduced(samples []sample, key mappingPartition, end endedRange, ranges []producedRange) []sample {
	i, _ := slices.BinarySearchFunc(ranges, end.first, func(r producedRange, offset int64) int { return cmp.Compare(r.last, offset) })
	for ; i < len(ranges) && ranges[i].first <= end.last; i++ {
		first, last := max(ranges[i].first, end.first), min(ranges[i].last, end.last)
		samples = append(samples, sample{
			// The broker may hand records over before it has acknowledged them.
			took:   max(end.at-ranges[i].at, 0),
			weight: last - first + 1,
			record: recordID{mapping: key.mapping, topic: key.topic, partition: key.partition, offset: first},
		})
	}
	return samples
}

// durations returns those of the invocations of a function that have ended.
func (t *tally) durations(function string) []sample {
	var samples []sample
	for i, n := range t.invocations {
		if n.function == function && n.started >= 0 && n.ended >= 0 {
			samples = append(samples, sample{took: n.ended - n.started, weight: 1, invocation: uint64(i) + 1})
		}
	}
	return samples
}

// invocation returns what the journal says about an invocation.
func (k keptEntries) invocation(number uint64) []string {
	lines := []string{fmt.Sprintf("the slowest is invocation %d:", number)}
	for _, e := range k.all() {
		if e.Invocation == number && e.Kind != journal.Output {
			lines = append(lines, "  "+entryLine(e))
		}
	}
	return shorten(lines, storyLines)
}
