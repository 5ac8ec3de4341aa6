package eventsource

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
)

func TestNewReportsAllThatIsMissing(t *testing.T) {
	_, err := New(Config{Name: "ship", Grace: -1})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"no topic", "no bootstrap address", "no deliver function", "no note function", "grace -1ns is negative"} {
		if !strings.Contains(err.Error(), `event source "ship": `+want) {
			t.Errorf("got %q, want %q in it", err, want)
		}
	}
	_, err = New(Config{
		Name: "ship", Topic: topic, Bootstrap: "127.0.0.1:1", Options: []kgo.Opt{kgo.ProducerLinger(time.Hour)},
		Deliver: func(platform.Input) {}, Note: func(journal.Entry) {},
	})
	if err == nil || !strings.HasPrefix(err.Error(), `event source "ship": `) {
		t.Errorf("got %v, want the client's error", err)
	}
}

// checkOffsets fails unless metas are the offsets from first on, without gaps.
func checkOffsets(t *testing.T, metas []platform.RecordMeta, first int64, n int) {
	t.Helper()
	if len(metas) != n {
		t.Errorf("got %d records, want %d", len(metas), n)
	}
	for i, m := range metas {
		if m.Offset != first+int64(i) {
			t.Fatalf("record %d has offset %d, want %d", i, m.Offset, first+int64(i))
		}
	}
}

func TestSourceHandsOverInOrder(t *testing.T) {
	c := newCluster(t, 3)
	const n = 2000
	c.produce(t, 3, 0, n)
	m := c.join(t, wanting)
	for p := range int32(3) {
		if in := m.awaitInput(platform.Assigned, p, 1); in.Assignment != 1 || in.Offset != 0 || in.Mapping != 3 {
			t.Errorf("got %+v", in)
		}
		checkOffsets(t, m.awaitRecords(p, n), 0, n)
	}
	c.produce(t, 3, n, 10)
	for p := range int32(3) {
		checkOffsets(t, m.awaitRecords(p, n+10), 0, n+10)
	}
}

