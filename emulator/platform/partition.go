package platform

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// mapping is the state of an event source mapping.
type mapping struct {
	id         MappingID
	rules      *Mapping
	partitions []partition // by number; grown as they are assigned
	// lanes are what batches are formed of, by index: the partitions themselves, unless
	// each is driven in several lanes (lanes.go).
	lanes   []partition
	pollers []*poller
	active  int32 // how many of the pollers there are now; the others end what they have
	scaling scaling

	failedOpen    bool  // the warning of it was given
	creditRecords int32 // how much each partition may hold: handed over or granted
	creditBytes   int64
	warned        diagnostic // which warnings it has had
	removed       bool       // it gives up its partitions, and forms no batches
}

func newMapping(id MappingID, rules *Mapping) *mapping {
	mp := &mapping{
		id: id, rules: rules,
		active: max(rules.Pollers, 1),
	}
	if rules.Order != ByPartition {
		rules.Lanes = max(rules.Lanes, 1)
	}
	mp.setCredit()
	mp.scaling.timer.mapping = mp
	mp.growPollers()
	return mp
}

// partition is the state of one partition of a mapping, or of one of its lanes.
type partition struct {
	index      int32 // in lanes
	number     int32 // of the partition
	assignment int32
	assigned   bool
	revoking   bool

	queue queue
	start int64 // all below was removed by retention, as far as is known
	next  int64 // first offset that was not handed over yet
	done  int64 // all below is committed, or a commit was issued
	keep  int64 // at most done: payloads below are not needed any more
	batch *batch
	since int64 // when the batch window of what it has in its poller's line began

	completed    int64 // when the batch or invocation before completed
	hasCompleted bool  // there was one

	lined      int // how many of its records its poller's line counts; 0 = not in line
	linedBytes int64

	openRecords int32 // credit that is granted and not used
	openBytes   int64

	dealing
}

// position is the offset below which all is terminal.
func (p *partition) position() int64 {
	if p.batch != nil || p.queue.len() > 0 {
		return p.done
	}
	return p.next
}

// partition returns the partition with the assignment, or nil for a zombie.
func (mp *mapping) partition(index, assignment int32) *partition {
	if index < 0 || int(index) >= len(mp.partitions) {
		return nil
	}
	p := &mp.partitions[index]
	if !p.assigned || p.assignment != assignment {
		return nil
	}
	return p
}

func (m *Machine) partitionEntry(kind journal.Kind, mp *mapping, part int32) *journal.Entry {
	e := m.entry(kind)
	e.Mapping, e.Topic, e.Partition = mp.rules.Name, mp.rules.Topic, part
	e.Function = m.functions[mp.rules.Function].rules.Name
	return e
}

// maxPartitions bounds the numbers of partitions, far above what the broker of a
// laptop holds.
const maxPartitions = 1 << 17

func (m *Machine) assigned(in *Input) {
	mp := m.mappings[in.Mapping]
	if in.Partition < 0 || in.Partition >= maxPartitions {
		return
	}
	if m.growPartitions(mp, in.Partition); mp.partitions[in.Partition].assigned {
		m.lost(&Input{Mapping: in.Mapping, Partition: in.Partition, Assignment: mp.partitions[in.Partition].assignment})
	}
	p := &mp.partitions[in.Partition]
	*p = partition{
		index: in.Partition, number: in.Partition, assignment: in.Assignment, assigned: true,
		next: in.Offset, done: in.Offset, keep: in.Offset,
	}
	mp.beginLanes(p)
	m.partitionEntry(journal.PartitionAssigned, mp, in.Partition).First = in.Offset
	if m.draining || mp.removed {
		m.revoke(mp, p)
		return
	}
	m.grant(mp, p)
}

// growPartitions makes room for a partition. Lines of pollers hold indexes, and
// batches find partitions by index, so growing moves nothing they hold.
func (m *Machine) growPartitions(mp *mapping, index int32) {
	for int32(len(mp.partitions)) <= index {
		n := int32(len(mp.partitions))
		mp.partitions = append(mp.partitions, partition{index: n, number: n})
	}
	mp.growLanes()
}

func (m *Machine) revoked(in *Input) {
	mp := m.mappings[in.Mapping]
	if p := mp.partition(in.Partition, in.Assignment); p != nil {
		m.revoke(mp, p)
	}
}

