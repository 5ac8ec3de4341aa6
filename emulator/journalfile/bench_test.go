package journalfile

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// BenchmarkWrite is what an entry costs the goroutine that writes them, beside JSON.
func BenchmarkWrite(b *testing.B) {
	entries := some(50_000)
	for i := range entries {
		entries[i].Seq = uint64(i + 1)
	}
	b.Run("file", func(b *testing.B) {
		s, err := newSink(io.Discard, &description)
		if err != nil {
			b.Fatal(err)
		}
		defer s.close()
		seq := uint64(0)
		for b.Loop() {
			e := &entries[seq%50_000]
			seq++
			e.Seq = seq
			if err := s.add(e); err != nil {
				b.Fatal(err)
			}
		}
		s.end()
		b.ReportMetric(float64(s.at)/float64(s.count), "B/entry")
	})
	b.Run("json", func(b *testing.B) {
		var text []byte
		size, i := 0, 0
		for b.Loop() {
			text = entries[i%50_000].AppendJSON(text[:0])
			size, i = size+len(text), i+1
		}
		b.ReportMetric(float64(size)/float64(i), "B/entry")
	})
}

// BenchmarkBatches is what it costs who produces to hand a batch of 100 records of 100 B
// over, written and all.
func BenchmarkBatches(b *testing.B) {
	w, err := Create(filepath.Join(b.TempDir(), "journal"))
	if err != nil {
		b.Fatal(err)
	}
	l := journal.NewLog(0)
	r, done := l.Keep("a test"), make(chan error)
	go func() { done <- w.Run(context.Background(), &description, r) }()
	var all []string
	for i := range 100 {
		text, _ := json.Marshal(map[string]any{"id": i * 7919, "price": i * i, "text": "what a handler may have to read in it, so long"})
		all = append(all, string(text))
	}
	batch := batchOf(0, all...)
	b.SetBytes(int64(len(batch)))
	i := int64(0)
	for b.Loop() {
		w.Batch("bids", int32(i%6), i*100, batch)
		i++
	}
	l.Close()
	if err := <-done; err != nil {
		b.Fatal(err)
	}
}

// large is the path of a file of ten million entries, made once.
var large = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "journalfile")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "journal")
	out, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer out.Close()
	s, err := newSink(out, &description)
	if err != nil {
		return "", err
	}
	defer s.close()
	const n, part = 10_000_000, 150_000
	entries := some(part)
	for i := range n {
		e := entries[i%part]
		round := i / part
		e.Seq, e.At = uint64(i+1), e.At+int64(round)*part*1e6
		if e.Topic != "" {
			e.First, e.Last = e.First+int64(round)*part/15*10, e.Last+int64(round)*part/15*10
		}
		if e.Batch != 0 {
			e.Batch += uint64(round) * part / 5
		}
		if e.Invocation != 0 {
			e.Invocation += uint64(round) * part / 5
		}
		if err := s.add(&e); err != nil {
			return "", err
		}
	}
	return path, s.end()
})

// BenchmarkLargeFile is what readers of ten million entries wait for.
func BenchmarkLargeFile(b *testing.B) {
	path, err := large()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { os.RemoveAll(filepath.Dir(path)) })
	f, err := Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			f, err := Open(path)
			if err != nil || f.Damaged() != "" || f.Entries() != 10_000_000 {
				b.Fatal(err)
			}
			f.Close()
		}
		b.ReportMetric(float64(f.size)/float64(f.Entries()), "B/entry")
	})
	b.Run("open without index", func(b *testing.B) {
		in, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		defer in.Close()
		for b.Loop() {
			f, err := open(path, in, f.size-1)
			if err != nil || f.Entries() != 10_000_000 {
				b.Fatal(err)
			}
			f.Close()
		}
	})
	at := func(i uint64) journal.Want { return journal.Want{Batch: i%2_000_000 + 1} }
	b.Run("scan of a batch", func(b *testing.B) { scans(b, f, 4, at) })
	b.Run("scan of an offset", func(b *testing.B) {
		scans(b, f, 3, func(i uint64) journal.Want {
			offset := int64(i % 6_000_000)
			return journal.Want{Topic: "bids", Partition: 1, First: offset, Last: offset}
		})
	})
	b.Run("scan of all", func(b *testing.B) {
		began, n := time.Now(), 0
		for b.Loop() {
			if err := f.Scan(journal.Want{}, func(*journal.Entry) bool { n++; return true }); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(time.Since(began).Nanoseconds())/float64(n), "ns/entry")
	})
}

// scans looks for things all over the file, each of which some entries are about.
func scans(b *testing.B, f *File, entries int, want func(uint64) journal.Want) {
	i := uint64(0)
	for b.Loop() {
		i++
		n := 0
		if err := f.Scan(want(i*7_919_993), func(*journal.Entry) bool { n++; return true }); err != nil || n < entries {
			b.Fatalf("%d entries about %+v, %v", n, want(i*7_919_993), err)
		}
	}
}
