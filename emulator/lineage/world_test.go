package lineage_test

import (
	"context"
	"errors"
	"os"
	"testing"

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

func TestProbe(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 1)
		w.Topic("mid", 2)
		w.Topic("out", 1)
		w.Topic("dlq", 1)
		w.Function("first", func(_ context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
			var out []*kgo.Record
			for _, r := range records {
				out = append(out, &kgo.Record{Key: r.Key, Value: r.Value}, &kgo.Record{Key: r.Key, Value: r.Value})
			}
			return out, nil
		}, emulatortest.On("in"), emulatortest.To("mid"))
		w.Function("second", func(_ context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
			for _, r := range records {
				if string(r.Key) == "b" {
					return nil, errors.New("no b")
				}
			}
			return []*kgo.Record{{Value: []byte("done")}}, nil
		}, emulatortest.On("mid", emulatortest.Bisect(), emulatortest.Retries(1), emulatortest.OnFailure("dlq"), emulatortest.EventProfile("aws-provisioned")), emulatortest.To("out"))
		w.Produce("in", &kgo.Record{Key: []byte("a"), Value: []byte("1")}, &kgo.Record{Key: []byte("b"), Value: []byte("2")})
		h := held(w, journal.Description{}, "in", "mid", "out", "dlq")
		for i := range h.Entries {
			t.Log(h.Entries[i].At/1e6, h.Entries[i].Sentence())
		}
		for _, r := range []lineage.Record{{"in", 0, 0}, {"in", 0, 1}, {"dlq", 0, 0}} {
			s, err := lineage.Explain(h, r, lineage.Options{})
			if err != nil {
				t.Fatal(err)
			}
			lineage.Text{Width: 120}.Write(os.Stderr, s)
		}
	})
}