// revoke takes a partition out of everything that is not running: a batch that
// waits for another try or for its environment goes on without it. What runs is
// let end.
func (m *Machine) revoke(mp *mapping, p *partition) {
	if p.revoking {
		return
	}
	p.revoking = true
	mp.giveUpQueues(p)
	m.settle(mp, p) // offsets of filtered records that waited for a commit
	lanes := mp.lanesOf(p)
	var goOn []*batch // with what they were split into
	for i := range lanes {
		lane := &lanes[i]
		if b := lane.batch; b != nil && b.mayLeave() {
			m.commitDone(mp, b, lane)
			m.leaveBatch(b, lane)
			if len(b.pieces) > 0 {
				goOn = append(goOn, b)
			} else {
				m.resettle(b)
			}
		}
	}
	m.releaseIfFree(mp, p) // journalled first, so that nobody takes its records for some of theirs
	for _, b := range goOn {
		m.resettle(b)
	}
}

// commitDone commits what is done of a partition that leaves its batch, as far as
// nothing before it is left, so that the next owner of the partition does not
// repeat it: after a partial response, or where records ended for their age. If
// nothing is left, what was filtered behind it is done too.
func (m *Machine) commitDone(mp *mapping, b *batch, p *partition) {
	if mp.rules.Order != ByPartition {
		m.commitLeft(mp, b, p)
		return
	}
	offset, left := p.done, false
	if b.replays != 0 { // its records are done
		if p.queue.len() == 0 && p.next > p.done {
			m.commit(mp, p, p.next)
		}
		return
	}
	for i := range b.parts {
		if b.parts[i].partition == p.number && !b.parts[i].left {
			offset = b.parts[i].last + 1
		}
	}
	for _, spans := range [...][]Span{b.spans, b.later} {
		for i := range spans {
			if spans[i].Partition == p.number {
				offset, left = min(offset, spans[i].First), true
			}
		}
	}
	if !left && p.queue.len() == 0 {
		offset = max(offset, p.next)
	}
	if offset > p.done {
		m.commit(mp, p, offset)
	}
}

// giveUpQueues leaves what is in no batch to the next owner of the partition: it
// counts as not handed over, so that no commit passes it.
func (mp *mapping) giveUpQueues(p *partition) {
	lanes := mp.lanesOf(p)
	for i := range lanes {
		lane := &lanes[i]
		lane.revoking = true
		mp.pollerOf(lane).leave(lane)
		if lane.queue.len() > 0 {
			p.next = min(p.next, lane.queue.at(0).Offset)
		}
		lane.queue.clear()
	}
}

func (m *Machine) releaseIfFree(mp *mapping, p *partition) {
	if !p.revoking || mp.isBusy(p) {
		return
	}
	m.partitionEntry(journal.PartitionRevoked, mp, p.number).Reason = "released"
	m.act(Action{Kind: Release, Mapping: mp.id, Partition: p.number, Assignment: p.assignment})
	mp.end(p)
}

// lost ends an assignment without waiting: what is in flight of it goes on, but
// is a zombie.
func (m *Machine) lost(in *Input) {
	mp := m.mappings[in.Mapping]
	p := mp.partition(in.Partition, in.Assignment)
	if p == nil {
		return
	}
	revoking := p.revoking
	mp.giveUpQueues(p)
	mp.end(p)
	p.revoking = revoking
	m.partitionEntry(journal.PartitionRevoked, mp, p.number).Reason = "lost"
	lanes := mp.lanesOf(p)
	for i := range lanes {
		lane := &lanes[i]
		if b := lane.batch; b != nil {
			m.leaveBatch(b, lane)
			if b.mayLeave() {
				m.resettle(b)
			}
		}
	}
}

// Takes reports whether the records of an Arrived are taken: whether the partition is
// assigned by that number and is not being revoked.
func (m *Machine) Takes(in *Input) bool {
	p := m.mappings[in.Mapping].partition(in.Partition, in.Assignment)
	return p != nil && !p.revoking
}

