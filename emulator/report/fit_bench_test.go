package report_test

import (
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// BenchmarkMeasureFit reads a run of batches of 100 records, six entries each. Beside it is
// the scan alone.
func BenchmarkMeasureFit(b *testing.B) {
	h := known()
	for i := range int64(20_000) {
		ms := 2000 + 60*i
		h.produce(ms, 200+100*i)
		h.handle(ms+5, 200+100*i, nil)
	}
	report1 := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(h.Entries)), "ns/entry")
	}
	b.Run("fit", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := report.MeasureFit(h, report.FitOptions{}); err != nil {
				b.Fatal(err)
			}
		}
		report1(b)
	})
	b.Run("bare", func(b *testing.B) {
		n := 0
		for b.Loop() {
			if err := h.Scan(journal.Want{}, func(*journal.Entry) bool { n++; return true }); err != nil {
				b.Fatal(err)
			}
		}
		report1(b)
	})
}
