package report

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A quantile is within the width of its class of the one that sorting gives, the longest
// is exact, and the size does not grow with the number of values.
func TestHistogram(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h histogram
		var all []int64
		for range rapid.IntRange(1, 50).Draw(t, "values") {
			v := rapid.Int64Range(0, 1<<rapid.IntRange(1, 62).Draw(t, "bits")).Draw(t, "value")
			n := rapid.IntRange(1, 40).Draw(t, "times")
			h.add(v, uint64(n))
			for range n {
				all = append(all, v)
			}
		}
		slices.Sort(all)
		for _, percent := range []int{1, 50, 99, 100} {
			want := all[(len(all)*percent+99)/100-1]
			if got := h.quantile(uint64(percent)); got < want-want>>histogramBits || got > want+want>>histogramBits {
				t.Fatalf("p%d: got %d, want %d", percent, got, want)
			}
		}
		if h.count != uint64(len(all)) || h.max != all[len(all)-1] || len(h.classes) > 64<<histogramBits {
			t.Fatalf("%d values up to %d in %d classes", h.count, h.max, len(h.classes))
		}
	})
}

func TestClassesHaveTheirMiddle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Int64().Filter(func(v int64) bool { return v >= 0 }).Draw(t, "value")
		class := classOf(v)
		if m := middle(class); classOf(m) != class {
			t.Fatalf("%d is in class %d, whose middle %d is in %d", v, class, m, classOf(m))
		}
		if v > 0 && classOf(v-1) > class {
			t.Fatalf("%d is in a higher class than %d", v-1, v)
		}
	})
}

// Every record that was produced is found, with its time to within the resolution, however
// many there are.
func TestProducedLog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l producedLog
		gap := rapid.Int64Range(0, 300_000).Draw(t, "gap")
		n := rapid.Int64Range(1, producedMost*3/2).Draw(t, "records")
		for i := range n {
			l.add(i, i, i*gap)
		}
		if len(l.ranges) >= producedMost {
			t.Fatalf("%d ranges", len(l.ranges))
		}
		first := rapid.Int64Range(0, n-1).Draw(t, "first")
		last := min(first+rapid.Int64Range(0, 100).Draw(t, "more"), n-1)
		next := first
		l.each(first, last, func(at int64, n uint64) {
			if exact := (next + int64(n) - 1) * gap; exact < at || exact-at >= l.resolution && n > 1 {
				t.Fatalf("records until %d were produced at %d, got %d, known to within %d", next+int64(n)-1, exact, at, l.resolution)
			}
			next += int64(n)
		})
		if next != last+1 {
			t.Fatalf("records from %d on are not known", next)
		}
	})
}

func TestRecentForgetsTheOldest(t *testing.T) {
	r := newRecent[int, int](3)
	for i := range 5 {
		r.put(i, i)
		r.put(i, 10*i)
	}
	for i, want := range []int{0, 0, 20, 30, 40} {
		if got := r.get(i); got != want || len(r.values) != 3 {
			t.Errorf("%d: got %d, want %d, of %d", i, got, want, len(r.values))
		}
	}
}

func TestMeter(t *testing.T) {
	var m meter
	m.begin(500_000_000)
	for i := range int64(15) { // five batches a second, one second of ten
		m.add(500_000_000+(i+1)*200_000_000, 1000)
		if i >= 5 && i < 10 {
			m.add(500_000_000+(i+1)*200_000_000, 1000)
		}
	}
	if got := m.throughput(); got != (Throughput{Records: 20_000, Mean: 6667, Peak: 10_000, Active: 3 * second}) {
		t.Errorf("got %+v", got)
	}
	var short meter
	short.begin(0)
	short.add(second/10, 100)
	if got := short.throughput(); got.Mean != 1000 || got.Peak != 1000 {
		t.Errorf("got %+v, want 1,000 records/s", got)
	}
}

// A series has a bounded number of pieces, with all records in it.
func TestSeriesIsBounded(t *testing.T) {
	var s elastic
	for i := range int64(100_000) {
		if i%10_000 == 0 {
			s.started(i * second)
		}
		s.handled(i*second, 1)
	}
	got := s.elasticity()
	var records uint64
	for _, p := range got.Series {
		records += p.Records
	}
	if len(got.Series) > seriesMost || records != 100_000 || got.Environments != 10 || got.ScaledIn != 90_000*second {
		t.Errorf("%d pieces with %d records, %d environments in %d s", len(got.Series), records, got.Environments, got.ScaledIn/second)
	}
}

func TestWords(t *testing.T) {
	for _, c := range [][2]string{
		{share(0, 10), "0 %"}, {share(1, 100_000), "below 0.1 %"}, {share(1, 3), "33 %"}, {share(5, 100), "5 %"}, {share(55, 1000), "5.5 %"},
		{ratio(3, 2), "1.5"}, {ratio(4, 2), "2"}, {ratio(1, 1000), "0.001"}, {ratio(12345, 10), "1,235"}, {ratio(1, 0), "0"},
		{money(1_044_000_000), "$0.1044"}, {money(8167), "$0.0000008167"}, {money(123_456_789), "$0.01235"},
		{list([]string{"a"}), "a"}, {list([]string{"a", "b", "c"}), "a, b and c"}, {list(nil), ""},
	} {
		if c[0] != c[1] {
			t.Errorf("got %q, want %q", c[0], c[1])
		}
	}
}
