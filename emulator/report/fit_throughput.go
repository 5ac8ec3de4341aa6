package report

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

const second = int64(1_000_000_000)

// Throughput is how many records a second were handled.
type Throughput struct {
	Records uint64 `json:"records"`
	// Mean is records a second while there was work, from the first beginning to the last
	// end, and Peak those of the second that had most: the mean where all took less than a
	// second. Both are 0 where all happened in one moment.
	Mean uint64 `json:"mean"`
	Peak uint64 `json:"peak"`
	// Active is that time in nanoseconds.
	Active int64 `json:"active"`
}

// meter counts records by the second of world time.
type meter struct {
	began   bool
	first   int64 // when work began
	last    int64 // when it ended
	total   uint64
	bucket  int64 // the second that is counted, from first on
	count   uint64
	highest uint64
}

// begin says that there is work.
func (m *meter) begin(at int64) {
	if !m.began {
		m.began, m.first, m.last = true, at, at
	}
}

// add counts records that ended. Seconds count from the first beginning; one that ends
// exactly with a second is part of it.
func (m *meter) add(at int64, n uint64) {
	m.begin(at)
	m.last = max(m.last, at)
	if bucket := max(at-m.first-1, 0) / second; bucket != m.bucket {
		m.bucket, m.count = bucket, 0
	}
	m.total += n
	m.count += n
	m.highest = max(m.highest, m.count)
}

func (m *meter) throughput() Throughput {
	t := Throughput{Records: m.total, Active: m.last - m.first, Peak: m.highest}
	if t.Active > 0 {
		t.Mean = uint64(float64(m.total)*float64(second)/float64(t.Active) + 0.5)
	}
	if t.Active < second {
		t.Peak = t.Mean
	}
	return t
}

// String says it in words.
func (t Throughput) String() string {
	if t.Active == 0 {
		return Count(t.Records) + " in one moment, which is no rate"
	}
	return Count(t.Peak) + " records/s at peak, " + Count(t.Mean) + " in the mean of " + journal.Duration(t.Active) + "; " + Count(t.Records) + " in all"
}
