package order

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// brute finds violations straight from the definitions: every record against every
// other one, with everything remembered for ever.
type brute struct {
	domain      Domain
	records     []*bruteRecord
	byOffset    map[[2]int64]*bruteRecord
	batches     map[uint64]*bruteBatch
	invocations map[uint64]*bruteInvocation
	requests    map[uint64]uint64
	generation  map[int32]int
	begunIn     map[int32]int // newest generation with an invocation
	committed   map[int32]int64
	outputs     []bruteOutput
	keys        map[uint64]int32
	found       map[string]bool
	counts      map[string]int
}

type bruteRecord struct {
	broke             uint32 // rules, a bit each
	partition         int32
	offset            int64
	key               uint64
	rank              int64
	is                state
	filtered, handed  bool
	batch             uint64
	firstIn, lastIn   uint64 // invocations
	firstGen, lastGen int
	begun             bool
	succeeded         []bruteSuccess
}

type bruteSuccess struct {
	invocation uint64
	generation int
	apart      bool // by an old owner, which nobody takes note of
}

type bruteBatch struct {
	spans []journal.Entry
	last  uint64
}

type bruteInvocation struct {
	open   bool
	batch  uint64
	gave   []*bruteRecord
	owners map[int32]int
}

type bruteOutput struct {
	record     *bruteRecord
	partition  int32
	generation int
}

func newBrute(domain Domain) *brute {
	return &brute{domain: domain, byOffset: map[[2]int64]*bruteRecord{}, batches: map[uint64]*bruteBatch{}, invocations: map[uint64]*bruteInvocation{}, requests: map[uint64]uint64{},
		generation: map[int32]int{}, begunIn: map[int32]int{}, committed: map[int32]int64{}, keys: map[uint64]int32{},
		found: map[string]bool{}, counts: map[string]int{}}
}

func (b *brute) violate(r Rule, v *bruteRecord) {
	if v.broke>>r&1 == 0 {
		v.broke |= 1 << r
		b.counts[fmt.Sprintf("%s %s/%d", r.ID(), r, v.partition)]++
	}
}

// sameLane says whether two records are wanted in order.
func (b *brute) sameLane(x, y *bruteRecord) bool {
	switch b.domain {
	case ByTopic:
		return true
	case ByPartition:
		return x.partition == y.partition
	}
	return x.partition == y.partition && x.key == y.key && x.key != 0
}

// sameOwner says whether something of a generation counts now.
func (b *brute) sameOwner(v *bruteRecord, generation int) bool {
	return b.domain == ByTopic || generation == b.generation[v.partition]
}

func (b *brute) record(partition int32, offset int64) *bruteRecord {
	return b.byOffset[[2]int64{int64(partition), offset}]
}

func (b *brute) add(e *journal.Entry) {
	switch e.Kind {
	case journal.PartitionAssigned:
		b.generation[e.Partition]++
		b.committed[e.Partition] = e.First - 1
	case journal.PartitionRevoked:
		for _, v := range b.records {
			if v.partition == e.Partition && v.is == outstanding && !v.handed {
				v.is = left
			}
		}
	case journal.RecordsArrived:
		b.arrive(e)
	case journal.RecordsFiltered:
		v := b.record(e.Partition, e.First)
		v.filtered, v.is = true, ended
	case journal.BatchFormed:
		batch := &bruteBatch{spans: []journal.Entry{*e}}
		b.batches[e.Batch] = batch
		for _, v := range b.in(batch) {
			v.batch = e.Batch
		}
	case journal.EventQueued:
		b.requests[e.Request] = e.Batch
		for _, v := range b.in(b.batches[e.Batch]) {
			v.handed = true
		}
	case journal.InvocationStarted:
		b.started(e)
	case journal.InvocationEnded:
		b.invocationEnded(e)
	default:
		b.addEnd(e)
	}
}

func (b *brute) addEnd(e *journal.Entry) {
	switch e.Kind {
	case journal.RecordsProduced:
		b.produced(e)
	case journal.RecordsEnded:
		if batch := b.batches[e.Batch]; e.Invocation != 0 {
			for _, v := range b.in(batch) {
				if v.offset >= e.First && v.offset <= e.Last && v.batch == e.Batch {
					b.ended(v, e.Outcome, e.Invocation)
				}
			}
		}
	case journal.EventEnded:
		batch := b.batches[b.requests[e.Request]]
		for _, v := range b.in(batch) {
			b.ended(v, e.Outcome, batch.last)
		}
	case journal.OffsetCommitted:
		for _, v := range b.records {
			if v.partition == e.Partition && v.offset <= e.Last && v.offset > b.committed[e.Partition] && v.is == outstanding && !v.handed {
				b.violate(CommitPastOpen, v)
			}
		}
		b.committed[e.Partition] = max(b.committed[e.Partition], e.Last)
	}
}

func (b *brute) arrive(e *journal.Entry) {
	for i, k := range e.Each.Each {
		offset := e.First + int64(i)
		v := b.record(e.Partition, offset)
		if v == nil {
			v = &bruteRecord{partition: e.Partition, offset: offset, key: k.Key, rank: offset}
			if b.domain == ByTopic {
				v.rank = int64(k.Time)
			}
			b.records = append(b.records, v)
			b.byOffset[[2]int64{int64(e.Partition), offset}] = v
		}
		if v.is != outstanding || !v.handed {
			v.is, v.batch, v.handed, v.filtered = outstanding, 0, false, false
		}
		if other, ok := b.keys[k.Key]; k.Key != 0 && ok && other != e.Partition {
			if id := fmt.Sprint("key", k.Key); !b.found[id] {
				b.found[id] = true
				b.counts["O12 "+KeyInTwoPartitions.String()+"/-1"]++
			}
		} else if k.Key != 0 && !ok {
			b.keys[k.Key] = e.Partition
		}
	}
}

