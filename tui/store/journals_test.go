package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// counted is what entries say, counted with nothing but additions.
type counted struct {
	produced, ended, succeeded, deadLettered, dropped, expired, filtered  uint64
	invocations, failures, timeouts, throttles, retries, cold, alive, log uint64
	end, committed                                                        map[place]int64
}

// place is a partition of a mapping, or of a topic.
type place struct {
	of        string
	partition int32
}

func newCounted() *counted {
	return &counted{end: map[place]int64{}, committed: map[place]int64{}}
}

func (c *counted) add(e *journal.Entry) {
	if e.Kind == journal.Output || e.Notable() {
		c.log++
	}
	n := uint64(e.Records)
	switch e.Kind {
	case journal.RecordsProduced:
		c.produced += n
		c.end[place{e.Topic, e.Partition}] = max(c.end[place{e.Topic, e.Partition}], e.Last+1)
	case journal.OffsetCommitted:
		c.committed[place{e.Mapping, e.Partition}] = max(c.committed[place{e.Mapping, e.Partition}], e.Last+1)
	case journal.RecordsEnded, journal.RecordsFiltered, journal.RecordsExpired:
		c.ended += n
		*map[journal.Outcome]*uint64{journal.Succeeded: &c.succeeded, journal.DeadLettered: &c.deadLettered, journal.Dropped: &c.dropped,
			journal.Expired: &c.expired, journal.Filtered: &c.filtered, journal.Abandoned: new(uint64)}[e.Outcome] += n
	case journal.EnvironmentStarting:
		if e.Invocation == 0 {
			c.alive++
		}
	case journal.EnvironmentGone:
		c.alive--
	default:
		c.addInvocation(e)
	}
}

func (c *counted) addInvocation(e *journal.Entry) {
	switch e.Kind {
	case journal.InvocationStarted:
		c.invocations++
		if e.Reason == journal.Cold {
			c.cold++
		}
	case journal.InvocationEnded:
		if e.Outcome != journal.Succeeded {
			c.failures++
		}
		if e.Outcome == journal.TimedOut {
			c.timeouts++
		}
	case journal.Throttled:
		c.throttles++
	case journal.RetryScheduled:
		c.retries++
	}
}

// lag is the records behind the commits of a mapping.
func (c *counted) lag(m *store.Mapping) int64 {
	lag := int64(0)
	for p, end := range c.end {
		if p.of == m.Topic {
			lag += end - c.committed[place{m.Name, p.partition}]
		}
	}
	return lag
}

// TestViewCountsAsTheJournal compares what all screens count with the entries themselves.
// COLDBROOK_JOURNALS names a folder of further journals.
func TestViewCountsAsTheJournal(t *testing.T) {
	files := []string{"../testdata/shop.journal"}
	if dir := os.Getenv("COLDBROOK_JOURNALS"); dir != "" {
		more, err := filepath.Glob(filepath.Join(dir, "*.journal"))
		if err != nil || len(more) == 0 {
			t.Fatalf("COLDBROOK_JOURNALS=%s: %d journals, %v", dir, len(more), err)
		}
		files = append(files, more...)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { viewCountsAs(t, file) })
	}
}

func viewCountsAs(t *testing.T, file string) {
	f, err := journalfile.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	v, want := store.New(f.Description()), newCounted()
	if err := journal.ScanAll(f, func(_ uint64, e *journal.Entry) bool {
		v.Add(e)
		want.add(e)
		return true
	}); err != nil {
		t.Fatal(err)
	}
	if want.ended == 0 || want.invocations == 0 {
		t.Fatalf("nothing happened in %s", file)
	}
	for _, v := range []*store.View{v, v.Clone()} {
		compareFlow(t, v, want)
		compareLanes(t, v, want)
		compareEvents(t, v, want)
		compareOrder(t, v, want)
		compareLogs(t, v, want)
	}
}

func same(t *testing.T, what string, got, want uint64) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %d, the entries say %d", what, got, want)
	}
}

