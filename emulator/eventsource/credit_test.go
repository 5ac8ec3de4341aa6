package eventsource

import (
	"slices"
	"testing"
	"testing/synctest"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
	"pgregory.net/rapid"
)

// drawChunk is a chunk of records from offset on, with gaps, and the offset after.
func drawChunk(t *rapid.T, offset int64) chunk {
	var c chunk
	for range rapid.IntRange(0, 6).Draw(t, "records") {
		offset += int64(rapid.IntRange(0, 2).Draw(t, "gap"))
		c.records = append(c.records, &kgo.Record{Offset: offset})
		c.metas = append(c.metas, platform.RecordMeta{Offset: offset, Size: int32(rapid.IntRange(1, 100).Draw(t, "size"))})
		offset++
	}
	c.end = offset + int64(rapid.IntRange(0, 1).Draw(t, "marker"))
	if len(c.records) == 0 {
		c.end = offset + 1
	}
	return c
}

// TestAssignmentProperties: whatever the fetches and the grants, credit is not
// exceeded (bytes by the last record at most), nothing is lost, doubled or out of
// order, positions pass markers, payloads stay until they are dropped, those of the last
// batch also after that where they are kept, and nothing else does.
func TestAssignmentProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := &assignment{open: true, commit: noOffset}
		var granted, bytes, used, usedBytes, fetched int64
		var d kept
		var want, got []int64
		take := func() {
			for _, in := range a.handOver(nil, 0) {
				for _, m := range in.Records {
					if used == granted || usedBytes >= bytes {
						t.Fatalf("record %d handed over with credit %d-%d, %d-%d bytes", m.Offset, granted, used, bytes, usedBytes)
					}
					used++
					usedBytes += int64(m.Size)
					got = append(got, m.Offset)
				}
				if in.Offset != 0 && len(in.Records) > 0 && in.Offset <= in.Records[len(in.Records)-1].Offset {
					t.Fatalf("position %d is within the records", in.Offset)
				}
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"fetch": func(t *rapid.T) {
				c := drawChunk(t, fetched)
				for _, r := range c.records {
					want = append(want, r.Offset)
				}
				fetched = c.end
				a.add(c)
				take()
			},
			"fetch again": func(t *rapid.T) {
				if len(want) > 0 { // what was had before is left out
					a.add(chunk{records: []*kgo.Record{{Offset: want[0]}}, metas: make([]platform.RecordMeta, 1), end: want[0] + 1})
					take()
				}
			},
			"grant": func(t *rapid.T) {
				r, b := int64(rapid.IntRange(0, 5).Draw(t, "records")), int64(rapid.IntRange(0, 300).Draw(t, "bytes"))
				granted, bytes = granted+r, bytes+b
				a.records, a.bytes = a.records+r, a.bytes+b
				take()
			},
			"drop": func(t *rapid.T) {
				if len(got) > 0 {
					d.drop(t, a, got[rapid.IntRange(0, len(got)-1).Draw(t, "at")]+1)
				}
			},
			"": func(t *rapid.T) { checkAssignment(t, a, want, got, d) },
		})
	})
}

// kept is which payloads an assignment must have: those from committed on, and those from
// keep on and before keptTo.
type kept struct{ committed, keep, keptTo int64 }

// drop commits an offset: of a batch that is kept, of one that is not, or of what is none.
func (d *kept) drop(t *rapid.T, a *assignment, offset int64) {
	if offset <= d.committed {
		return
	}
	keep := rapid.SampledFrom([]int64{d.keep, d.committed, offset}).Draw(t, "keep")
	if keep != d.keep || d.keep >= d.keptTo {
		d.keptTo = offset
	}
	d.committed, d.keep = offset, keep
	a.drop(offset, keep)
}

func (d *kept) has(offset int64) bool {
	return offset >= d.committed || offset >= d.keep && offset < d.keptTo
}

func checkAssignment(t *rapid.T, a *assignment, want, got []int64, d kept) {
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("record %d has offset %d, want %d", i, got[i], want[i])
		}
	}
	if len(got) < len(want) && a.canHandOver() {
		t.Fatal("credit and records, but nothing handed over")
	}
	for _, offset := range got {
		if !d.has(offset) {
			continue
		}
		if r := a.find(nil, platform.Span{First: offset, Last: offset}); len(r) != 1 || r[0].Offset != offset {
			t.Fatalf("payload of %d: got %d records", offset, len(r))
		}
	}
	for i := range a.next {
		c := &a.chunks[i]
		if len(c.records) > 0 && !slices.ContainsFunc(c.records, func(r *kgo.Record) bool { return d.has(r.Offset) }) {
			t.Fatalf("payloads up to %d are there: %+v", c.last(), d)
		}
	}
	var stash int64
	for i := a.next; i < len(a.chunks); i++ {
		for j, m := range a.chunks[i].metas {
			if i > a.next || j >= a.at {
				stash += int64(m.Size)
			}
		}
	}
	if stash != a.stash {
		t.Fatalf("stash has %d bytes, counted are %d", stash, a.stash)
	}
}