// in returns the records of a batch that are outstanding, in its order.
func (b *brute) in(batch *bruteBatch) []*bruteRecord {
	var found []*bruteRecord
	for _, s := range batch.spans {
		for o := s.First; o <= s.Last; o++ {
			if v := b.record(s.Partition, o); v != nil && v.is == outstanding && (v.batch == s.Batch || v.batch == 0) {
				found = append(found, v)
			}
		}
	}
	return found
}

func (b *brute) started(e *journal.Entry) {
	number := e.Batch
	if e.Request != 0 {
		number = b.requests[e.Request]
	}
	batch := b.batches[number]
	batch.last = e.Invocation
	i := &bruteInvocation{open: true, batch: number, owners: map[int32]int{}}
	b.invocations[e.Invocation] = i
	for _, v := range b.in(batch) {
		if v.batch != number {
			continue
		}
		b.begunIn[v.partition] = b.generation[v.partition]
		i.owners[v.partition] = b.generation[v.partition]
		b.deliver(v, e.Invocation)
		i.gave = append(i.gave, v)
	}
}

func (b *brute) deliver(v *bruteRecord, number uint64) {
	now := b.generation[v.partition]
	isFirst, isAgain := !v.begun, v.begun && v.lastGen == now
	if len(v.succeeded) > 0 && v.succeeded[0].generation != now {
		b.violate(DuplicateWindow, v)
	}
	for other, i := range b.invocations {
		if other == number || !i.open {
			continue
		}
		for _, u := range i.gave {
			if b.sameLane(u, v) {
				b.violate(ConcurrentKey, v)
				break
			}
		}
	}
	if isFirst {
		v.begun, v.firstIn, v.firstGen = true, number, now
	}
	v.lastIn, v.lastGen = number, now
	for _, u := range b.records {
		if u == v || !b.sameLane(u, v) {
			continue
		}
		later := u.rank > v.rank
		if isFirst && later && u.begun && u.firstIn != number && b.sameOwner(u, u.firstGen) {
			b.violate(StartedOutOfOrder, v)
		}
		if isAgain && later {
			for _, s := range u.succeeded {
				if !s.apart && b.sameOwner(u, s.generation) {
					b.violate(StaleRetry, v)
				}
			}
		}
		if b.domain != ByTopic && !later && u.is == outstanding {
			b.passes(v, u, isFirst && !u.begun, number)
		}
	}
}

// passes judges a record that is begun with past an earlier one that is outstanding.
func (b *brute) passes(v, earlier *bruteRecord, skips bool, number uint64) {
	if skips {
		b.violate(Skipped, v)
	}
	if earlier.lastIn != number {
		b.violate(Overtaken, v)
	}
}

func (b *brute) invocationEnded(e *journal.Entry) {
	i := b.invocations[e.Invocation]
	i.open = false
	for partition, owner := range i.owners {
		if owner == b.generation[partition] {
			continue
		}
		if b.begunIn[partition] > owner {
			b.counts[fmt.Sprintf("%s %s/%d", Zombie.ID(), Zombie, partition)]++
		}
		if e.Outcome != journal.Succeeded {
			continue
		}
		b.succeededApart(i, e.Invocation, partition, owner)
	}
}

// succeededApart is what an invocation of an old owner has done.
func (b *brute) succeededApart(i *bruteInvocation, invocation uint64, partition int32, owner int) {
	for _, v := range i.gave {
		if v.partition != partition || v.handed {
			continue
		}
		if len(v.succeeded) > 0 && v.is == ended {
			b.violate(HandledTwice, v)
		}
		if len(v.succeeded) == 0 && v.is != ended {
			v.succeeded = append(v.succeeded, bruteSuccess{invocation, owner, true})
		}
	}
}

func (b *brute) produced(e *journal.Entry) {
	v := b.invocations[e.Invocation].gave[e.Each.Origins[0]]
	if v.is != outstanding {
		return
	}
	for _, o := range b.outputs {
		if o.partition == e.Partition && b.sameLane(o.record, v) && o.record.rank > v.rank && b.sameOwner(v, o.generation) {
			b.violate(OutputDisorder, v)
		}
	}
	b.outputs = append(b.outputs, bruteOutput{v, e.Partition, b.generation[v.partition]})
}

func (b *brute) ended(v *bruteRecord, outcome journal.Outcome, invocation uint64) {
	if v.is != outstanding {
		return
	}
	for _, u := range b.records {
		if u == v || !b.sameLane(u, v) || u.rank <= v.rank {
			continue
		}
		for _, s := range u.succeeded {
			if s.invocation != invocation && !s.apart && b.sameOwner(u, s.generation) {
				b.violate(LateCompletion, v)
			}
		}
	}
	switch outcome {
	case journal.Dropped:
		b.violate(Lost, v)
	case journal.Succeeded:
		if len(v.succeeded) > 0 {
			b.violate(HandledTwice, v)
		}
		v.succeeded = append(v.succeeded, bruteSuccess{invocation, b.generation[v.partition], false})
	}
	v.is = ended
}

func (b *brute) end() map[string]int {
	for _, v := range b.records {
		switch {
		case v.is != outstanding && v.is != left, v.is == left && len(v.succeeded) > 0:
		case v.offset <= b.committed[v.partition]:
			b.violate(Lost, v)
		default:
			b.violate(Stuck, v)
		}
	}
	return b.counts
}
