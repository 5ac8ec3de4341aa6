package emulatortest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// NoLoss expects that nothing was lost on the way. For each event source mapping
// and each record of its topic, from the offset on at which the mapping began:
//
//   - it ended, having succeeded, having gone to the on-failure topic or having
//     been left out by a filter: it was not dropped, did not expire, and is not still outstanding;
//   - it ended once. Where the partition was assigned anew, which delivers again
//     what had not been committed, once for each assignment;
//   - its offset was not committed before it had ended.
//
// Records that retention has removed count too. Those of aborted transactions
// do not.
func (x *Expectations) NoLoss() *Expectations {
	x.t.Helper()
	history := x.evidence.settled()
	var losses []loss
	topics := map[string]topicRecords{}
	for _, m := range x.evidence.mappings() {
		if _, read := topics[m.topic]; !read {
			topics[m.topic] = x.owed(history, m.topic)
		}
		losses = append(losses, lossesAt(history, m, topics[m.topic])...)
	}
	left := x.unfinished()
	if len(losses) == 0 && len(left) == 0 {
		return x
	}
	lines := []string{"expected every record to end well and once at every mapping, and be committed after that; got:"}
	for i, l := range losses {
		if i == lossesListed {
			lines = append(lines, "  and "+count(int64(len(losses)-i), "range more", "ranges more"))
			break
		}
		lines = append(lines, "  "+l.String())
	}
	lines = append(lines, left...)
	entries := history.entries()
	for i := 0; i < min(len(losses), storiesTold); i++ {
		lines = append(lines, entries.story(losses[i].first())...)
	}
	x.fail(lines...)
	return x
}

// lossesListed is how many ranges a failure of NoLoss lists.
const lossesListed = 20

// loss is records of a partition that did not come through a mapping well.
type loss struct {
	mapping, topic string
	partition      int32
	offsets        offsetRange
	what           string
}

type offsetRange struct{ first, last int64 }

func (l loss) String() string {
	return fmt.Sprintf("%s: %s (%s): %s", l.mapping, rangeOf(l.topic, l.partition, l.offsets.first, l.offsets.last),
		countRecords(l.offsets.last-l.offsets.first+1), l.what)
}

func (l loss) first() recordID {
	return recordID{mapping: l.mapping, topic: l.topic, partition: l.partition, offset: l.offsets.first}
}

// topicRecords is the offsets of each partition, as ranges without gaps.
type topicRecords map[int32][]offsetRange

// owed returns the records of a topic that its mappings must bring to an end:
// those that exist, and those that retention removed.
func (x *Expectations) owed(h *history, topic string) topicRecords {
	owed := existing(x.evidence.Records(topic))
	h.read(func(t *tally) {
		for p, ranges := range t.producedTo(topic) {
			start := t.logStart[topicPartition{topic, p}]
			for _, r := range ranges {
				if last := min(r.last, start-1); r.first <= last {
					owed[p] = append(owed[p], offsetRange{r.first, last})
				}
			}
		}
	})
	for p := range owed {
		owed[p] = joined(owed[p])
	}
	return owed
}

// existing makes ranges of records, which are partition by partition in the
// order of offsets.
func existing(records []*kgo.Record) topicRecords {
	found := topicRecords{}
	for _, r := range records {
		ranges := found[r.Partition]
		if n := len(ranges); n > 0 && ranges[n-1].last == r.Offset-1 {
			ranges[n-1].last = r.Offset
			continue
		}
		found[r.Partition] = append(ranges, offsetRange{r.Offset, r.Offset})
	}
	return found
}

// joined sorts ranges and joins those that overlap or touch.
func joined(ranges []offsetRange) []offsetRange {
	slices.SortFunc(ranges, func(a, b offsetRange) int { return cmp.Compare(a.first, b.first) })
	out := ranges[:0]
	for _, r := range ranges {
		if n := len(out); n > 0 && r.first <= out[n-1].last+1 {
			out[n-1].last = max(out[n-1].last, r.last)
			continue
		}
		out = append(out, r)
	}
	return out
}

// lossesAt returns what a mapping lost of the records it owes, by partition and
// offset.
func lossesAt(h *history, m mappingInfo, owed topicRecords) []loss {
	var of map[int32]deliveryTally
	h.read(func(t *tally) { of = t.deliveries(m.name, m.topic) })
	var losses []loss
	for _, p := range slices.Sorted(maps.Keys(owed)) {
		d := of[p]
		for _, piece := range d.pieces(owed[p]) {
			what := d.wrong(piece)
			if what == "" {
				continue
			}
			if n := len(losses); n > 0 && losses[n-1].partition == p && losses[n-1].what == what &&
				losses[n-1].offsets.last == piece.first-1 {
				losses[n-1].offsets.last = piece.last
				continue
			}
			losses = append(losses, loss{mapping: m.name, topic: m.topic, partition: p, offsets: piece.offsetRange, what: what})
		}
	}
	return losses
}

// piece is records that all had the same fate: how they ended, in the order in
// which they did.
type piece struct {
	offsetRange
	ends []endedRange
}

// pieces cuts the records that are owed where anything begins or ends. What is
// below the position of the first assignment is not owed.
func (d deliveryTally) pieces(owed []offsetRange) []piece {
	cuts := []int64{d.start}
	for _, r := range owed {
		cuts = append(cuts, r.first, r.last+1)
	}
	for _, r := range d.ended {
		cuts = append(cuts, r.first, r.last+1)
	}
	for _, c := range d.commits {
		cuts = append(cuts, c.last+1)
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	ended := slices.Clone(d.ended)
	slices.SortStableFunc(ended, func(a, b endedRange) int { return cmp.Compare(a.first, b.first) })
	var pieces []piece
	var open []endedRange
	for i := 0; i+1 < len(cuts); i++ {
		at := offsetRange{cuts[i], cuts[i+1] - 1}
		for len(ended) > 0 && ended[0].first <= at.first {
			open, ended = append(open, ended[0]), ended[1:]
		}
		open = slices.DeleteFunc(open, func(r endedRange) bool { return r.last < at.first })
		for len(owed) > 0 && owed[0].last < at.first {
			owed = owed[1:]
		}
		if len(owed) > 0 && owed[0].first <= at.first && at.first >= d.start {
			pieces = append(pieces, piece{at, inOrder(open)})
		}
	}
	return pieces
}

func inOrder(ends []endedRange) []endedRange {
	ends = slices.Clone(ends)
	slices.SortFunc(ends, func(a, b endedRange) int { return cmp.Compare(a.order, b.order) })
	return ends
}

// wrong says what is wrong with the fate of records, "" if nothing is.
func (d deliveryTally) wrong(p piece) string {
	i, _ := slices.BinarySearchFunc(d.commits, p.first, func(c commitMark, offset int64) int { return cmp.Compare(c.last, offset) })
	committed := i < len(d.commits)
	switch {
	case len(p.ends) == 0 && d.assignments == 0:
		return "in no terminal state: the partition was never assigned"
	case len(p.ends) == 0 && committed:
		return "in no terminal state, but committed"
	case len(p.ends) == 0:
		return "in no terminal state"
	}
	times := 0
	for i, end := range p.ends {
		if end.outcome != journal.Succeeded && end.outcome != journal.DeadLettered && end.outcome != journal.Filtered {
			return end.outcome.String()
		}
		if i > 0 && end.assignment == p.ends[i-1].assignment {
			times++
		}
	}
	if times > 0 {
		return fmt.Sprintf("ended %d times in one assignment", times+1)
	}
	if committed && d.commits[i].order < p.ends[0].order {
		return "committed before it had ended"
	}
	return ""
}
