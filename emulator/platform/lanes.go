package platform

import "math"

// A partition can be driven in lanes, so that several of its batches are in flight at
// once. The cloud has no such thing for Kafka: a partition is handled in order there
// (ByPartition). It is the question what would become of a stream if it were driven as
// Kinesis does with a ParallelizationFactor (ByKey: the order of a key is kept), or as
// Knative does with delivery.order unordered and the Confluent Parallel Consumer with
// ordering UNORDERED (Unordered).
//
// A lane is a partition to all that forms, tries and ends batches: it has a queue, a
// window and a batch of its own, which is retried, split, held and sent away on its own,
// and never shares a batch with another lane. To all outside of the machine there is the
// partition only: it is assigned, has credit, is committed and released as a whole.
//
//   - Records are dealt as they come (deal), in the order of their offsets, so that a
//     lane has its own in that order. A batch of one is in spans without gaps: no span,
//     and no journal entry with a range, holds records of another lane.
//   - What is committed is the contiguous prefix: all below the lowest record of any lane
//     that is not terminal. What is done above that is done again by the next owner of
//     the partition. (Kinesis: the checkpoint is the lowest unfinished; Parallel Consumer
//     and Knative commit as here. Parallel Consumer notes in the metadata of its commit
//     what is done above, which is not emulated.)
//   - The records above the prefix, terminal or not, are in the queue of the partition,
//     by which its credit counts: three batches a lane. So a slow lane stops the others
//     when that is used up, and not before. How far the others get on AWS is not
//     documented.
//   - Batches in flight of all lanes count at the poller, which may have as many as it
//     may without lanes, times the lanes: 5 partitions with 10 lanes each.

// Order is what of a partition is handled in order.
type Order uint8

// The orders. ByPartition is that of Kafka. ByKey has two records of one key never in
// flight together; records without a key are dealt round robin. Unordered keeps no order.
const (
	ByPartition Order = iota
	ByKey
	Unordered
)

// dealing is whose turn it is to get a record of a partition. With ByKey that is about
// records without a key; with Unordered it is the lane whose chunk is not full, and
// chunk how many more it may get.
type dealing struct{ turn, chunk int32 }

// setCredit sets how much of each partition the machine holds or has asked for: two
// batches beside the one in flight. Where it is driven in lanes, what is in flight is
// counted with it.
func (mp *mapping) setCredit() {
	r := mp.rules
	batches := int64(2)
	if r.Order != ByPartition {
		batches = 3 * int64(r.Lanes)
	}
	mp.creditRecords = int32(min(batches*int64(r.BatchSize), math.MaxInt32))
	mp.creditBytes = batches * r.PayloadMax
}

// concurrency is how many batches a poller may have in flight.
func (r *Mapping) concurrency() int32 {
	if r.Order == ByPartition {
		return r.PollerConcurrency
	}
	return int32(min(int64(r.PollerConcurrency)*int64(r.Lanes), math.MaxInt32))
}

// growLanes makes the lanes of new partitions.
func (mp *mapping) growLanes() {
	r := mp.rules
	if r.Order == ByPartition {
		mp.lanes = mp.partitions
		return
	}
	for len(mp.lanes) < len(mp.partitions)*int(r.Lanes) {
		n := int32(len(mp.lanes))
		mp.lanes = append(mp.lanes, partition{index: n, number: n / r.Lanes})
	}
}

// lanesOf returns the lanes of a partition: itself, where it has no others.
func (mp *mapping) lanesOf(p *partition) []partition {
	if mp.rules.Order == ByPartition {
		return mp.lanes[p.number : p.number+1]
	}
	n := mp.rules.Lanes
	return mp.lanes[p.number*n : (p.number+1)*n]
}

// whole returns the partition that a lane is of.
func (mp *mapping) whole(lane *partition) *partition { return &mp.partitions[lane.number] }

