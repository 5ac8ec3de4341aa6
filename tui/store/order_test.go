package store_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// script writes entries of one mapping and partition of which each record is a batch.
type script struct {
	view  *store.View
	batch uint64
	at    int64
}

func newScript() *script { return &script{view: store.New(nil)} }

func (s *script) add(e journal.Entry) {
	s.at += 1e6
	e.At, e.Seq, e.Mapping, e.Function, e.Topic = s.at, s.view.Seq+1, "ship", "ship", "orders"
	s.view.Add(&e)
}

func (s *script) arrive(offset int64, key uint64) {
	s.add(journal.Entry{Kind: journal.RecordsArrived, First: offset, Last: offset, Records: 1, Each: &journal.Records{Each: []journal.Known{{Key: key}}}})
}

// begin has an invocation begin with records.
func (s *script) begin(first, last int64) uint64 {
	s.batch++
	n := int32(last - first + 1)
	s.add(journal.Entry{Kind: journal.BatchFormed, Batch: s.batch, First: first, Last: last, Records: n})
	s.add(journal.Entry{Kind: journal.InvocationStarted, Batch: s.batch, Invocation: s.batch + 100, Environment: uint32(s.batch % 7), Attempt: 1,
		First: first, Last: last, Records: n, Reason: journal.Warm})
	return s.batch
}

// finish ends the invocation of a batch with an output for each record.
func (s *script) finish(batch uint64, first, last int64) {
	n := int32(last - first + 1)
	s.add(journal.Entry{Kind: journal.InvocationEnded, Batch: batch, Invocation: batch + 100, Outcome: journal.Succeeded, First: first, Last: last, Records: n})
	each := journal.NewRecords(int(n))
	for i := range n {
		each.Origins = append(each.Origins, i)
	}
	out := journal.Entry{Kind: journal.RecordsProduced, Invocation: batch + 100, Records: n, Last: int64(n - 1), Reason: "output", Each: each}
	s.add(out)
	s.add(journal.Entry{Kind: journal.RecordsEnded, Batch: batch, Invocation: batch + 100, First: first, Last: last, Records: n, Outcome: journal.Succeeded})
}

func (s *script) partition() *store.OrderPartition { return s.view.Order.Mapping("ship").Partitions[0] }

func TestOrderOfOneOvertake(t *testing.T) {
	s := newScript()
	for o := range int64(3) {
		s.arrive(o, uint64(7+o%2))
	}
	a, b, c := s.begin(0, 0), s.begin(1, 1), s.begin(2, 2)
	s.finish(b, 1, 1)
	if h := s.partition().Head(); h == nil || h.Offset != 0 {
		t.Errorf("got head %+v, want offset 0", h)
	}
	s.finish(c, 2, 2)
	s.finish(a, 0, 0)
	p := s.partition()
	r := p.Record(0)
	if r == nil || r.Late != 2 || !r.KeyLate || r.Done != 3 || r.Made != 3 || r.Environment != 1 || p.Worst != 2 || p.Head() != nil {
		t.Fatalf("got %+v, worst %d, head %v", r, p.Worst, p.Head())
	}
	var by []int64
	p.Overtakers(r, func(o *store.OrderRecord) bool { by = append(by, o.Offset); return true })
	if len(by) != 2 || by[0] != 1 || by[1] != 2 {
		t.Errorf("got overtakers %v, want 1 and 2", by)
	}
	v := s.view.Order.Found[order.ByKey].Of("ship", 0, r)
	if v == nil || v.Rule != order.LateCompletion || v.Later.Record.Offset != 2 || v.Fix == "" {
		t.Errorf("got %+v", v)
	}
	if batch, ok := s.view.Order.Batch(a); !ok || batch.State != store.BatchOver || batch.Invocation != a+100 {
		t.Errorf("got batch %+v, %v", batch, ok)
	}
}

