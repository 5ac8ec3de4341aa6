package main

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
)

const second = int64(1000)

func item(id string, at, expires, reserve int64) market.Item {
	return market.Item{ID: "item " + id, Item: id, Name: "lamp", Seller: 1, Category: 10, Reserve: reserve, Time: at, Expires: expires}
}

func bid(id, item string, at, amount int64) market.Bid {
	return market.Bid{ID: id, Item: item, Bidder: 7, Amount: amount, Time: at}
}

// settle hands entries, items to partition 0 and bids to partition 1, to a
// ledger with 2 s of grace and 10 s of earliness, passes everything and returns
// what came out.
func settle(t *testing.T, passUntil int64, entries ...any) (*ledger, []market.Completed) {
	t.Helper()
	l := newLedger(2, 2*time.Second, 10*time.Second)
	for _, e := range entries {
		switch e := e.(type) {
		case market.Item:
			l.Item(0, e)
		case market.Bid:
			l.Bid(1, e)
		}
		if early := l.Advance(); len(early) != 0 {
			t.Fatalf("closed before the end was passed: %+v", early)
		}
	}
	l.Item(0, item("last", passUntil, passUntil+second, 0))
	l.Read(1)
	return l, l.Advance()
}

func TestLedgerDecides(t *testing.T) {
	lamp := item("lamp", 0, 10*second, 500)
	unsold := market.Completed{Item: "lamp", Name: "lamp", Category: 10, Seller: 1, Expires: 10 * second}
	sold := func(price int64, bids int) market.Completed {
		c := unsold
		c.Sold, c.Winner, c.Price, c.Bids = true, 7, price, bids
		return c
	}
	withBids := func(bids int) market.Completed { c := unsold; c.Bids = bids; return c }
	for _, test := range []struct {
		name    string
		entries []any
		want    market.Completed
		dropped dropped
	}{
		{"no bid", []any{lamp}, unsold, dropped{}},
		{"a bid at the reserve", []any{lamp, bid("a", "lamp", 1, 500)}, sold(500, 1), dropped{}},
		{"a bid below the reserve", []any{lamp, bid("a", "lamp", 1, 499)}, withBids(1), dropped{}},
		{"the highest of three", []any{lamp, bid("a", "lamp", 1, 600), bid("b", "lamp", 2, 800), bid("c", "lamp", 3, 700)}, sold(800, 3), dropped{}},
		{"a bid before its item came", []any{bid("a", "lamp", 1, 600), lamp}, sold(600, 1), dropped{}},
		{"a bid made before the item", []any{bid("a", "lamp", 0, 600), item("lamp", 9*second, 10*second, 500)}, sold(600, 1), dropped{}},
		{"a bid made too long before", []any{bid("a", "lamp", -2*second, 600), item("lamp", 9*second, 10*second, 500)}, unsold, dropped{beforeItem: 1}},
		{"a bid at the last moment", []any{lamp, bid("a", "lamp", 10*second-1, 600)}, sold(600, 1), dropped{}},
		{"a bid at the end", []any{lamp, bid("a", "lamp", 10*second, 600)}, unsold, dropped{afterEnd: 1}},
		{"the same bid twice", []any{lamp, bid("a", "lamp", 1, 600), bid("a", "lamp", 1, 600)}, sold(600, 1), dropped{duplicates: 1}},
		{"the same bid twice before its item", []any{bid("a", "lamp", 1, 600), bid("a", "lamp", 1, 600), lamp}, sold(600, 1), dropped{duplicates: 1}},
		{"the same item twice", []any{lamp, item("lamp", 0, 60*second, 0), bid("a", "lamp", 1, 600)}, sold(600, 1), dropped{duplicates: 1}},
		{"a bid within the grace", []any{lamp, bid("z", "other", 12*second, 1), bid("a", "lamp", 1, 600)}, sold(600, 1), dropped{orphans: 1}},
		{"a bid after the grace", []any{lamp, bid("z", "other", 12*second+1, 1), bid("a", "lamp", 1, 600)}, unsold, dropped{lateBids: 1, orphans: 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l, got := settle(t, 60*second, test.entries...)
			if !slices.Equal(got, []market.Completed{test.want}) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if l.dropped != test.dropped {
				t.Errorf("dropped: got %+v, want %+v", l.dropped, test.dropped)
			}
		})
	}
}

func TestLedgerBreaksTies(t *testing.T) {
	bids := []market.Bid{
		{ID: "late", Item: "lamp", Bidder: 1, Amount: 600, Time: 5},
		{ID: "b", Item: "lamp", Bidder: 2, Amount: 600, Time: 4},
		{ID: "a", Item: "lamp", Bidder: 3, Amount: 600, Time: 4},
		{ID: "low", Item: "lamp", Bidder: 4, Amount: 599, Time: 1},
	}
	rapid.Check(t, func(rt *rapid.T) {
		l := newLedger(2, 0, time.Second)
		l.Item(0, item("lamp", 0, 100, 0))
		for _, b := range rapid.Permutation(bids).Draw(rt, "order") {
			l.Bid(1, b)
		}
		l.Item(0, item("last", 200, 300, 0))
		l.Read(1)
		if got := l.Advance(); len(got) != 1 || got[0].Winner != 3 {
			rt.Fatalf("got %+v, want the earliest of the highest, with the lowest id: bidder 3", got)
		}
	})
}