// beginLanes assigns the lanes of a partition with it.
func (mp *mapping) beginLanes(p *partition) {
	if mp.rules.Order == ByPartition {
		return
	}
	lanes := mp.lanesOf(p)
	for i := range lanes {
		lane := &lanes[i]
		*lane = partition{index: lane.index, number: p.number, assignment: p.assignment, assigned: true}
	}
}

// end ends the assignment of a partition and of its lanes.
func (mp *mapping) end(p *partition) {
	p.assigned = false
	p.queue.clear()
	lanes := mp.lanesOf(p)
	for i := range lanes {
		lanes[i].assigned = false
	}
}

// deal gives a record to a lane: by its key, whose hash is that of the journal, or else
// in chunks of a batch to the lane that has least. A chunk ends early when its lane has
// begun a batch: what comes then must not wait for that while another lane is free.
func (mp *mapping) deal(p *partition, r *RecordMeta) {
	n, lanes := mp.rules.Lanes, mp.lanesOf(p)
	switch {
	case mp.rules.Order == ByKey && r.KeyHash != 0:
		lanes[mix(r.KeyHash)%uint64(n)].queue.push(*r)
	case mp.rules.Order == ByKey:
		lanes[p.turn].queue.push(*r)
		p.turn = (p.turn + 1) % n
	default:
		if p.chunk == 0 || lanes[p.turn].batch != nil {
			p.turn, p.chunk = leastOf(lanes), mp.rules.BatchSize
		}
		p.chunk--
		lanes[p.turn].queue.push(*r)
	}
}

// leastOf is the first of the lanes that have least to do.
func leastOf(lanes []partition) int32 {
	least, fewest := 0, math.MaxInt
	for i := range lanes {
		records := lanes[i].queue.len()
		if b := lanes[i].batch; b != nil {
			records += int(b.parts[0].records)
		}
		if records < fewest {
			least, fewest = i, records
		}
	}
	return int32(least)
}

// closedLane says which lane in line has a batch that is closed, and by which limit, ""
// if none has: the first one, if its window has ended, so that none is overtaken for
// ever, or else the first one that is full.
func (m *Machine) closedLane(mp *mapping, pl *poller) (at int, why string) {
	if m.now >= mp.lanes[pl.line[0]].since+mp.rules.Window {
		if why = mp.fullBy(pl.line[0]); why == "" {
			why = "window"
		}
		return 0, why
	}
	for i, index := range pl.line {
		if why = mp.fullBy(index); why != "" {
			return i, why
		}
	}
	return 0, ""
}

// fullBy says which limit a lane's queue fills, "" if none.
func (mp *mapping) fullBy(lane int32) string {
	r, q := mp.rules, &mp.lanes[lane].queue
	switch {
	case q.len() >= int(r.BatchSize):
		return "size"
	case q.bytes+r.PayloadBase+r.PayloadPartition >= r.PayloadMax:
		return "payload"
	}
	return ""
}

// addRuns adds the first n records of a lane's queue, in spans without gaps.
func (b *batch) addRuns(lane *partition, n int) {
	for i := range n {
		offset := lane.queue.at(i).Offset
		if last := len(b.spans) - 1; last >= 0 && b.spans[last].Last+1 == offset {
			b.spans[last].Last++
			b.spans[last].Records++
			continue
		}
		b.spans = append(b.spans, Span{Partition: lane.number, First: offset, Last: offset, Records: 1})
	}
	b.formed = append(b.formed, b.spans...)
}

// named appends to spans what a partial response names, as far as the batch still has
// it. A response may name from one record to another: of what lies between, a lane has
// only what is in its spans.
func (m *Machine) named(b *batch, spans, from []Span) []Span {
	if m.mappings[b.mapping].rules.Order == ByPartition {
		return b.held(spans, from)
	}
	for _, s := range from {
		for _, own := range b.spans {
			if own.Partition != s.Partition || own.Last < s.First || own.First > s.Last {
				continue
			}
			own.First, own.Last = max(own.First, s.First), min(own.Last, s.Last)
			own.Records = int32(own.Last - own.First + 1)
			spans = append(spans, own)
		}
	}
	return spans
}

