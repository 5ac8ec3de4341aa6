package lineage_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/twmb/franz-go/pkg/kgo"
)

// held returns the entries of a world, with what is known of each record filled in from
// the log where the run was not asked to.
func held(w *emulatortest.World, of journal.Description, topics ...string) *journal.Held {
	w.Idle()
	return collect(w, of, topics...)
}

// collect is held of what goes on.
func collect(w *emulatortest.World, of journal.Description, topics ...string) *journal.Held {
	h := &journal.Held{Of: of}
	buf := make([]journal.Entry, 1<<10)
	for r := w.Emulator().Journal().Draw(); ; {
		n, missed := r.Poll(buf)
		if n == 0 {
			break
		}
		h.Gone += missed
		h.Entries = append(h.Entries, buf[:n]...)
	}
	for _, topic := range topics {
		for _, r := range w.Records(topic) {
			m := journal.Message{Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Timestamp: r.Timestamp.UnixMilli(), Key: r.Key, Value: r.Value}
			h.Messages = append(h.Messages, m)
		}
	}
	for i := range h.Entries {
		if e := &h.Entries[i]; e.Kind == journal.RecordsProduced && e.Each == nil {
			e.Each = each(h.Messages, e)
		}
	}
	return h
}

func each(messages []journal.Message, e *journal.Entry) *journal.Records {
	all := &journal.Records{}
	for _, m := range messages {
		if m.Topic == e.Topic && m.Partition == e.Partition && m.Offset >= e.First && m.Offset <= e.Last {
			all.Each = append(all.Each, journal.Known{Key: journal.HashKey(m.Key), Offset: int32(m.Offset - e.First)})
		}
	}
	return all
}