func TestLedgerClosesWhenEveryPartitionHasPassed(t *testing.T) {
	l := newLedger(3, 2*time.Second, 10*time.Second)
	l.Item(0, item("lamp", 0, 10*second, 0))
	l.Item(0, item("last", 60*second, 61*second, 0))
	l.Bid(1, bid("a", "lamp", 12*second, 1))
	l.Bid(2, bid("b", "lamp", 60*second, 1))
	if got := l.Advance(); len(got) != 0 {
		t.Fatalf("partition 1 is at the end of the grace, not past it; closed %+v", got)
	}
	l.Bid(1, bid("c", "x", 12*second+1, 1))
	if got := l.Advance(); len(got) != 1 || got[0].Item != "lamp" {
		t.Fatalf("every partition is past the grace: got %+v, want lamp", got)
	}
}

func TestLedgerQuietPartitionHoldsUntilRead(t *testing.T) {
	l := newLedger(3, 2*time.Second, 10*time.Second)
	l.Item(0, item("lamp", 0, 10*second, 0))
	l.Bid(1, bid("a", "lamp", 20*second, 1))
	l.Item(0, item("rug", 20*second, 30*second, 0))
	if got := l.Advance(); len(got) != 0 || !l.Holds(2) || l.Holds(0) {
		t.Fatalf("got %+v, holds %v, %v; want the quiet partition 2 to hold", got, l.Holds(2), l.Holds(0))
	}
	l.Read(2)
	if got := l.Advance(); len(got) != 1 || got[0].Item != "lamp" {
		t.Fatalf("got %+v, want lamp", got)
	}
	// What was read until then says nothing about later.
	l.Item(0, item("vase", 50*second, 60*second, 0))
	l.Bid(1, bid("b", "vase", 50*second, 1))
	if got := l.Advance(); len(got) != 0 {
		t.Fatalf("partition 2 has not passed the end of rug; closed %+v", got)
	}
	l.Bid(2, bid("c", "rug", 25*second, 5))
	l.Read(2)
	if got := l.Advance(); len(got) != 1 || got[0].Price != 5 {
		t.Fatalf("got %+v, want rug for 5", got)
	}
}

func TestLedgerForgetsBidsWithoutItem(t *testing.T) {
	l := newLedger(2, time.Second, 10*time.Second)
	const n = 10_000
	most := 0
	for i := range int64(n) {
		at := i * 100
		l.Bid(1, bid(fmt.Sprint(i), fmt.Sprint("gone", i%7), at, 1))
		l.Item(0, item(fmt.Sprint("item", i), at, at+second, 0))
		l.Advance()
		waiting := 0
		for _, bids := range l.waiting {
			waiting += len(bids)
		}
		most = max(most, waiting)
	}
	// 11 s of 10 bids a second, and the one that is just coming.
	if most < 110 || most > 112 {
		t.Errorf("most bids waiting: got %d, want about 111", most)
	}
	if len(l.open) > 25 || len(l.closing.entries) > 25 || len(l.leaving.entries) > 112 {
		t.Errorf("left: %d open, %d closing, %d leaving", len(l.open), len(l.closing.entries), len(l.leaving.entries))
	}
}

// entry is a record of an input partition: an item, or a bid.
type entry struct {
	item *market.Item
	bid  *market.Bid
}

func (e entry) time() int64 {
	if e.item != nil {
		return e.item.Time
	}
	return e.bid.Time
}

// drawLogs draws the input partitions: items in the first ones, bids in the
// rest, each in order of time but for some disorder.
func drawLogs(t *rapid.T) [][]entry {
	itemLogs, bidLogs := rapid.IntRange(1, 3).Draw(t, "item partitions"), rapid.IntRange(1, 3).Draw(t, "bid partitions")
	logs := make([][]entry, itemLogs+bidLogs)
	number := rapid.Int64Range(0, 9)
	at := rapid.Int64Range(0, 1000)
	for range rapid.IntRange(0, 25).Draw(t, "items") {
		n, begin := number.Draw(t, "item"), at.Draw(t, "begin")
		i := item(fmt.Sprint(n), begin, begin+rapid.Int64Range(1, 200).Draw(t, "length"), rapid.Int64Range(0, 9).Draw(t, "reserve"))
		p := int(n) % itemLogs
		logs[p] = append(logs[p], entry{item: &i})
	}
	for range rapid.IntRange(0, 60).Draw(t, "bids") {
		n := number.Draw(t, "bid on")
		b := bid(fmt.Sprint("b", rapid.IntRange(0, 40).Draw(t, "bid")), fmt.Sprint(n), at.Draw(t, "time"), rapid.Int64Range(0, 12).Draw(t, "amount"))
		b.Bidder = rapid.IntRange(1, 5).Draw(t, "bidder")
		p := itemLogs + int(n)%bidLogs
		logs[p] = append(logs[p], entry{bid: &b})
	}
	disorder := rapid.Int64Range(0, 150)
	for _, log := range logs {
		place := map[entry]int64{}
		for _, e := range log {
			place[e] = e.time() + disorder.Draw(t, "disorder")
		}
		slices.SortStableFunc(log, func(a, b entry) int { return cmp.Compare(place[a], place[b]) })
	}
	return logs
}

