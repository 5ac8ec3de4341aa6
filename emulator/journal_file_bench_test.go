package emulator_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
)

// BenchmarkJournalFile is BenchmarkThroughput with everything written to a file, every
// record with its payload included, and beside it the same run without.
func BenchmarkJournalFile(b *testing.B) {
	throughEmulator(b, throughputConfig(pass), benchRecords)
	var written, bare time.Duration
	var total journalfile.Total
	n := 0
	for b.Loop() {
		n += benchRecords
		bare += throughEmulator(b, throughputConfig(pass), benchRecords)
		took, t := throughFile(b, benchRecords)
		written += took
		total.Entries, total.Bytes = total.Entries+t.Entries, total.Bytes+t.Bytes
	}
	b.ReportMetric(float64(n)/written.Seconds(), "records/s")
	b.ReportMetric(float64(n)/bare.Seconds(), "bare-records/s")
	b.ReportMetric(bare.Seconds()/written.Seconds(), "ratio")
	b.ReportMetric(float64(total.Bytes)/float64(n), "B/record")
}

func throughFile(b *testing.B, n int) (time.Duration, journalfile.Total) {
	w, err := journalfile.Create(filepath.Join(b.TempDir(), "journal"))
	if err != nil {
		b.Fatal(err)
	}
	cfg := throughputConfig(pass)
	cfg.Journal.Records, cfg.Journal.Batches = true, w.Batch
	s := start(b, cfg)
	description, reader, done := s.Description(), s.Journal().Keep("a file"), make(chan error)
	go func() { done <- w.Run(context.Background(), &description, reader) }()
	s.fill("in", cfg.Topics[0].Partitions, n)
	s.run()
	took := s.awaitHandled(n)
	s.end()
	if err := <-done; err != nil {
		b.Fatal(err)
	}
	return took, w.Total()
}