func explain(t *testing.T, src journal.Source, topic string, offset int64) *lineage.Story {
	t.Helper()
	s, err := lineage.Explain(src, lineage.Record{Topic: topic, Offset: offset}, lineage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func text(t *testing.T, s *lineage.Story, width int) string {
	t.Helper()
	var b strings.Builder
	if err := (lineage.Text{Width: width}).Write(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// records returns what a story of a function's single attempts led to.
func outputs(t *testing.T, r *lineage.Reading) []*lineage.Story {
	t.Helper()
	return r.Attempts[len(r.Attempts)-1].Outputs
}

func each2(_ context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
	var out []*kgo.Record
	for _, r := range records {
		out = append(out, &kgo.Record{Key: r.Key, Value: r.Value}, &kgo.Record{Key: r.Key, Value: r.Value})
	}
	return out, nil
}

func failsOnB(_ context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
	for _, r := range records {
		if string(r.Key) == "b" {
			return nil, errors.New("no b")
		}
	}
	return []*kgo.Record{{Value: []byte("done")}}, nil
}

const storyOfB = `in/0@1   key "b"   2 hops   5.6 s end to end
  2

in/0@1  produced by test                                                                        0 ms
└ first  batch 1 (2 records, closed by window)
  └ try 1  COLD  environment 1, invocation 1  window 500 ms, cold start 330 ms, run 0 ms      830 ms
    succeeded
    ├ mid/0@2  (same key)                                                                     830 ms
    │ └ second  batch 2 (4 records, closed by window), batch 4 (2 records, bisect of
    │   batch 2), batch 5 (alone, bisect of batch 4)
`

// A real run: fan-out, bisect, retries and dead letters, down and up again.
func TestStoryOfARun(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		for _, topic := range []string{"in", "mid", "out", "dlq"} {
			w.Topic(topic, 1)
		}
		w.Function("first", each2, emulatortest.On("in"), emulatortest.To("mid"))
		w.Function("second", failsOnB, emulatortest.On("mid", emulatortest.Bisect(), emulatortest.Retries(1),
			emulatortest.OnFailure("dlq"), emulatortest.EventProfile("aws-provisioned")), emulatortest.To("out"))
		w.Produce("in", &kgo.Record{Key: []byte("a"), Value: []byte("1")}, &kgo.Record{Key: []byte("b"), Value: []byte("2")})
		h := held(w, journal.Description{}, "in", "mid", "out", "dlq")

		s := explain(t, h, "in", 1)
		mid := outputs(t, s.Readings[0])
		if len(mid) != 2 || mid[0].Record.Offset != 2 || mid[1].Record.Offset != 3 {
			t.Fatalf("in/0@1 led to %v", mid)
		}
		second := mid[0].Readings[0]
		if len(second.Batches) != 3 || len(second.Attempts) != 4 || second.Outcome != journal.DeadLettered || second.Committed == 0 {
			t.Errorf("got %d batches, %d attempts, %v, committed at %d; want 3, 4, dead-lettered", len(second.Batches), len(second.Attempts), second.Outcome, second.Committed)
		}
		if dead := outputs(t, second); len(dead) != 1 || dead[0].Record.Topic != "dlq" || dead[0].Produced.Via != "on-failure" {
			t.Errorf("it led to %v, want a failure record", dead)
		}
		var total int64
		for _, part := range s.Where {
			total += part.Time
		}
		if s.Hops != 2 || s.Total == 0 || total != s.Total {
			t.Errorf("%d hops, %d ns end to end, of which %v tells", s.Hops, s.Total, s.Where)
		}
		if got := text(t, s, 100); !strings.HasPrefix(got, storyOfB) {
			t.Errorf("got\n%s\nwant it to begin with\n%s", got, storyOfB)
		}
		dead := explain(t, h, "dlq", 0)
		if len(dead.Causes) != 1 || dead.Causes[0].Record.Topic != "mid" || len(dead.Causes[0].Causes) != 1 || dead.Causes[0].Causes[0].Record.Offset != 1 {
			t.Errorf("dlq/0@0 came from %v", dead.Causes)
		}
		for _, width := range []int{40, 60, 80, 133} {
			for line := range strings.Lines(text(t, s, width)) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width && n > 50 {
					t.Errorf("width %d: a line of %d: %s", width, n, line)
				}
			}
		}
	})
}

// What a handler sends itself, asked for by a mapping and by a request.
func TestStoryOfWhatHandlersSend(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 1)
		w.Topic("out", 1)
		send := func(ctx context.Context, keys ...string) error {
			options, err := w.HandlerOptions(ctx)
			if err != nil {
				return err
			}
			client, err := kgo.NewClient(options...)
			if err != nil {
				return err
			}
			defer client.Close()
			for _, key := range keys {
				client.Produce(ctx, &kgo.Record{Topic: "out", Key: []byte(key)}, nil)
			}
			return client.Flush(ctx)
		}
		w.Function("mapped", func(ctx context.Context, records []*kgo.Record) error {
			var keys []string
			for _, r := range records {
				keys = append(keys, string(r.Key))
			}
			return send(ctx, append(keys, "other")...)
		}, emulatortest.On("in"))
		w.Function("asked", func(ctx context.Context, _ string) error { return send(ctx, "asked") })
		w.Produce("in", &kgo.Record{Key: []byte("a")}, &kgo.Record{Key: []byte("b")})
		w.Idle()
		if _, err := w.Invoke("asked", "x"); err != nil {
			t.Fatal(err)
		}
		h := held(w, journal.Description{}, "in", "out")
		for offset, want := range []lineage.Evidence{lineage.ByKey, lineage.ByKey, lineage.ByBatch} {
			s := explain(t, h, "out", int64(offset))
			if p := s.Produced; p.Via != "own address" || p.Function != "mapped" || len(s.Causes) == 0 || s.Causes[0].Evidence != want {
				t.Errorf("out/0@%d: produced by %s, came from %v, want by %v", offset, p, s.Causes, want)
			}
		}
		s := explain(t, h, "out", 3)
		if p := s.Produced; p.Request != 1 || p.Function != "asked" || len(s.Causes) != 0 || !strings.Contains(p.String(), "request 1") {
			t.Errorf("out/0@3: produced by %s, came from %v", p, s.Causes)
		}
		if s := explain(t, h, "in", 0); len(outputs(t, s.Readings[0])) != 2 {
			t.Errorf("in/0@0 led to %v", outputs(t, s.Readings[0]))
		}
	})
}

// What is not handled yet says what it waits for.
func TestStoryOfWhatWaits(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 1)
		w.Function("fails", func(context.Context, []*kgo.Record) error { return errors.New("no") },
			emulatortest.On("in", emulatortest.BatchSize(1), emulatortest.Group("readers"), emulatortest.RetryBackoff(time.Minute)))
		w.Produce("in", emulatortest.Record("a", 1), emulatortest.Record("b", 2), emulatortest.Record("c", 3))
		w.Advance(5 * time.Second)
		h := collect(w, journal.Description{Mappings: []journal.DescribedMapping{{Group: "readers", Topic: "in", Function: "fails"}}}, "in")
		for offset, want := range []string{"attempt 2 at 1m", "lag 3; batch 1 is before it: attempt 2 at 1m", "lag 3; batch 1 is before it: attempt 2 at 1m"} {
			s := explain(t, h, "in", int64(offset))
			i := slices.IndexFunc(s.Readings, func(r *lineage.Reading) bool { return strings.Contains(r.Waits, want) })
			if i < 0 {
				t.Errorf("in/0@%d: got %q, want %q", offset, s.Readings[0].Waits, want)
			}
		}
	})
}
