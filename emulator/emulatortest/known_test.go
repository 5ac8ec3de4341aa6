package emulatortest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// everyRecord is a journal that knows of every record.
func everyRecord() emulator.Config {
	return emulator.Config{Profile: "aws-provisioned", Seed: new(uint64(7)), Journal: emulator.Journal{Records: true}}
}

// entriesOf are the entries of a world until now.
func entriesOf(t *testing.T, w *emulatortest.World) []journal.Entry {
	t.Helper()
	buf := make([]journal.Entry, journal.DefaultCapacity)
	n, missed := w.Emulator().Journal().Draw().Poll(buf)
	if missed != 0 {
		t.Fatalf("%d entries are gone", missed)
	}
	return buf[:n]
}

// place is where a record is.
type place struct {
	topic     string
	partition int32
	offset    int64
}

// placesOf are the records of a range that an entry knows.
func placesOf(e *journal.Entry) []place {
	var all []place
	for _, k := range e.Each.Each {
		all = append(all, place{e.Topic, e.Partition, e.First + int64(k.Offset)})
	}
	return all
}

// knownWorld has a function that upper-cases, or drops the batch, and one whose records
// all end in the dead-letter topic.
func knownWorld(w *emulatortest.World) {
	w.Topic("in", 3)
	w.Topic("out", 2)
	w.Topic("dead", 2)
	calls := 0
	w.Function("upper", func(_ context.Context, in []*kgo.Record) ([]*kgo.Record, error) {
		if calls++; calls%3 == 0 {
			return nil, errors.New("one in three fails")
		}
		var out []*kgo.Record
		for _, r := range in {
			out = append(out, &kgo.Record{Key: r.Key, Value: []byte(strings.ToUpper(string(r.Value)))})
		}
		return out, nil
	}, emulatortest.On("in", emulatortest.BatchSize(4), emulatortest.Retries(2)), emulatortest.To("out"))
	w.Function("refuse", func(context.Context, []*kgo.Record) error { return errors.New("never") },
		emulatortest.On("in", emulatortest.BatchSize(5), emulatortest.Retries(1), emulatortest.OnFailure("dead")))
	for round := range 10 {
		for i := range 7 {
			r := emulatortest.Record(fmt.Sprintf("key-%d", i%4), fmt.Sprintf("v%d/%d", round, i))
			if i == 3 {
				r.Key = nil
			}
			r.Headers = []kgo.RecordHeader{{Key: "traceparent", Value: fmt.Appendf(nil, "00-%030x%02x-00f067aa0ba902b7-01", round+1, i)}}
			w.Produce("in", r)
		}
		w.Advance(700 * time.Millisecond)
	}
	w.Idle()
}

// Everything in the log is known by the entry that tells of it, with its own key, time,
// trace and digest; and the mappings say of each that it arrived, once, in order.
func TestJournalKnowsEveryRecord(t *testing.T) {
	emulatortest.Run(t, everyRecord(), func(t *testing.T, w *emulatortest.World) {
		knownWorld(w)
		entries := entriesOf(t, w)
		produced := map[place]journal.Known{}
		digests := map[string]uint64{}
		arrived := map[string]map[place]int{"upper": {}, "refuse": {}}
		next := map[string]int64{}
		for i := range entries {
			e := &entries[i]
			switch e.Kind {
			case journal.RecordsProduced:
				digests[e.Topic] += e.Digest
				for i, p := range placesOf(e) {
					known := e.Each.Each[i]
					known.Offset, known.Time = 0, int32(e.Each.At(i)%1_000_000)
					produced[p] = known
				}
			case journal.RecordsArrived:
				for i, p := range placesOf(e) {
					arrived[e.Mapping][p]++
					lane := fmt.Sprint(e.Mapping, p.partition)
					if p.offset != next[lane] {
						t.Errorf("%s: %v arrived, want offset %d", e.Mapping, p, next[lane])
					}
					next[lane] = p.offset + 1
					if k := e.Each.Each[i]; k.Key != produced[p].Key || e.Each.At(i)%1_000_000 != int64(produced[p].Time) {
						t.Errorf("%s: %v is another one than was produced", e.Mapping, p)
					}
				}
			}
		}
		for _, topic := range []string{"in", "out", "dead"} {
			var digest uint64
			for _, r := range w.Records(topic) {
				digest += journal.Digest(r.Key, r.Value)
				got := produced[place{topic, r.Partition, r.Offset}]
				want := journal.Known{Key: journal.HashKey(r.Key), Trace: traceOf(r), Time: int32(r.Timestamp.UnixMilli() % 1_000_000)}
				if got != want {
					t.Errorf("%s/%d@%d: got %+v, want %+v", topic, r.Partition, r.Offset, got, want)
				}
			}
			if digest == 0 || digests[topic] != digest {
				t.Errorf("%s: digest %x, want %x", topic, digests[topic], digest)
			}
		}
		for mapping, places := range arrived {
			if len(places) != 70 {
				t.Errorf("%s: %d records arrived, want 70", mapping, len(places))
			}
		}
	})
}