func compareFlow(t *testing.T, v *store.View, want *counted) {
	f := &v.Flow
	same(t, "produced", f.Produced, want.produced)
	same(t, "ended", f.Ended, want.ended)
	same(t, "dead-lettered", f.DeadLettered, want.deadLettered)
	same(t, "dropped", f.Dropped, want.dropped)
	same(t, "expired", f.Expired, want.expired)
	same(t, "filtered", f.Filtered, want.filtered)
	same(t, "invocations", f.Invocations, want.invocations)
	same(t, "failures", f.Failures, want.failures)
	same(t, "timeouts", f.Timeouts, want.timeouts)
	same(t, "throttles", f.Throttles, want.throttles)
	same(t, "retries", f.Retries, want.retries)
	same(t, "cold starts", f.ColdStarts, want.cold)
	var of store.Function
	environments := 0
	for _, d := range f.Functions {
		of.Invocations += d.Invocations
		of.Failures += d.Failures
		of.DeadLettered += d.DeadLettered
		environments += d.Environments()
	}
	same(t, "invocations of functions", of.Invocations, want.invocations)
	same(t, "failures of functions", of.Failures, want.failures)
	same(t, "dead letters of functions", of.DeadLettered, want.deadLettered)
	same(t, "environments of functions", uint64(environments), want.alive)
	for _, m := range f.Mappings {
		same(t, "lag of "+m.Name, uint64(f.Lag(m)), uint64(want.lag(m)))
	}
}

func compareLanes(t *testing.T, v *store.View, want *counted) {
	var invocations, failures, timeouts, alive uint64
	for _, f := range v.Lanes.Functions {
		alive += uint64(f.Alive)
		for _, l := range f.Lanes {
			invocations += l.Invocations
			failures += l.Failures
			timeouts += l.Timeouts
		}
	}
	same(t, "invocations of environments", invocations, want.invocations)
	same(t, "timeouts of environments", timeouts, want.timeouts)
	same(t, "environments", alive, want.alive)
	if failures > want.failures {
		t.Errorf("failures of environments: got %d, the entries say %d", failures, want.failures)
	}
}

// compareEvents counts rows, and compares how late each record was with what the screen
// Ordering says of it.
func compareEvents(t *testing.T, v *store.View, want *counted) {
	rows := map[store.EventState]uint64{}
	compared := 0
	for n := v.Events.First(); n <= v.Events.Total; n++ {
		e := v.Events.At(n)
		rows[e.State] += uint64(e.Records)
		m := v.Order.Mapping(v.Events.Names[e.Of].Mapping)
		if m == nil || int(e.Partition) >= len(m.Partitions) {
			continue
		}
		if r := m.Partitions[e.Partition].Record(e.Offset); r != nil && r.Done != 0 && r.Ended == e.At && e.Records == 1 {
			compared++
			if r.Late != e.Late || r.KeyLate != e.KeyLate || r.Key != e.Key {
				t.Errorf("%s/%d@%d: Events says %d late (%v), Ordering %d (%v)", m.Topic, e.Partition, e.Offset, e.Late, e.KeyLate, r.Late, r.KeyLate)
			}
		}
	}
	if v.Events.First() == 1 {
		same(t, "rows that succeeded", rows[store.EventOK], want.succeeded)
		same(t, "rows that were dead-lettered", rows[store.EventDeadLettered], want.deadLettered)
		same(t, "rows that were filtered", rows[store.EventFiltered], want.filtered)
	}
	if compared == 0 {
		t.Error("no row was compared with the screen Ordering")
	}
}

func compareOrder(t *testing.T, v *store.View, want *counted) {
	same(t, "records that ended", v.Order.Completed, want.ended)
	for d := range order.Domain(store.Domains) {
		report := v.Order.Report(d)
		sum := uint64(0)
		for _, m := range v.Order.Mappings {
			sum += m.Counts[d]
		}
		same(t, "out of order by "+d.String(), sum, report.Disordered)
		same(t, "tally by "+d.String(), v.Order.Tally(d).Disordered, report.Disordered)
	}
}

func compareLogs(t *testing.T, v *store.View, want *counted) {
	lines := uint64(0)
	for n := v.Logs.First(); n <= v.Logs.Total; n++ {
		lines += 1 + uint64(v.Logs.At(n).Repeated)
	}
	if v.Logs.First() == 1 {
		same(t, "lines", lines, want.log)
	}
}
