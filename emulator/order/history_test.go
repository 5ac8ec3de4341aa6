package order

import (
	"math/rand/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// script writes the entries of a run that a test makes up.
type script struct {
	entries                    []journal.Entry
	now                        int64
	batch, invocation, request uint64
}

func (s *script) add(e journal.Entry) {
	s.now += 1e6
	e.Seq, e.At = uint64(len(s.entries)+1), s.now
	s.entries = append(s.entries, e)
}

func about(kind journal.Kind, partition int32, first, last int64) journal.Entry {
	return journal.Entry{Kind: kind, Mapping: "m", Function: "f", Topic: "in", Partition: partition, First: first, Last: last,
		Records: int32(last - first + 1)}
}

func (s *script) assign(partition int32, from int64) {
	s.add(about(journal.PartitionAssigned, partition, from, from))
}

func (s *script) revoke(partition int32) { s.add(about(journal.PartitionRevoked, partition, 0, 0)) }

// arrive hands records over with the offsets from first on; times are the offsets unless
// given.
func (s *script) arrive(partition int32, first int64, keys ...uint64) {
	each := &journal.Records{}
	for i, k := range keys {
		each.Each = append(each.Each, journal.Known{Key: k, Offset: int32(i), Time: int32(first) + int32(i)})
	}
	e := about(journal.RecordsArrived, partition, first, first+int64(len(keys))-1)
	e.Each = each
	s.add(e)
}

func (s *script) form(partition int32, first, last int64, reason string) uint64 {
	s.batch++
	return s.more(s.batch, partition, first, last, reason)
}

func (s *script) more(batch uint64, partition int32, first, last int64, reason string) uint64 {
	e := about(journal.BatchFormed, partition, first, last)
	e.Batch, e.Reason = batch, reason
	s.add(e)
	return batch
}

func (s *script) start(batch uint64, attempt int32, how string) uint64 {
	s.invocation++
	s.add(journal.Entry{Kind: journal.InvocationStarted, Mapping: "m", Function: "f", Batch: batch, Invocation: s.invocation,
		Environment: uint32(s.invocation%5 + 1), Attempt: attempt, Reason: how})
	return s.invocation
}

func (s *script) finish(batch, invocation uint64, outcome journal.Outcome) {
	s.add(journal.Entry{Kind: journal.InvocationEnded, Mapping: "m", Function: "f", Batch: batch, Invocation: invocation, Outcome: outcome})
}

func (s *script) end(batch, invocation uint64, partition int32, first, last int64, outcome journal.Outcome) {
	e := about(journal.RecordsEnded, partition, first, last)
	e.Batch, e.Invocation, e.Outcome = batch, invocation, outcome
	s.add(e)
}

func (s *script) commit(partition int32, last int64) {
	s.add(about(journal.OffsetCommitted, partition, 0, last))
}

// checked is what a checker with the options finds in the entries.
func (s *script) checked(options Options) *Report {
	c := New(options)
	for i := range s.entries {
		c.Add(&s.entries[i])
	}
	return c.End()
}

// chaos makes a random run of a platform without rules: batches of any records, any
// number at once, ended in any order, tried again or not, with owners that change.
type chaos struct {
	script
	r     *rand.Rand
	parts []*chaosPartition
	open  []*chaosBatch
	tidy  bool // one batch of a partition at a time, from the front, committed when it is done
}

type chaosPartition struct {
	index           int32
	keys            []uint64 // by offset
	times           []int32
	queued          map[int64]bool // in the asynchronous queue
	next, committed int64
	seen            int64 // the first that never arrived
	filtered        map[int64]bool
	free            map[int64]bool // arrived, and in no batch
	gone            map[int64]bool // ended
}

type chaosBatch struct {
	number, invocation, request uint64
	part                        *chaosPartition
	attempt                     int32
	left                        []int64
	first, last                 int64
	running, lost               bool
}

func newChaos(seed uint64, tidy bool) *chaos {
	h := &chaos{r: rand.New(rand.NewPCG(seed, 6)), tidy: tidy}
	for i := range 1 + h.r.IntN(3) {
		p := &chaosPartition{index: int32(i), committed: -1, free: map[int64]bool{}, gone: map[int64]bool{}, queued: map[int64]bool{}, filtered: map[int64]bool{}}
		for range 40 {
			p.keys = append(p.keys, uint64(h.r.IntN(5)))
			p.times = append(p.times, int32(h.r.IntN(60)))
		}
		h.parts = append(h.parts, p)
		h.assign(p.index, 0)
	}
	for range 30 + h.r.IntN(120) {
		h.step()
	}
	return h
}

func (h *chaos) step() {
	p := h.parts[h.r.IntN(len(h.parts))]
	switch n := h.r.IntN(20); {
	case n < 4:
		h.bring(p)
	case n < 9:
		h.newBatch(p)
	case n < 17 && len(h.open) > 0:
		h.goOn(h.open[h.r.IntN(len(h.open))])
	case n == 17 && !h.tidy:
		if last := p.committed + int64(h.r.IntN(4)); last < p.next {
			h.commit(p.index, last)
			p.committed = max(p.committed, last)
		}
	case n == 18 && h.r.IntN(3) == 0 && !h.tidy:
		h.rebalance(p)
	}
}

func (h *chaos) bring(p *chaosPartition) {
	n := min(int64(1+h.r.IntN(6)), int64(len(p.keys))-p.next)
	if n <= 0 {
		return
	}
	first := p.next
	h.arrive(p.index, first, p.keys[first:first+n]...)
	for i := range n {
		h.entries[len(h.entries)-1].Each.Each[i].Time = p.times[first+i]
	}
	for o := first; o < first+n; o++ {
		p.free[o] = !p.queued[o]
	}
	p.next += n
	if h.r.IntN(4) == 0 && n > p.seen-first {
		p.filtered[max(first, p.seen)+int64(h.r.IntN(int(min(n, first+n-p.seen))))] = true
	}
	p.seen = max(p.seen, first+n)
	for o := first; o < first+n; o++ {
		if !p.filtered[o] || p.queued[o] {
			continue
		}
		e := about(journal.RecordsFiltered, p.index, o, o)
		e.Outcome = journal.Filtered
		h.add(e)
		delete(p.free, o)
		p.gone[o] = true
	}
}

func (h *chaos) newBatch(p *chaosPartition) {
	first := int64(-1)
	for o := p.committed + 1; o < p.next; o++ {
		if p.free[o] && (h.tidy || h.r.IntN(3) > 0) {
			first = o
			break
		}
	}
	if first < 0 {
		return
	}
	if h.tidy {
		for _, b := range h.open {
			if b.part == p {
				return
			}
		}
	}
	b := &chaosBatch{part: p, first: first}
	for o := first; o < p.next && len(b.left) < 4 && (p.free[o] || p.filtered[o]); o++ {
		if p.free[o] {
			b.left, b.last = append(b.left, o), o
			delete(p.free, o)
		}
	}
	b.number = h.form(p.index, b.first, b.last, "size")
	if !h.tidy && h.r.IntN(4) == 0 {
		h.queue(b)
	}
	h.open = append(h.open, b)
}

// queue hands a batch over to the asynchronous queue.
func (h *chaos) queue(b *chaosBatch) {
	h.request++
	b.request = h.request
	e := about(journal.EventQueued, b.part.index, b.first, b.last)
	e.Batch, e.Request = b.number, b.request
	h.add(e)
	for _, o := range b.left {
		b.part.queued[o] = true
	}
	h.end(b.number, 0, b.part.index, b.first, b.last, journal.Succeeded)
}

func (h *chaos) goOn(b *chaosBatch) {
	if !b.running {
		b.attempt++
		b.invocation = h.start(b.number, b.attempt, []string{journal.Cold, journal.Warm}[h.r.IntN(2)])
		if b.request != 0 {
			e := &h.entries[len(h.entries)-1]
			e.Batch, e.Mapping, e.Request = 0, "", b.request
		}
		b.running = true
		h.output(b)
		return
	}
	b.running = false
	outcome := []journal.Outcome{journal.Succeeded, journal.Succeeded, journal.FunctionError, journal.PartlyFailed}[h.r.IntN(4)]
	if outcome == journal.PartlyFailed && (len(b.left) < 2 || b.request != 0 || h.tidy) {
		outcome = journal.Succeeded
	}
	h.finish(b.number, b.invocation, outcome)
	switch {
	case b.lost:
		h.close(b)
	case outcome == journal.Succeeded:
		h.over(b, b.left, journal.Succeeded)
	case outcome == journal.PartlyFailed:
		n := 1 + h.r.IntN(len(b.left)-1)
		done := b.left[len(b.left)-n:]
		b.left = b.left[:len(b.left)-n]
		h.ended(b, done, journal.Succeeded)
		if h.r.IntN(4) == 0 {
			h.over(b, b.left, journal.DeadLettered)
		}
	case h.r.IntN(3) == 0:
		h.over(b, b.left, []journal.Outcome{journal.Dropped, journal.DeadLettered}[h.r.IntN(2)])
	}
}

// output produces what comes of one of the records of a batch.
func (h *chaos) output(b *chaosBatch) {
	if h.r.IntN(3) > 0 || b.request != 0 {
		return
	}
	at := h.r.IntN(len(b.left))
	if h.tidy {
		at = len(b.left) - 1
	}
	h.add(journal.Entry{Kind: journal.RecordsProduced, Mapping: "m", Function: "f", Invocation: b.invocation, Reason: "output", Topic: "out",
		Partition: int32(h.r.IntN(2)), Records: 1, Each: &journal.Records{Each: []journal.Known{{}}, Origins: []int32{int32(at)}}})
}

func (h *chaos) ended(b *chaosBatch, records []int64, outcome journal.Outcome) {
	for _, o := range records {
		b.part.gone[o] = true
	}
	h.end(b.number, b.invocation, b.part.index, records[0], records[len(records)-1], outcome)
}

func (h *chaos) over(b *chaosBatch, records []int64, outcome journal.Outcome) {
	if b.request == 0 {
		h.ended(b, records, outcome)
	} else {
		for _, o := range records {
			b.part.gone[o] = true
			delete(b.part.queued, o)
		}
		h.add(journal.Entry{Kind: journal.EventEnded, Function: "f", Request: b.request, Outcome: outcome})
	}
	h.close(b)
	if h.tidy {
		b.part.committed = b.last
		h.commit(b.part.index, b.last)
	}
}

func (h *chaos) close(b *chaosBatch) {
	for i, other := range h.open {
		if other == b {
			h.open = append(h.open[:i], h.open[i+1:]...)
			return
		}
	}
}

// rebalance gives a partition to another owner, who begins behind what is committed.
func (h *chaos) rebalance(p *chaosPartition) {
	h.revoke(p.index)
	for i := len(h.open) - 1; i >= 0; i-- {
		b := h.open[i]
		if b.part != p || b.request != 0 {
			continue
		}
		if b.lost = true; !b.running {
			h.close(b)
		}
	}
	for _, b := range h.open {
		if b.part == p && b.request != 0 && p.committed < b.last {
			p.committed = b.last // what was handed over is not read again
		}
	}
	h.assign(p.index, p.committed+1)
	p.next, p.free = p.committed+1, map[int64]bool{}
	p.gone = map[int64]bool{}
}