func (m *Machine) arrived(in *Input) {
	mp := m.mappings[in.Mapping]
	p := mp.partition(in.Partition, in.Assignment)
	if p == nil {
		return
	}
	var bytes int64
	for i := range in.Records {
		bytes += int64(in.Records[i].Size)
	}
	p.openRecords -= int32(len(in.Records))
	p.openBytes -= bytes
	if p.revoking {
		return
	}
	if len(in.Records) > 0 {
		m.expire(mp, p, min(in.LogStart, in.Records[0].Offset))
	}
	var filtered Span
	for i := range in.Records {
		// Below next stands what was declared expired while it was on its way.
		if r := &in.Records[i]; r.Offset >= p.next {
			p.next = r.Offset + 1
			plain := !r.Filtered && r.FailedOpen == 0 && filtered.Records == 0
			if plain || m.filter(mp, p, &filtered, r) {
				p.queue.push(*r)
				if mp.rules.Order != ByPartition {
					mp.deal(p, r)
				}
			}
		}
	}
	m.endFiltered(mp, p, &filtered)
	p.next = max(p.next, in.Offset)
	m.expire(mp, p, in.LogStart)
	if !mp.waitsFor(in) {
		m.settle(mp, p)
	}
	m.join(mp, p)
	m.watch(mp, p)
	m.grant(mp, p) // for those that were no use any more
}

func (m *Machine) logStarted(in *Input) {
	mp := m.mappings[in.Mapping]
	if in.Partition < 0 || int(in.Partition) >= len(mp.partitions) {
		return
	}
	if p := &mp.partitions[in.Partition]; p.assigned && !p.revoking {
		m.expire(mp, p, in.LogStart)
		m.settle(mp, p)
	}
}

// expire ends the records below start that retention removed before they were
// handed over. How many of the offsets were records cannot be known any more;
// they count as one each.
func (m *Machine) expire(mp *mapping, p *partition, start int64) {
	if p.start = max(p.start, start); start <= p.next {
		return
	}
	e := m.partitionEntry(journal.RecordsExpired, mp, p.number)
	e.First, e.Last, e.Records, e.Outcome = p.next, start-1, int32(min(start-p.next, 1<<31-1)), journal.Expired
	e.Reason = "retention removed them before they were handled"
	p.next = start
}

// commitEnded commits a batch whose last record is at last, and what was filtered
// behind it.
func (m *Machine) commitEnded(mp *mapping, p *partition, last int64) {
	if mp.rules.Order != ByPartition {
		m.commitPrefix(mp, mp.whole(p))
		return
	}
	offset := last + 1
	if p.queue.len() == 0 {
		offset = max(offset, p.next)
	}
	m.commit(mp, p, offset)
}

// settle commits what needs no invocation once nothing is before it: expired
// records and transaction markers.
func (m *Machine) settle(mp *mapping, p *partition) {
	if mp.rules.Order != ByPartition {
		m.commitPrefix(mp, p)
		return
	}
	if p.batch != nil || p.queue.len() > 0 || p.next <= p.done {
		return
	}
	m.commit(mp, p, p.next)
}

func (m *Machine) commit(mp *mapping, p *partition, offset int64) {
	p.done = offset
	if mp.rules.onReload() != ReplayLast {
		p.keep = offset
		p.keep = mp.kept(p) // less while another lane replays
	}
	m.act(Action{Kind: Commit, Mapping: mp.id, Partition: p.number, Assignment: p.assignment, Offset: offset, Keep: mp.kept(p)})
}

func (m *Machine) committed(in *Input) {
	mp := m.mappings[in.Mapping]
	kind := journal.OffsetCommitted
	if in.Err != "" {
		kind = journal.CommitFailed
	}
	e := m.partitionEntry(kind, mp, in.Partition)
	e.Last, e.Reason = in.Offset-1, in.Err
}

// grant tops the credit of a partition up when at least half of it is used, so
// that orders stay few.
func (m *Machine) grant(mp *mapping, p *partition) {
	if p.revoking || m.draining || mp.removed {
		return
	}
	records := mp.creditRecords - p.openRecords - int32(p.queue.len())
	bytes := mp.creditBytes - p.openBytes - p.queue.bytes
	if records < mp.creditRecords/2 && bytes < mp.creditBytes/2 {
		return
	}
	if records, bytes = max(records, 0), max(bytes, 0); records == 0 && bytes == 0 {
		return
	}
	p.openRecords += records
	p.openBytes += bytes
	m.act(Action{Kind: Want, Mapping: mp.id, Partition: p.number, Assignment: p.assignment, Records: records, Bytes: bytes})
}