// reference says what must come out of the logs, one record at a time and
// without any thought of speed.
func reference(logs [][]entry, grace, early int64) []market.Completed {
	type listed struct {
		item   market.Item
		before int64 // latest time in its partition before it
	}
	items, latest := map[string]listed{}, int64(never)
	for _, log := range logs {
		before := int64(never)
		for _, e := range log {
			if e.item != nil && before <= e.item.Expires+grace {
				if _, again := items[e.item.Item]; !again {
					items[e.item.Item] = listed{*e.item, before}
				}
			}
			before = max(before, e.time())
			latest = max(latest, before)
		}
	}
	var completed []market.Completed
	for _, l := range items {
		if l.item.Expires+grace >= latest {
			continue
		}
		c := market.Completed{Item: l.item.Item, Name: l.item.Name, Category: l.item.Category, Seller: l.item.Seller, Expires: l.item.Expires}
		var bids []market.Bid
		for _, log := range logs {
			before := int64(never)
			for _, e := range log {
				if b := e.bid; b != nil && b.Item == l.item.Item && before <= l.item.Expires+grace &&
					b.Time < l.item.Expires && b.Time >= l.item.Time-early && b.Time >= l.before-early-grace &&
					!slices.ContainsFunc(bids, func(o market.Bid) bool { return o.ID == b.ID }) {
					bids = append(bids, *b)
				}
				before = max(before, e.time())
			}
		}
		c.Bids = len(bids)
		slices.SortFunc(bids, func(a, b market.Bid) int {
			return cmp.Or(cmp.Compare(b.Amount, a.Amount), cmp.Compare(a.Time, b.Time), cmp.Compare(a.ID, b.ID))
		})
		if len(bids) > 0 && bids[0].Amount >= l.item.Reserve {
			c.Sold, c.Winner, c.Price = true, bids[0].Bidder, bids[0].Amount
		}
		completed = append(completed, c)
	}
	slices.SortFunc(completed, func(a, b market.Completed) int {
		return cmp.Or(cmp.Compare(a.Expires, b.Expires), cmp.Compare(a.Item, b.Item))
	})
	return completed
}

// TestLedgerResultIsThatOfTheLogs reads the same partitions in a random order
// and at random speeds: steps of any size, a partition far ahead of another,
// partitions passed at any time after their end.
func TestLedgerResultIsThatOfTheLogs(t *testing.T) {
	var closed, sold int
	rapid.Check(t, func(t *rapid.T) {
		logs := drawLogs(t)
		grace, early := rapid.Int64Range(0, 60).Draw(t, "grace"), rapid.Int64Range(0, 100).Draw(t, "early")
		l := newLedger(len(logs), time.Duration(grace)*time.Millisecond, time.Duration(early)*time.Millisecond)
		var got []market.Completed
		next := make([]int, len(logs))
		left := 0
		for _, log := range logs {
			left += len(log)
		}
		for left > 0 {
			p := rapid.IntRange(0, len(logs)-1).Draw(t, "partition")
			for range rapid.IntRange(1, 20).Draw(t, "records") {
				if next[p] == len(logs[p]) {
					l.Read(p)
					break
				}
				if e := logs[p][next[p]]; e.item != nil {
					l.Item(p, *e.item)
				} else {
					l.Bid(p, *e.bid)
				}
				next[p]++
				left--
			}
			if rapid.Bool().Draw(t, "advance") {
				got = append(got, l.Advance()...)
			}
		}
		for p := range logs {
			l.Read(p)
		}
		got = append(got, l.Advance()...)
		want := reference(logs, grace, early)
		if !slices.Equal(got, want) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
		for _, c := range got {
			closed++
			if c.Sold {
				sold++
			}
		}
	})
	if closed == 0 || sold == 0 || sold == closed {
		t.Errorf("the cases prove nothing: %d auctions closed, %d of them sold", closed, sold)
	}
}

func BenchmarkLedger(b *testing.B) {
	l := newLedger(2, 2*time.Second, 10*time.Second)
	ids := make([]string, 1000)
	for i := range ids {
		ids[i] = fmt.Sprint("i", i)
	}
	n := int64(0)
	for b.Loop() {
		at := n / 25
		if n%16 == 0 {
			l.Item(0, item(fmt.Sprint(n/16), at, at+200, 500))
		} else {
			l.Bid(1, bid(ids[n%1000], fmt.Sprint(n/16-n%7), at, n%1000))
		}
		if n%1000 == 0 {
			l.Advance()
		}
		n++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