// TestSourceNeverExceedsCredit grants by chance and looks when all is still.
func TestSourceNeverExceedsCredit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newVirtualCluster(t, 2)
		c.produce(t, 2, 0, 500)
		m := c.join(t, nil)
		m.awaitInput(platform.Assigned, 0, 1)
		m.awaitInput(platform.Assigned, 1, 1)
		synctest.Wait()
		if len(m.arrived(0))+len(m.arrived(1)) != 0 {
			t.Fatal("records without credit")
		}
		granted := 0
		for _, n := range []int{1, 0, 7, 1, 100, 3, 1000} {
			granted += n
			m.Want(0, 1, int32(n), much)
			m.Want(0, 2, int32(n), much) // not its assignment
			want := min(granted, 500)
			checkOffsets(t, m.awaitRecords(0, want), 0, want)
			synctest.Wait()
			checkOffsets(t, m.arrived(0), 0, want)
		}
		if n := len(m.arrived(1)); n != 0 {
			t.Errorf("got %d records of a partition without credit", n)
		}
		m.Want(1, 1, much, 1) // one byte: the last record overshoots
		m.awaitRecords(1, 1)
		synctest.Wait()
		checkOffsets(t, m.arrived(1), 0, 1)
		m.stop()
		c.Close()
	})
}

// fillBig produces 20 MB to partition 0: 200 records, 27 MB in documents.
func (c *cluster) fillBig(t *testing.T) *kgo.Client {
	t.Helper()
	client := c.client(t, kgo.ProducerBatchCompression(kgo.NoCompression())) // marks count what is decompressed
	for range 200 {
		client.Produce(t.Context(), &kgo.Record{Topic: topic, Partition: 0, Value: make([]byte, 100_000)}, func(_ *kgo.Record, err error) {
			if err != nil {
				t.Error(err)
			}
		})
	}
	if err := client.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	return client
}

// TestSourceIsPassedByTheLogStart: retention removes what is not fetched yet.
func TestSourceIsPassedByTheLogStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newVirtualCluster(t, 1)
		c.fillBig(t)
		m := c.join(t, nil)
		m.awaitInput(platform.Assigned, 0, 1)
		synctest.Wait() // the stash is full, and nothing is polled any more
		if err := c.DeleteRecords(topic, 0, 195); err != nil {
			t.Fatal(err)
		}
		m.Want(0, 1, much, much)
		m.await("the last record", func(inputs []platform.Input, _ []journal.Entry) bool {
			metas := arrivedIn(inputs, 0)
			return len(metas) > 0 && metas[len(metas)-1].Offset == 199
		})
		metas := m.arrived(0)
		had := len(metas) - 5 // from the stash
		if had < 5 || had > 100 {
			t.Errorf("got %d records from the stash", had)
		}
		checkOffsets(t, metas[:had], 0, had)
		checkOffsets(t, metas[had:], 195, 5)
		m.mu.Lock()
		if last := m.inputs[len(m.inputs)-1]; last.LogStart != 195 || last.Offset != 200 {
			t.Errorf("got log start %d, position %d, want 195, 200", last.LogStart, last.Offset)
		}
		m.mu.Unlock()
		m.stop()
		c.Close()
	})
}

// TestSourceKeepsStashesSmall: one partition has no credit and much data; the
// others flow, and what is fetched of it beside them stays bounded.
func TestSourceKeepsStashesSmall(t *testing.T) {
	c := newCluster(t, 2)
	client := c.fillBig(t)
	m := c.join(t, func(m *member, in platform.Input) {
		if in.Partition == 1 {
			eager(m, in)
		}
	})
	m.awaitInput(platform.Assigned, 0, 1)
	for i := range 300 {
		c.produceOne(t, client, record(1, i))
		m.awaitRecords(1, i+1)
	}
	m.Source.mu.Lock()
	a := m.partitions[0].current
	stash, isFull := a.stash, a.isFull
	m.Source.mu.Unlock()
	if limit := int64(highFactor+2) * lowMark; stash > limit || !isFull {
		t.Errorf("stash has %d bytes (full: %t), want it full and at most %d", stash, isFull, limit)
	}
	m.Want(0, 1, much, much) // resumes
	checkOffsets(t, m.awaitRecords(0, 200), 0, 200)
}

func (c *cluster) produceOne(t *testing.T, client *kgo.Client, r *kgo.Record) {
	t.Helper()
	if err := client.ProduceSync(t.Context(), r).FirstErr(); err != nil {
		t.Fatal(err)
	}
}