func traceOf(r *kgo.Record) uint64 {
	for _, h := range r.Headers {
		if h.Key == "traceparent" {
			return journal.HashTrace(h.Value, nil)
		}
	}
	return 0
}

// Outputs and failure records lead back to the records they were made from; the trace of
// those goes on in the outputs.
func TestOutputsKnowTheirOrigins(t *testing.T) {
	emulatortest.Run(t, everyRecord(), func(t *testing.T, w *emulatortest.World) {
		knownWorld(w)
		records := map[place]*kgo.Record{}
		for _, topic := range []string{"in", "out", "dead"} {
			for _, r := range w.Records(topic) {
				records[place{topic, r.Partition, r.Offset}] = r
			}
		}
		entries := entriesOf(t, w)
		// The spans of a batch come in its order, those that ended by an invocation too.
		batches, ended := map[uint64][]place{}, map[uint64][]place{}
		of := map[uint64]uint64{}
		add := func(into map[uint64][]place, number uint64, e *journal.Entry) {
			for offset := e.First; offset <= e.Last; offset++ {
				into[number] = append(into[number], place{e.Topic, e.Partition, offset})
			}
		}
		for i := range entries {
			switch e := &entries[i]; {
			case e.Kind == journal.BatchFormed:
				add(batches, e.Batch, e)
			case e.Kind == journal.InvocationStarted:
				of[e.Invocation] = e.Batch
			case e.Kind == journal.RecordsEnded && e.Outcome == journal.DeadLettered:
				add(ended, e.Invocation, e)
			}
		}
		outputs, failures := 0, 0
		for i := range entries {
			e := &entries[i]
			if e.Kind != journal.RecordsProduced || e.Mapping == "" {
				continue
			}
			from := batches[of[e.Invocation]]
			if e.Reason == "on-failure" {
				from = ended[e.Invocation]
			}
			for i, p := range placesOf(e) {
				origin := e.Each.Origin(i)
				if origin < 0 {
					t.Fatalf("%v has no origin", p)
				}
				in, out := records[from[origin]], records[p]
				switch e.Reason {
				case "output":
					if string(out.Value) != strings.ToUpper(string(in.Value)) || traceOf(out) != traceOf(in) || traceOf(in) == 0 {
						t.Errorf("%v %q of %v %q", p, out.Value, from[origin], in.Value)
					}
					outputs++
				case "on-failure":
					if !strings.Contains(string(out.Value), fmt.Sprintf("\"offset\":\"%d\"", in.Offset)) || string(out.Key) != string(in.Key) {
						t.Errorf("%v %q of %v", p, out.Value, from[origin])
					}
					failures++
				}
			}
		}
		if outputs < 40 || failures != 70 {
			t.Errorf("%d outputs and %d failure records", outputs, failures)
		}
	})
}

func TestDescription(t *testing.T) {
	cfg := everyRecord()
	emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) {
		knownWorld(w)
		d := w.Emulator().Description()
		if d.Schema != journal.Schema || d.Profile != "aws-provisioned" || d.Seed != 7 || !d.Virtual || len(d.Topics) != 3 || d.Topics[1] != (journal.DescribedTopic{Name: "in", Partitions: 3}) {
			t.Errorf("got %+v", d)
		}
		if len(d.Functions) != 2 || d.Functions[0].Name != "upper" || d.Functions[0].Output != "out" || d.Functions[0].Memory != 128<<20 ||
			d.Functions[0].Reserved != -1 || d.Functions[0].Payload != 6<<20 || d.Functions[0].Timeout <= 0 {
			t.Errorf("got %+v", d.Functions)
		}
		want := journal.DescribedMapping{Group: "refuse", Function: "refuse", Topic: "in", Profile: "aws-provisioned", InFlight: 1, Pollers: 200, PollersFirst: 1, BatchSize: 5, OnFailure: "dead", Retries: 1}
		if len(d.Mappings) != 2 || d.Mappings[1] != want {
			t.Errorf("got %+v, want %+v", d.Mappings, want)
		}
		if at := time.Unix(0, d.Started).Add(w.Now()); !at.Equal(time.Now()) {
			t.Errorf("started at %v says that it is %v, it is %v", d.Started, at, time.Now())
		}
	})
}

// A partition that is driven in lanes has as many batches in flight, and says in which order.
func TestDescriptionOfLanes(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 1)
		w.Function("f", emulatortest.Sink(func(context.Context, string) error { return nil }),
			emulatortest.On("in"), emulatortest.With(func(f *emulator.Function) { f.Events[0].Order, f.Events[0].Lanes = "key", 3 }))
		w.Idle()
		if m := w.Emulator().Description().Mappings; len(m) != 1 || m[0].InFlight != 3 || m[0].Order != "key" {
			t.Errorf("got %+v, want three batches in flight, in order by key", m)
		}
	})
}