func TestSourceRecordsAreThoseOfTheBatch(t *testing.T) {
	c := newCluster(t, 2)
	c.produce(t, 2, 0, 100)
	c.produce(t, 2, 100, 100) // other chunks
	m := c.join(t, wanting)
	m.awaitRecords(0, 200)
	m.awaitRecords(1, 200)
	records := m.Records([]platform.Span{{Partition: 1, First: 95, Last: 104, Records: 10}, {Partition: 0, First: 0, Last: 0, Records: 1}})
	var got []string
	for _, r := range records {
		got = append(got, string(r.Value))
	}
	want := []string{"1/95", "1/96", "1/97", "1/98", "1/99", "1/100", "1/101", "1/102", "1/103", "1/104", "0/0"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	m.Commit(1, 1, 150, 150)
	if got := m.Records([]platform.Span{{Partition: 1, First: 150, Last: 199, Records: 50}}); len(got) != 50 {
		t.Errorf("after a commit got %d records, want those from 150 on", len(got))
	}
	m.Commit(1, 1, 200, 200)
	if got := m.Records([]platform.Span{{Partition: 1, First: 0, Last: 199, Records: 200}}); len(got) != 0 {
		t.Errorf("after a commit of all got %d records", len(got))
	}
	m.Commit(0, 2, 100, 100) // not its assignment
	if got := m.Records([]platform.Span{{Partition: 0, First: 0, Last: 1, Records: 2}}); len(got) != 2 {
		t.Errorf("after a commit of another assignment got %d records, want 2", len(got))
	}
	if got := m.Records([]platform.Span{{Partition: 7, First: 0, Last: 1, Records: 2}}); len(got) != 0 {
		t.Errorf("got %d records of a partition that is not ours", len(got))
	}
}

// TestSourceKeepsTheLastBatch: payloads of a batch stay after its commit while keep says
// so, what is committed behind it goes, and with the release of the partition all does.
func TestSourceKeepsTheLastBatch(t *testing.T) {
	c := newCluster(t, 1)
	m := c.join(t, wanting)
	for n := range 4 { // a chunk each
		c.produce(t, 1, 10*n, 10)
		m.awaitRecords(0, 10*n+10)
	}
	check := func(when string, first, want int) {
		t.Helper()
		got := m.Records([]platform.Span{{Partition: 0, First: int64(first), Last: int64(first + 9), Records: 10}})
		if len(got) != want || want > 0 && got[0].Offset != int64(first) {
			t.Errorf("%s: got %d records from %d on, want %d", when, len(got), first, want)
		}
	}
	m.Commit(0, 1, 10, 0)
	check("after the commit of a batch that is kept", 0, 10)
	m.Commit(0, 1, 20, 0) // what is behind it is none
	check("after another commit", 0, 10)
	check("after another commit", 10, 0)
	check("after another commit", 20, 10)
	m.Commit(0, 1, 30, 20)
	check("after that of the next batch", 0, 0)
	check("after that of the next batch", 20, 10)
	m.await("the commit", func(inputs []platform.Input, _ []journal.Entry) bool {
		return slices.ContainsFunc(inputs, func(in platform.Input) bool { return in.Kind == platform.Committed && in.Offset == 30 })
	})
	before := m.count(platform.Committed)
	m.Commit(0, 1, 30, 30) // it is kept no more
	check("after the end of keeping", 20, 0)
	check("after the end of keeping", 30, 10)
	m.Commit(0, 1, 40, 30)
	check("after the last", 30, 10)
	m.await("the commit", func(inputs []platform.Input, _ []journal.Entry) bool {
		return slices.ContainsFunc(inputs, func(in platform.Input) bool { return in.Kind == platform.Committed && in.Offset == 40 })
	})
	if n := m.count(platform.Committed) - before; n != 1 {
		t.Errorf("got %d answers, want none for the offset that was committed before", n-1)
	}
	m.Release(0, 1)
	check("after the release", 30, 0)
}

func TestSourceTellsWhatTheMachineNeeds(t *testing.T) {
	c := newCluster(t, 1)
	r := record(0, 0)
	r.Headers = []kgo.RecordHeader{{Key: "h", Value: []byte{0xDC}}}
	empty := record(0, 1)
	empty.Key = nil
	if err := c.client(t).ProduceSync(t.Context(), r, empty).FirstErr(); err != nil {
		t.Fatal(err)
	}
	m := c.join(t, wanting)
	metas := m.awaitRecords(0, 2)
	records := m.Records([]platform.Span{{Partition: 0, First: 0, Last: 1, Records: 2}})
	h := fnv.New64a()
	h.Write(r.Key)
	for i, want := range []uint64{h.Sum64(), 0} {
		if metas[i].KeyHash != want || metas[i].Timestamp != records[i].Timestamp.UnixMilli() {
			t.Errorf("record %d: got %+v, want key hash %d", i, metas[i], want)
		}
	}
	for i, want := range []int{len(r.Key) + len(r.Value) + 2, len(empty.Value)} {
		if got := metas[i].Bytes; int(got) != want {
			t.Errorf("record %d: a poller reads %d bytes, want %d", i, got, want)
		}
	}
	event := m.cfg.Event
	size := event.BaseSize() + event.PartitionSize(topic, 0) + int(metas[0].Size) + int(metas[1].Size)
	if doc := event.AppendEvent(nil, records); len(doc) != size || !bytes.Contains(doc, []byte(`"headers":[{"h":[-36]}]`)) {
		t.Errorf("sizes add up to %d, document has %d: %s", size, len(doc), doc)
	}
}

func TestSourceResumesAtTheCommit(t *testing.T) {
	c := newCluster(t, 1)
	c.produce(t, 1, 0, 100)
	first := c.join(t, wanting)
	first.awaitRecords(0, 100)
	first.Commit(0, 1, 41, 41)
	first.Commit(0, 1, 42, 42)
	first.Release(0, 1)
	first.stop() // while a commit may be under way
	if got := c.committed(0); got != 42 {
		t.Errorf("committed offset is %d, want 42", got)
	}
	second := c.join(t, wanting)
	if in := second.awaitInput(platform.Assigned, 0, 1); in.Offset != 42 {
		t.Errorf("assigned at %d, want 42", in.Offset)
	}
	checkOffsets(t, second.awaitRecords(0, 58), 42, 58)
}

// The position that the user set is ignored where the group has an offset: a
// warning says so, once, and not when the group finds what it has committed itself.
func TestSourceSaysThatItsStartingPositionIsIgnored(t *testing.T) {
	c := newCluster(t, 2)
	c.produce(t, 2, 0, 10)
	latest := func(cfg *Config) { cfg.StartLatest, cfg.StartingPosition = true, "LATEST" }
	ignored := func(n journal.Entry) bool {
		return strings.Contains(n.Text, "startingPosition LATEST is ignored: group")
	}
	first := c.join(t, wanting, latest)
	for p := range int32(2) {
		first.awaitInput(platform.Assigned, p, 1)
		first.Commit(p, 1, 5, 5)
		first.Release(p, 1)
	}
	first.stop()
	second := c.join(t, wanting, latest)
	second.awaitNote(ignored)
	second.awaitRecords(0, 5)
	second.awaitRecords(1, 5)
	second.stop()
	for _, m := range []*member{first, second} {
		n := 0
		for _, note := range m.notes {
			if ignored(note) {
				n++
			}
		}
		if want := map[*member]int{second: 1}[m]; n != want {
			t.Errorf("%d warnings, want %d", n, want)
		}
	}
}

func TestSourceStartsAtLatest(t *testing.T) {
	c := newCluster(t, 1)
	c.produce(t, 1, 0, 10)
	m := c.join(t, wanting, func(cfg *Config) { cfg.StartLatest = true })
	if in := m.awaitInput(platform.Assigned, 0, 1); in.Offset != 10 {
		t.Errorf("assigned at %d, want 10", in.Offset)
	}
	c.produce(t, 1, 10, 5)
	checkOffsets(t, m.awaitRecords(0, 5), 10, 5)
}

// TestSourceTellsTheRetentionGap: committed at 5, but the log begins at 20.
func TestSourceTellsTheRetentionGap(t *testing.T) {
	for _, latest := range []bool{false, true} {
		t.Run(fmt.Sprintf("latest=%t", latest), func(t *testing.T) {
			c := newCluster(t, 1)
			c.produce(t, 1, 0, 30)
			first := c.join(t, nil)
			first.awaitInput(platform.Assigned, 0, 1)
			first.Commit(0, 1, 5, 5)
			first.stop()
			if err := c.DeleteRecords(topic, 0, 20); err != nil {
				t.Fatal(err)
			}
			m := c.join(t, wanting, func(cfg *Config) { cfg.StartLatest = latest })
			if in := m.awaitInput(platform.Assigned, 0, 1); in.Offset != 5 {
				t.Errorf("assigned at %d, want 5", in.Offset)
			}
			if in := m.awaitInput(platform.LogStarted, 0, 1); in.LogStart != 20 {
				t.Errorf("log starts at %d, want 20", in.LogStart)
			}
			checkOffsets(t, m.awaitRecords(0, 10), 20, 10)
			if in := m.awaitInput(platform.Arrived, 0, 1); in.LogStart != 20 {
				t.Errorf("records came with log start %d, want 20", in.LogStart)
			}
		})
	}
}

func TestSourceCommitBeyondTheLog(t *testing.T) {
	c := newCluster(t, 1)
	c.produce(t, 1, 0, 10)
	first := c.join(t, nil)
	first.awaitInput(platform.Assigned, 0, 1)
	first.Commit(0, 1, 500, 500)
	first.stop()
	m := c.join(t, wanting)
	if in := m.awaitInput(platform.Assigned, 0, 1); in.Offset != 0 {
		t.Errorf("assigned at %d, want 0", in.Offset)
	}
	m.awaitNote(func(e journal.Entry) bool {
		return e.Kind == journal.Warning && strings.Contains(e.Text, "committed offset 500 is beyond the end of the log, 10: starting at 0")
	})
}

// TestSourcePassesTransactionMarkers: 3 records, their commit, 2 that are
// aborted, and the marker of that, with nothing behind it.
func TestSourcePassesTransactionMarkers(t *testing.T) {
	c := newCluster(t, 1)
	m := c.join(t, eager)
	m.awaitInput(platform.Assigned, 0, 1)
	tx := c.client(t, kgo.TransactionalID("tx"))
	transact := func(n int, how kgo.TransactionEndTry) {
		t.Helper()
		if err := tx.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		for i := range n {
			if err := tx.ProduceSync(t.Context(), record(0, i)).FirstErr(); err != nil {
				t.Fatal(err)
			}
		}
		if err := tx.EndTransaction(t.Context(), how); err != nil {
			t.Fatal(err)
		}
	}
	transact(3, kgo.TryCommit)
	transact(2, kgo.TryAbort)
	m.await("a position behind the last marker", func(inputs []platform.Input, _ []journal.Entry) bool {
		return slices.ContainsFunc(inputs, func(in platform.Input) bool { return in.Kind == platform.Committed && in.Offset == 7 && in.Err == "" })
	})
	checkOffsets(t, m.arrived(0), 0, 3)
	transact(1, kgo.TryCommit)
	metas := m.awaitRecords(0, 4)
	if len(metas) != 4 || metas[3].Offset != 7 {
		t.Errorf("got %+v, want the fourth record at 7", metas)
	}
	if got := m.Records([]platform.Span{{Partition: 0, First: 0, Last: 7, Records: 4}}); len(got) > 4 {
		t.Errorf("got %d payloads, want no markers and nothing aborted", len(got))
	}
}

func TestSourceLeavesTheGroup(t *testing.T) {
	c := newCluster(t, 1)
	m := c.join(t, nil)
	m.awaitInput(platform.Assigned, 0, 1)
	m.stop() // nothing was released: it does not wait for that
	if info := c.GroupInfo(group); info == nil || len(info.Members) != 0 {
		t.Errorf("got %+v, want no members", info)
	}
	if n := m.count(platform.Lost); n != 0 {
		t.Errorf("got %d Lost at the end, want none", n)
	}
}

func TestSourceSaysNothingOfReleasedPartitionsAtTheEnd(t *testing.T) {
	c := newCluster(t, 2)
	m := c.join(t, nil)
	for p := range int32(2) {
		m.awaitInput(platform.Assigned, p, 1)
		m.Release(p, 1)
		m.Release(p, 1) // idempotent
	}
	m.stop()
	if n := m.count(platform.Revoked); n != 0 {
		t.Errorf("got %d Revoked, want none", n)
	}
}
