package emulatortest_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/twmb/franz-go/pkg/kgo"
)

// The article's sums: five parallel functions that process 1,000 events every
// 200 ms process 25,000 events/s. One poller has five invocations at once
// (kafka-scaling-modes), each with a batch of a partition of its own.
const (
	articleBatch    = 1000
	articleDuration = 200 * time.Millisecond
)

// article declares the article's function on a topic with so many partitions. It
// returns the count of the events that were taken on.
func article(w *emulatortest.World, partitions int, options ...emulatortest.Option) *atomic.Int64 {
	w.Topic("events", partitions)
	taken := &atomic.Int64{}
	w.Function("process", func(_ context.Context, records []*kgo.Record) error {
		taken.Add(int64(len(records)))
		return nil
	}, append([]emulatortest.Option{
		emulatortest.On("events", emulatortest.BatchSize(articleBatch), emulatortest.Pollers(1)),
		emulatortest.Takes(articleDuration, 0), emulatortest.Warm(),
	}, options...)...)
	return taken
}

// backlog produces so many batches to each of the partitions from first to last,
// in the same moment.
func backlog(w *emulatortest.World, first, last, batches int) {
	for p := first; p <= last; p++ {
		records := make([]*kgo.Record, batches*articleBatch)
		for i := range records {
			records[i] = emulatortest.Record(fmt.Sprint(i%7), "event")
		}
		w.ProduceTo("events", int32(p), records...)
	}
}

// wantRate fails the test if records, handled since start, are not a rate of want
// events/s, within 1 %.
func wantRate(t *testing.T, w *emulatortest.World, start time.Duration, records int64, want float64) {
	t.Helper()
	took := w.Now() - start
	if got := float64(records) / took.Seconds(); got < 0.99*want || got > 1.01*want {
		t.Errorf("%d events in %v: got %.0f events/s, want %.0f within 1 %%", records, took, got, want)
	}
}

func TestArticleTwentyFiveThousandEventsASecond(t *testing.T) {
	emulatortest.Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *emulatortest.World) {
		article(w, 5)
		start := w.Now()
		backlog(w, 0, 4, 10)
		w.Idle()
		wantRate(t, w, start, 50_000, 25_000)
		w.Expect(t).NoLoss().OrderedByKey().Invocations("process").Exactly(50)
	})
}

// Invocations at once never share a partition: with three there are three.
func TestArticleThreePartitionsAreFifteenThousand(t *testing.T) {
	emulatortest.Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *emulatortest.World) {
		article(w, 3)
		start := w.Now()
		backlog(w, 0, 2, 10)
		w.Idle()
		wantRate(t, w, start, 30_000, 15_000)
		w.Expect(t).NoLoss().Invocations("process").Exactly(30)
	})
}

// A poller has no more than five invocations, however many partitions there are;
// two pollers have ten.
func TestArticleMorePartitionsNeedMorePollers(t *testing.T) {
	for pollers, want := range map[int]float64{1: 25_000, 2: 50_000} {
		t.Run(fmt.Sprint(pollers), func(t *testing.T) {
			emulatortest.Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *emulatortest.World) {
				article(w, 10, emulatortest.With(func(f *emulator.Function) { f.Events[0].Pollers = pollers }))
				start := w.Now()
				backlog(w, 0, 9, 5)
				w.Idle()
				wantRate(t, w, start, 50_000, want)
			})
		})
	}
}

// A cold start in the middle: the fifth partition gets its events when the other
// four are under way, and its environment takes five seconds to come. That long
// it is 20,000 events/s.
func TestArticleColdStartInTheMiddle(t *testing.T) {
	const cold = 5 * time.Second
	emulatortest.Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *emulatortest.World) {
		taken := article(w, 5, emulatortest.ColdStart(cold, 0))
		backlog(w, 0, 3, 40) // four cold starts, then eight seconds of work
		w.Advance(cold + 2*time.Second - 1)
		start, before := w.Now(), taken.Load()
		w.Advance(1)
		backlog(w, 4, 4, 10)
		w.Advance(cold - 1)
		wantRate(t, w, start, taken.Load()-before, 20_000)
		start, before = w.Now(), taken.Load()
		w.Advance(time.Second)
		wantRate(t, w, start, taken.Load()-before, 25_000)
		w.Idle()
		w.Expect(t).NoLoss().ColdStarts("process").Exactly(5)
	})
}

// The article's own table: cold 5 s, hot 100 ms. It knows no batch window.
func TestArticleColdFiveSecondsHotAHundredMilliseconds(t *testing.T) {
	emulatortest.Run(t, emulator.Config{Profile: "aws-2018"}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("events", 1)
		w.Function("process", emulatortest.Sink(func(context.Context, string) error { return nil }),
			emulatortest.On("events", emulatortest.Window(0)), emulatortest.Timeout(300*time.Second))
		for _, want := range []time.Duration{5100 * time.Millisecond, 100 * time.Millisecond} {
			start := w.Now()
			w.Produce("events", emulatortest.Record("a", "event"))
			w.Idle()
			if got := w.Now() - start; got != want {
				t.Errorf("an event took %v, want %v", got, want)
			}
			w.Advance(time.Minute)
		}
		w.Expect(t).NoLoss().ColdStarts("process").Exactly(1)
	})
}

// A poller reads 5 MB/s at most (kafka-scaling-modes): events of 300 bytes would
// be 7.5 MB/s, and are 5,000,000 / 300 = 16,667 a second; those of 3,000 bytes are
// 1,667. What is measured begins when the second's worth that a poller has at first
// is used up.
func TestArticleRecordsOverTheRateOfAPoller(t *testing.T) {
	for _, c := range []struct {
		size, batches int
		want          float64
	}{{300, 80, 16_666.67}, {3000, 10, 1666.67}} {
		t.Run(fmt.Sprint(c.size), func(t *testing.T) {
			config := emulator.Config{Profile: "aws-provisioned", Kafka: emulator.Kafka{Retention: 1 << 30}}
			emulatortest.Run(t, config, func(t *testing.T, w *emulatortest.World) {
				taken := article(w, 5)
				value := strings.Repeat("x", c.size-1)
				for p := range int32(5) {
					records := make([]*kgo.Record, c.batches*articleBatch)
					for i := range records {
						records[i] = emulatortest.Record(fmt.Sprint(i%7), value)
					}
					w.ProduceTo("events", p, records...)
				}
				w.Advance(3 * time.Second)
				start, before := w.Now(), taken.Load()
				w.Advance(18 * time.Second) // whole batches: 1,000 events are 0.06 s, or 0.6 s
				wantRate(t, w, start, taken.Load()-before, c.want)
			})
		})
	}
}
