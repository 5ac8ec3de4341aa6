package main

import (
	"math"
	"time"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
)

// never is earlier than any event time, and far enough from the end of the
// integers that a grace can be taken off.
const never = math.MinInt64 / 4

// partition is what the ledger knows of one input partition.
type partition struct {
	// clock is the latest event time seen in it.
	clock int64
	// passed is the event time up to which it is known to have nothing more.
	passed int64
}

// auction is an item that is open, and its bids so far.
type auction struct {
	item market.Item
	// notBefore is the earliest event time of a bid that counts.
	notBefore int64
	counted   map[string]struct{} // ids of the bids that count
	best      *market.Bid
}

// waitingBid is a bid whose item has not come yet. clock is that of its partition
// when it came.
type waitingBid struct {
	bid   market.Bid
	clock int64
}

// ledger is the stateful part of the auction, as a pure state machine: items and
// bids in, completed auctions out. It has no clock, no goroutine and no I/O; it
// is not safe for concurrent use. All times are event times in milliseconds.
//
// Its result does not depend on how fast, or in which order, the partitions are
// read, because every decision follows from one partition alone:
//
//   - A record is late if, before it in its own partition, there is one that is
//     later than the auction's end plus the grace. Late records do not count.
//   - An auction is closed when every partition has passed its end plus the
//     grace. All that comes for it after that would be late.
//   - A bid counts if it is not late, was made before the end, and at most early
//     before the item. Until the item comes, it waits.
//
// A partition without records would hold up the others, so the ledger can be told
// that nothing is under way to it. Then, and up to the latest event time seen
// anywhere by then, it counts as passed. If that is told wrongly, what comes from
// it is late although nothing in its own partition says so: that alone would
// depend on timing (see quiet.go).
//
// All records of an item must be in one partition of their topic, that is, their
// key must be the item's id. Of several items with one id, the first that is not
// late counts; so it is with bids.
type ledger struct {
	grace, early int64
	partitions   []partition
	// watermark is the event time that has passed everywhere.
	watermark int64
	// seen are all items that were ever open: an item is auctioned once. It is
	// what grows, by some hundred bytes an item.
	seen    map[string]struct{}
	open    map[string]*auction
	waiting map[string][]waitingBid
	closing dueHeap // open auctions, by their end
	leaving dueHeap // waiting bids, by their event time
	dropped dropped
}

// dropped counts what did not count, and why.
type dropped struct{ lateItems, lateBids, afterEnd, beforeItem, duplicates, orphans int }

// newLedger returns a ledger for a number of input partitions; they are numbered
// from 0. Grace is how late a record may be, early by how much a bid may precede
// its item.
func newLedger(partitions int, grace, early time.Duration) *ledger {
	l := &ledger{
		grace:      grace.Milliseconds(),
		early:      early.Milliseconds(),
		partitions: make([]partition, partitions),
		watermark:  never,
		seen:       map[string]struct{}{},
		open:       map[string]*auction{},
		waiting:    map[string][]waitingBid{},
	}
	for i := range l.partitions {
		l.partitions[i] = partition{never, never}
	}
	return l
}

// Item takes the next record of an items partition.
func (l *ledger) Item(p int, item market.Item) {
	clock := l.tick(p, item.Time)
	if _, again := l.seen[item.Item]; again {
		l.dropped.duplicates++
		return
	}
	if max(clock, l.watermark)-l.grace > item.Expires {
		l.dropped.lateItems++
		return
	}
	// Bids wait until the watermark is early and grace past them, and the
	// watermark is at most clock. For an item that is later than that, those that
	// may have left are not counted, whether they left or not.
	a := &auction{
		item:      item,
		notBefore: max(item.Time-l.early, clock-l.early-l.grace),
		counted:   map[string]struct{}{},
	}
	l.seen[item.Item] = struct{}{}
	l.open[item.Item] = a
	l.closing.add(item.Expires, item.Item)
	for _, w := range l.waiting[item.Item] {
		l.count(a, w)
	}
	delete(l.waiting, item.Item)
}