// commitPrefix commits a partition up to the lowest record that is open in any of its
// lanes, if that is further than before.
func (m *Machine) commitPrefix(mp *mapping, p *partition) {
	offset := p.next
	lanes := mp.lanesOf(p)
	for i := range lanes {
		if offset = min(offset, mp.lowestOpen(&lanes[i])); offset <= p.done {
			return
		}
	}
	m.commit(mp, p, offset)
	for p.queue.len() > 0 && p.queue.at(0).Offset < offset {
		p.queue.drop(1, int64(p.queue.at(0).Size))
	}
	m.grant(mp, p)
}

// lowestOpen is the offset of the first record of a lane that is not terminal, or the
// highest number. With ReplayLast a batch stays as a whole until it ends: it may be
// asked for again.
func (mp *mapping) lowestOpen(lane *partition) int64 {
	lowest := int64(math.MaxInt64)
	if lane.queue.len() > 0 {
		lowest = lane.queue.at(0).Offset
	}
	b := lane.batch
	switch {
	case b == nil || b.replays != 0:
		return lowest
	case mp.rules.onReload() == ReplayLast:
		return min(lowest, b.parts[0].first)
	}
	return min(lowest, b.lowestOpen())
}

func (b *batch) lowestOpen() int64 {
	lowest := int64(math.MaxInt64)
	for _, spans := range [...][]Span{b.spans, b.later} {
		for i := range spans {
			lowest = min(lowest, spans[i].First)
		}
	}
	return lowest
}

// commitLeft commits what is done of a partition of which a lane leaves its batch. What
// is not is left to the next owner: it counts as not handed over.
func (m *Machine) commitLeft(mp *mapping, b *batch, lane *partition) {
	p := mp.whole(lane)
	if b.replays == 0 {
		p.next = min(p.next, b.lowestOpen())
	}
	m.commitPrefix(mp, p)
}

// kept is from where on payloads of a partition are kept with a commit: those of a
// replay of one lane are needed while other lanes go on.
func (mp *mapping) kept(p *partition) int64 {
	if mp.rules.Order == ByPartition {
		return p.keep
	}
	keep := min(p.keep, p.done)
	lanes := mp.lanesOf(p)
	for i := range lanes {
		if b := lanes[i].batch; b != nil && b.replays != 0 {
			keep = min(keep, b.parts[0].first)
		}
	}
	return keep
}

// isBusy says whether a batch of a partition is in flight.
func (mp *mapping) isBusy(p *partition) bool {
	lanes := mp.lanesOf(p)
	for i := range lanes {
		if lanes[i].batch != nil {
			return true
		}
	}
	return false
}

// isReplaying says whether one of them is a replay.
func (mp *mapping) isReplaying(p *partition) bool {
	lanes := mp.lanesOf(p)
	for i := range lanes {
		if b := lanes[i].batch; b != nil && b.replays != 0 {
			return true
		}
	}
	return false
}

// isBehind says whether a whole batch of a partition waits.
func (mp *mapping) isBehind(p *partition) bool {
	lanes := mp.lanesOf(p)
	for i := range lanes {
		if mp.holdsBatch(&lanes[i]) {
			return true
		}
	}
	return false
}

// GoesOn says whether something of a partition that is not done yet needs no new
// revision (OnReload): of its lanes, one that waits for nothing else.
func (m *Machine) GoesOn(id MappingID, number int32) bool {
	mp := m.mappings[id]
	if number < 0 || int(number) >= len(mp.partitions) {
		return false
	}
	lanes := mp.lanesOf(&mp.partitions[number])
	for i := range lanes {
		lane := &lanes[i]
		if b := lane.batch; b != nil && b.state != batchHeld || b == nil && lane.queue.len() > 0 {
			return true
		}
	}
	return false
}