// TestOrderCountsAsBruteForce lets records end in any order, and counts again.
func TestOrderCountsAsBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newScript()
		type open struct {
			batch       uint64
			first, last int64
		}
		var all []open
		var ended []int64 // offsets, in the order in which they ended
		next, worst := int64(0), int32(0)
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "arrive") || len(all) == 0 {
				first := next
				for next < first+rapid.Int64Range(1, 5).Draw(t, "size") {
					s.arrive(next, rapid.Uint64Range(1, 4).Draw(t, "key"))
					next++
				}
				all = append(all, open{s.begin(first, next-1), first, next - 1})
				continue
			}
			i := rapid.IntRange(0, len(all)-1).Draw(t, "which")
			b := all[i]
			all = append(all[:i], all[i+1:]...)
			s.finish(b.batch, b.first, b.last)
			for o := b.first; o <= b.last; o++ {
				late := int32(0)
				for _, other := range ended {
					if other > o {
						late++
					}
				}
				worst = max(worst, late)
				ended = append(ended, o)
				if r := s.partition().Record(o); r.Late != late || r.Done != uint64(len(ended)) || r.Made != r.Done {
					t.Fatalf("record %d: got %+v, want %d late, ended as %d", o, r, late, len(ended))
				}
			}
		}
		p := s.partition()
		if p.Worst != worst || p.Completed != uint64(len(ended)) || s.view.Order.Completed != p.Completed {
			t.Fatalf("got worst %d, %d ended; want %d, %d", p.Worst, p.Completed, worst, len(ended))
		}
		for d := range order.Domain(store.Domains) {
			report := s.view.Order.Report(d)
			if p.Counts[d] != report.Disordered || s.view.Order.Tally(d).Disordered != report.Disordered {
				t.Fatalf("by %s: got %d, the report has %d", d, p.Counts[d], report.Disordered)
			}
			for level, column := range store.StripColumns {
				sum := uint64(0)
				for at := int64(0); at <= s.at; at += column {
					sum += uint64(p.Strip(level, at)[d])
				}
				if sum != report.Disordered {
					t.Fatalf("by %s, level %d: got %d in the strip, want %d", d, level, sum, report.Disordered)
				}
			}
		}
		if head := p.Head(); (head == nil) != (len(all) == 0) {
			t.Fatalf("got head %+v with %d batches open", head, len(all))
		} else if head != nil {
			for _, b := range all {
				if b.first < head.Offset {
					t.Fatalf("got head %d, want %d", head.Offset, b.first)
				}
			}
		}
	})
}

func TestOrderCloneStands(t *testing.T) {
	s := newScript()
	s.arrive(0, 7)
	s.arrive(1, 7)
	a, b := s.begin(0, 0), s.begin(1, 1)
	found, held := s.view.Order.Found[0].Total, s.view.Clone()
	s.finish(b, 1, 1)
	s.finish(a, 0, 0)
	p := held.Order.Mapping("ship").Partitions[0]
	if r := p.Record(0); r.Done != 0 || p.Completed != 0 || held.Order.Found[0].Total != found || held.Order.Violations() != 1 {
		t.Errorf("got %+v, %d ended, %d found", r, p.Completed, held.Order.Found[0].Total)
	}
	if got, _ := held.Order.Batch(a); got.State != store.BatchRunning {
		t.Errorf("got batch %+v", got)
	}
	if s.view.Order.Violations() <= 1 {
		t.Errorf("got %d violations in the view that went on", s.view.Order.Violations())
	}
}

func TestOrderHoldsOfManyRecordsTheNewest(t *testing.T) {
	s := newScript()
	const n = 20_000
	for o := range int64(n) {
		s.arrive(o, uint64(o%100)+1)
		if o%10 == 9 {
			s.finish(s.begin(o-9, o), o-9, o)
		}
	}
	p := s.partition()
	if p.Next() != n || p.First() < n-4096 || p.Record(0) != nil || p.Record(n-1) == nil || p.Worst != 0 || p.Completed != n {
		t.Errorf("got %d to %d, worst %d, %d ended", p.First(), p.Next(), p.Worst, p.Completed)
	}
}