// Bid takes the next record of a bids partition.
func (l *ledger) Bid(p int, bid market.Bid) {
	w := waitingBid{bid, l.tick(p, bid.Time)}
	if a := l.open[bid.Item]; a != nil {
		l.count(a, w)
		return
	}
	if _, over := l.seen[bid.Item]; over {
		l.dropped.lateBids++
		return
	}
	l.waiting[bid.Item] = append(l.waiting[bid.Item], w)
	l.leaving.add(bid.Time, bid.Item)
}

// Read says that all that was submitted until now and goes to a partition has
// been handed to the ledger.
func (l *ledger) Read(p int) { l.partitions[p].passed = l.latest() }

// Holds says whether a partition is behind another one.
func (l *ledger) Holds(p int) bool { return l.partitions[p].time() < l.latest() }

// Advance closes the auctions that are over and returns them by end and id. It
// may be called at any time.
func (l *ledger) Advance() []market.Completed {
	l.watermark = l.earliest()
	var completed []market.Completed
	for l.closing.before(l.watermark - l.grace) {
		id := l.closing.take().item
		completed = append(completed, l.open[id].result())
		delete(l.open, id)
	}
	for l.leaving.before(l.watermark - l.early - l.grace) {
		d := l.leaving.take()
		l.leave(d.item, d.at)
	}
	return completed
}

// tick moves a partition's clock and returns what it was before.
func (l *ledger) tick(p int, at int64) (before int64) {
	before = l.partitions[p].clock
	l.partitions[p].clock = max(before, at)
	return before
}

// time is the event time that has passed in a partition.
func (p partition) time() int64 { return max(p.clock, p.passed) }

// earliest is the event time that has passed in every partition.
func (l *ledger) earliest() int64 {
	at := int64(math.MaxInt64)
	for _, p := range l.partitions {
		at = min(at, p.time())
	}
	return at
}

// latest is the latest event time seen in any partition.
func (l *ledger) latest() int64 {
	at := int64(never)
	for _, p := range l.partitions {
		at = max(at, p.clock)
	}
	return at
}

// count adds a bid to an auction if it counts.
func (l *ledger) count(a *auction, w waitingBid) {
	_, duplicate := a.counted[w.bid.ID]
	switch {
	case duplicate:
		l.dropped.duplicates++
	case w.clock-l.grace > a.item.Expires:
		l.dropped.lateBids++
	case w.bid.Time >= a.item.Expires:
		l.dropped.afterEnd++
	case w.bid.Time < a.notBefore:
		l.dropped.beforeItem++
	default:
		a.counted[w.bid.ID] = struct{}{}
		if a.best == nil || better(w.bid, *a.best) {
			a.best = &w.bid
		}
	}
}

// leave gives up the bids on an item that were made at a time.
func (l *ledger) leave(item string, at int64) {
	stay := l.waiting[item][:0]
	for _, w := range l.waiting[item] {
		if w.bid.Time > at {
			stay = append(stay, w)
			continue
		}
		l.dropped.orphans++
	}
	if len(stay) == 0 {
		delete(l.waiting, item)
		return
	}
	l.waiting[item] = stay
}

// better says whether bid a beats b: the higher one, of equals the earlier one,
// of these the one with the lower id, so that there is never a tie.
func better(a, b market.Bid) bool {
	switch {
	case a.Amount != b.Amount:
		return a.Amount > b.Amount
	case a.Time != b.Time:
		return a.Time < b.Time
	}
	return a.ID < b.ID
}

// result is what becomes of an auction, from nothing but its item and bids.
func (a *auction) result() market.Completed {
	c := market.Completed{
		Item: a.item.Item, Name: a.item.Name, Category: a.item.Category, Seller: a.item.Seller,
		Bids: len(a.counted), Expires: a.item.Expires,
	}
	if a.best != nil && a.best.Amount >= a.item.Reserve {
		c.Sold, c.Winner, c.Price = true, a.best.Bidder, a.best.Amount
	}
	return c
}
