package journalfile

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"
	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

var description = journal.Description{Schema: journal.Schema, Profile: "aws", Seed: 42, Topics: []journal.DescribedTopic{{Name: "bids", Partitions: 3}}}

// lastKind is the last kind there is.
func lastKind() journal.Kind {
	k := journal.Kind(1)
	for (k + 1).Known() {
		k++
	}
	return k
}

func lastOutcome() journal.Outcome {
	o := journal.Outcome(0)
	for (o + 1).Known() {
		o++
	}
	return o
}

// drawEntry draws an entry of which any field may be set, as often not.
func drawEntry(t *rapid.T) journal.Entry {
	var e journal.Entry
	fill(t, reflect.ValueOf(&e).Elem())
	e.Seq, e.Each = 0, nil
	e.Kind = journal.Kind(rapid.IntRange(1, int(lastKind())).Draw(t, "kind"))
	e.Outcome = journal.Outcome(rapid.IntRange(0, int(lastOutcome())).Draw(t, "outcome"))
	if rapid.Bool().Draw(t, "each") {
		e.Each = drawEach(t)
	}
	return e
}

func fill(t *rapid.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(rapid.OneOf(rapid.Just(""), rapid.SampledFrom([]string{"a", "b", "bids", "orders"}), rapid.String(), rapid.StringN(256, 300, -1)).Draw(t, "s"))
	case reflect.Int, reflect.Int32, reflect.Int64:
		n := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(-3, 40), rapid.Int64()).Draw(t, "n")
		v.SetInt(n << (64 - v.Type().Bits()) >> (64 - v.Type().Bits()))
	case reflect.Uint32, reflect.Uint64:
		n := rapid.OneOf(rapid.Just(uint64(0)), rapid.Uint64Range(0, 40), rapid.Uint64()).Draw(t, "u")
		v.SetUint(n << (64 - v.Type().Bits()) >> (64 - v.Type().Bits()))
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	}
}

func drawEach(t *rapid.T) *journal.Records {
	r := &journal.Records{Base: rapid.Int64().Draw(t, "base")}
	for i := range rapid.IntRange(0, 5).Draw(t, "records") {
		k := journal.Known{Offset: int32(i)}
		if rapid.Bool().Draw(t, "odd") {
			fill(t, reflect.ValueOf(&k).Elem())
		}
		r.Each = append(r.Each, k)
	}
	if rapid.Bool().Draw(t, "bound") {
		r.Origins = rapid.SliceOfN(rapid.Int32Range(-1, 1<<30), 1, 5).Draw(t, "origins")
	}
	return r
}

// same reports whether two entries are equal, their records included.
func same(a, b *journal.Entry) bool {
	x, y := *a, *b
	x.Each, y.Each = nil, nil
	if x != y || (a.Each == nil) != (b.Each == nil) {
		return false
	}
	return a.Each == nil || a.Each.Base == b.Each.Base && slices.Equal(a.Each.Each, b.Each.Each) &&
		slices.Equal(a.Each.Origins, b.Each.Origins) && (a.Each.Origins == nil) == (b.Each.Origins == nil)
}

// copyOf is an entry that outlives the call it was given to.
func copyOf(e *journal.Entry) journal.Entry {
	c := *e
	if e.Each != nil {
		c.Each = &journal.Records{Base: e.Each.Base, Each: slices.Clone(e.Each.Each), Origins: slices.Clone(e.Each.Origins)}
	}
	return c
}

// scan returns what a Source has of what is wanted.
func scan(t testing.TB, s journal.Source, want journal.Want) []journal.Entry {
	t.Helper()
	var all []journal.Entry
	if err := s.Scan(want, func(e *journal.Entry) bool {
		all = append(all, copyOf(e))
		return true
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// logged returns a closed log of entries that holds them all, and them with their numbers.
func logged(entries []journal.Entry) (*journal.Log, []journal.Entry) {
	l := journal.NewLog(len(entries) + 1)
	for _, e := range entries {
		l.Append(e)
	}
	l.Close()
	all := make([]journal.Entry, len(entries)+1)
	n, _ := l.Draw().Poll(all)
	return l, all[:n]
}

// written writes entries to a file in a new folder and returns its path.
func written(t testing.TB, entries []journal.Entry, batches ...stored) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range batches {
		w.Batch(b.topic, b.partition, b.base, batchOf(b.base, values(b)...))
	}
	l, _ := logged(entries)
	if err := w.Run(context.Background(), &description, l.Keep("a test")); err != nil {
		t.Fatal(err)
	}
	return path
}

// values are those of the records that written makes of a batch.
func values(s stored) []string {
	var all []string
	for o := s.base; o <= s.last; o++ {
		all = append(all, fmt.Sprintf("%s/%d@%d", s.topic, s.partition, o))
	}
	return all
}

func opened(t testing.TB, path string) *File {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// batchOf makes a record batch as it stands in a log.
func batchOf(base int64, values ...string) []byte {
	var records []byte
	for i, v := range values {
		r := kmsg.Record{TimestampDelta64: int64(i), OffsetDelta: int32(i), Key: []byte("key"), Value: []byte(v),
			Headers: []kmsg.Header{{Key: "h", Value: []byte("x")}}}
		r.Length = int32(len(r.AppendTo(nil)) - 1) // the length itself, as long as it is 0
		records = r.AppendTo(records)
	}
	b := kmsg.RecordBatch{FirstOffset: base, Magic: 2, LastOffsetDelta: int32(len(values) - 1), FirstTimestamp: 1000, MaxTimestamp: 1000,
		ProducerID: -1, ProducerEpoch: -1, FirstSequence: -1, NumRecords: int32(len(values)), Records: records}
	raw := b.AppendTo(nil)
	b.Length = int32(len(raw) - 12)
	raw = b.AppendTo(nil)
	b.CRC = int32(crc32.Checksum(raw[21:], castagnoli))
	return b.AppendTo(nil)
}

// putSums makes the sums of a chunk right.
func putSums(prefix, head, body []byte) {
	binary.LittleEndian.PutUint32(prefix[16:], crc32.Checksum(body, castagnoli))
	binary.LittleEndian.PutUint32(prefix[20:], crc32.Update(crc32.Checksum(prefix[:20], castagnoli), castagnoli, head))
}