// TestOrderAfterRebalance hands a partition out again: what ended before is not late now,
// and nothing waits while nobody has it.
func TestOrderAfterRebalance(t *testing.T) {
	s := newScript()
	for o := range int64(3) {
		s.arrive(o, 7)
	}
	a := s.begin(0, 0)
	s.finish(a, 0, 0)
	s.add(journal.Entry{Kind: journal.PartitionRevoked})
	if h := s.partition().Head(); h != nil || s.partition().Assigned {
		t.Errorf("got head %+v of a partition that was revoked", h)
	}
	s.add(journal.Entry{Kind: journal.PartitionAssigned})
	for o := range int64(3) {
		s.arrive(o, 7)
	}
	if h := s.partition().Head(); h == nil || h.Offset != 1 {
		t.Errorf("got head %+v, want offset 1", h)
	}
	s.finish(s.begin(0, 2), 0, 2)
	p := s.partition()
	if p.Worst != 0 || p.Completed != 3 || p.Record(0).Done != 1 || p.Record(0).Batch != a {
		t.Errorf("got worst %d, %d ended, %+v", p.Worst, p.Completed, p.Record(0))
	}
}

func TestOrderForgetsWhatIsOpenWhenEntriesAreMissing(t *testing.T) {
	s := newScript()
	for o := range int64(4) {
		s.arrive(o, 7)
	}
	a := s.begin(0, 3)
	s.view.Miss(5)
	s.finish(a, 0, 3)
	p := s.partition()
	if p.Record(0) != nil || p.Head() != nil || p.Worst != 0 || p.Completed != 0 {
		t.Errorf("got %+v, head %+v, %d ended", p.Record(0), p.Head(), p.Completed)
	}
	s.arrive(4, 7)
	s.finish(s.begin(4, 4), 4, 4)
	if r := p.Record(4); r == nil || r.Done != 1 || r.Late != 0 {
		t.Errorf("got %+v behind the gap", r)
	}
}

// TestOrderHeadPassesGaps has offsets that no record has, as transactions leave.
func TestOrderHeadPassesGaps(t *testing.T) {
	s := newScript()
	s.arrive(10, 7)
	s.finish(s.begin(10, 10), 10, 10)
	s.arrive(13, 7)
	s.arrive(15, 7)
	s.finish(s.begin(13, 13), 13, 13)
	if h := s.partition().Head(); h == nil || h.Offset != 15 {
		t.Errorf("got head %+v, want offset 15", h)
	}
}

// TestOnlyWhatSucceedsOvertakes has later records filtered and dropped while an earlier one
// is handled: no record is late for that, on this screen as on the screen Events.
func TestOnlyWhatSucceedsOvertakes(t *testing.T) {
	s := newScript()
	for o := range int64(4) {
		s.arrive(o, 7)
	}
	first, second := s.begin(0, 0), s.begin(1, 1)
	s.add(journal.Entry{Kind: journal.RecordsFiltered, First: 2, Last: 2, Records: 1, Outcome: journal.Filtered})
	s.add(journal.Entry{Kind: journal.RecordsEnded, Batch: second, Invocation: second + 100, First: 1, Last: 1, Records: 1, Outcome: journal.Dropped})
	s.finish(first, 0, 0)
	p := s.partition()
	if r := p.Record(0); r == nil || r.Late != 0 || r.KeyLate || p.Worst != 0 || p.Completed != 3 {
		t.Errorf("got %+v, worst %d, %d ended", r, p.Worst, p.Completed)
	}
	if n := s.view.Order.Report(order.ByPartition).Count(order.LateCompletion); n != 0 {
		t.Errorf("the check of order finds %d late", n)
	}
}
