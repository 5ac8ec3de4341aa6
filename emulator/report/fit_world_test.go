package report_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
	"github.com/twmb/franz-go/pkg/kgo"
)

// looks is a run in which every record is looked at.
func looks(profile string) emulator.Config {
	return emulator.Config{Profile: profile, Journal: emulator.Journal{Records: true}}
}

// measure measures the run of a world that has come to rest.
func measure(t *testing.T, w *emulatortest.World, options report.FitOptions) report.FunctionFit {
	t.Helper()
	w.Idle()
	h := &history{Held: journal.Held{Of: w.Emulator().Description()}}
	buf := make([]journal.Entry, 1<<10)
	for r := w.Emulator().Journal().Draw(); ; {
		n, missed := r.Poll(buf)
		if n == 0 {
			break
		}
		h.Gone += missed
		h.Entries = append(h.Entries, buf[:n]...)
	}
	f := h.fit(t, options)
	if len(f.Functions) != 1 {
		t.Fatalf("got %d functions", len(f.Functions))
	}
	return f.Functions[0]
}

func judged(f report.FunctionFit, name string) report.Principle {
	for _, p := range f.Principles {
		if p.Name == name {
			return p
		}
	}
	return report.Principle{}
}

// The article's sums: five parallel functions that process 1,000 events every 200 ms
// process 25,000 events/s.
func TestFitArticle(t *testing.T) {
	emulatortest.Run(t, looks("aws-provisioned"), func(t *testing.T, w *emulatortest.World) {
		w.Topic("events", 5)
		w.Topic("out", 1)
		w.Function("process", func(_ context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
			return []*kgo.Record{{Value: fmt.Append(nil, len(records))}}, nil
		}, emulatortest.On("events", emulatortest.BatchSize(1000), emulatortest.Pollers(1)), emulatortest.To("out"),
			emulatortest.Takes(200*time.Millisecond, 0), emulatortest.Warm())
		for p := range int32(5) {
			records := make([]*kgo.Record, 10_000)
			for i := range records {
				records[i] = emulatortest.Record(fmt.Sprint(p, i%7), "event")
			}
			w.ProduceTo("events", p, records...)
		}
		f := measure(t, w, report.FitOptions{Latency: 3 * second})
		if p := f.Throughput; p.Peak != 25_000 || p.Mean != 25_000 || p.Records != 50_000 || p.Active != 2*second {
			t.Errorf("throughput: got %+v, want 25,000 events/s", p)
		}
		if e := f.Elasticity; e.Environments != 5 || e.Busy != 5 || e.Invocations != 50 || e.ColdStarts != 5 {
			t.Errorf("elasticity: got %+v", e)
		}
		if l := f.Latency; l.Modelled == nil || l.Modelled.Max != int64(200*time.Millisecond) || l.HandledHot.Max != 2*second || l.HandledCold.Max != second/5 || l.Unknown != 0 {
			t.Errorf("latency: got %+v, hot %+v", l, l.HandledHot)
		}
		// 50 times 200 ms with 128 MB, 50 requests; one event poller unit for two seconds.
		if c := f.Cost; c == nil || c.Compute != 208_334 || c.Requests != 100_000 || c.PollersPerHour != 1_850_000_000 || c.BreakEven != 0 {
			t.Errorf("cost: got %+v", c)
		}
		if m := f.Model[0]; m.Kind != "per partition" || m.BatchSize != 1000 || m.MostRecords != 1000 {
			t.Errorf("model: got %+v", m)
		}
		if f.Fits != report.Fits || f.Order.Order != 0 || f.Work.Outputs != 50 {
			t.Errorf("%s; order %+v, %+v", f.Verdict, f.Order, f.Work)
		}
	})
}

const second = int64(time.Second)

// A handler that counts gives another answer to the same record, one that does not gives
// the same; of one that got each record once nothing is known.
func TestFitShowsState(t *testing.T) {
	count := 0
	for name, c := range map[string]struct {
		answer func(value []byte) []byte
		times  int
		want   report.Judgement
	}{
		"counts":      {func([]byte) []byte { count++; return fmt.Append(nil, count) }, 5, report.Breaks},
		"echoes":      {func(value []byte) []byte { return value }, 5, report.Fits},
		"echoes once": {func(value []byte) []byte { return value }, 1, report.NotShown},
	} {
		t.Run(name, func(t *testing.T) {
			emulatortest.Run(t, looks("aws"), func(t *testing.T, w *emulatortest.World) {
				w.Topic("in", 1)
				w.Topic("out", 1)
				w.Function("f", func(_ context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
					return []*kgo.Record{{Key: records[0].Key, Value: c.answer(records[0].Value)}}, nil
				}, emulatortest.On("in", emulatortest.BatchSize(1), emulatortest.Window(0)), emulatortest.To("out"))
				for range c.times {
					w.Produce("in", emulatortest.Record("a", "same"))
					w.Idle()
				}
				f := measure(t, w, report.FitOptions{})
				if p := judged(f, "stateless"); p.Judgement != c.want || f.State.Compared != uint64(c.times-1) {
					t.Errorf("got %s: %s; %+v", p.Judgement, p.Evidence, f.State)
				}
			})
		})
	}
}

// A source stream through concurrent invocations destroys the order of events; driven per
// partition or per key it keeps it.
func TestFitShowsBrokenOrder(t *testing.T) {
	for _, c := range []struct {
		profile, order, kind string
		want                 report.Judgement
	}{
		{"connect-async", "", "asynchronous", report.Breaks}, {"aws", "none", "concurrent", report.Breaks},
		{"aws", "key", "per key", report.Fits}, {"aws", "", "per partition", report.Fits},
	} {
		t.Run(c.kind, func(t *testing.T) {
			emulatortest.Run(t, looks(c.profile), func(t *testing.T, w *emulatortest.World) {
				w.Topic("in", 1)
				w.Function("f", lambda.NewHandler(func(context.Context, json.RawMessage) error { return nil }),
					emulatortest.On("in"), emulatortest.Takes(50*time.Millisecond, 500*time.Millisecond),
					emulatortest.With(func(f *emulator.Function) {
						if f.Events[0].Order = c.order; c.profile == "aws" {
							f.Events[0].BatchSize = 1
						}
					}))
				for i := range 30 {
					w.Produce("in", emulatortest.Record("a", fmt.Sprint(i)))
					w.Advance(20 * time.Millisecond)
				}
				f := measure(t, w, report.FitOptions{Latency: 1 << 60})
				p := judged(f, "order and lineage")
				if p.Judgement != c.want || f.Throughput.Records != 30 || f.Model[0].Kind != c.kind || len(f.Model) != 1 {
					t.Errorf("got %s: %s, %+v, %+v", p.Judgement, p.Evidence, f.Throughput, f.Model)
				}
				if c.want == report.Breaks && (f.Order.Order == 0 || !strings.Contains(p.Evidence, "order of key broken ") || p.Advice == "") {
					t.Errorf("got %+v", p)
				}
			})
		})
	}
}
