package emulatortest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// sinkElement is an element of the document of a sink connector.
type sinkElement struct {
	Payload struct {
		Topic     string          `json:"topic"`
		Partition int32           `json:"partition"`
		Offset    int64           `json:"offset"`
		Key       string          `json:"key"`
		Value     json.RawMessage `json:"value"`
		Result    json.RawMessage `json:"result,omitempty"`
	} `json:"payload"`
}

// sinkWorld has a topic of three partitions with 75 numbered records, and a
// function behind a connector that fails where wrong says so.
func sinkWorld(t *testing.T, w *emulatortest.World, wrong func(sinkElement) bool, options ...emulatortest.EventOption) (batches *[]string) {
	t.Helper()
	batches = new([]string)
	w.Topic("bids", 3)
	w.Function("accept", lambda.NewHandler(func(_ context.Context, in []sinkElement) ([]sinkElement, error) {
		*batches = append(*batches, fmt.Sprintf("%d:%d-%d", in[0].Payload.Partition, in[0].Payload.Offset, in[len(in)-1].Payload.Offset))
		for i := range in {
			if in[i].Payload.Partition != in[0].Payload.Partition {
				t.Errorf("a batch of partitions %d and %d", in[0].Payload.Partition, in[i].Payload.Partition)
			}
			if wrong(in[i]) {
				return nil, errors.New("no such bid")
			}
			in[i].Payload.Result = in[i].Payload.Value
		}
		return in, nil
	}), emulatortest.Warm(), emulatortest.Takes(100*time.Millisecond, 0), emulatortest.On("bids", append(options, emulatortest.EventProfile("connect-sync"))...))
	for i := range 75 {
		w.Produce("bids", emulatortest.Record("k"+strconv.Itoa(i%3), strconv.Itoa(i)))
	}
	return batches
}

func TestConnectorInvokesForEachPartition(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		batches := sinkWorld(t, w, func(sinkElement) bool { return false })
		w.Idle()
		for _, b := range *batches {
			first, last, _ := strings.Cut(b[strings.IndexByte(b, ':')+1:], "-")
			from, _ := strconv.Atoi(first)
			to, _ := strconv.Atoi(last)
			if to-from >= 20 {
				t.Errorf("batch %s is over 20 records", b)
			}
		}
		w.Expect(t).Delivered("accept-success", 75).Delivered("accept-error", 0).NoLoss().OrderedByKey()
		for _, r := range w.Records("accept-success")[:3] {
			n, err := strconv.Atoi(string(r.Value))
			if err != nil || string(r.Key) != "k"+strconv.Itoa(n%3) {
				t.Errorf("result %q has key %q", r.Value, r.Key)
			}
		}
	})
}

func TestConnectorStopsAtAnError(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		var poison sinkElement
		sinkWorld(t, w, func(e sinkElement) bool {
			if string(e.Payload.Value) == "70" {
				poison = e
			}
			return string(e.Payload.Value) == "70"
		}, emulatortest.Pollers(3))
		w.Advance(time.Hour)
		w.Produce("bids", emulatortest.Record("later", "x"))
		warnings := 0
		for _, e := range journalled(w, journal.Warning) {
			if strings.Contains(e.Text, "the connector's task has failed (function error: errorString: no such bid)") {
				warnings++
			}
		}
		if warnings != 1 {
			t.Errorf("got %d warnings that the task has failed, want 1", warnings)
		}
		w.Expect(t).Retries("accept").Exactly(0).Delivered("accept-error", 0)
		done := map[int32]int64{}
		for _, e := range journalled(w, journal.OffsetCommitted) {
			done[e.Partition] = max(done[e.Partition], e.Last)
		}
		if at := poison.Payload; at.Topic != "bids" || done[at.Partition] >= at.Offset {
			t.Errorf("committed %v, want less than offset %d of partition %d", done, at.Offset, at.Partition)
		}
	})
}

func TestConnectorGoesOnAfterAnError(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("lost", 1)
		sinkWorld(t, w, func(e sinkElement) bool { return string(e.Payload.Value) == "70" }, emulatortest.OnError("log"),
			func(e *emulator.Event) { e.ErrorTopic = "lost" })
		w.Idle()
		lost := w.Records("lost")
		w.Expect(t).Retries("accept").Exactly(0).NoLoss().Delivered("accept-success", 75-len(lost))
		if len(lost) == 0 || len(lost) > 20 {
			t.Fatalf("got %d error records, want those of one batch", len(lost))
		}
		last := lost[len(lost)-1]
		if got := string(last.Value); !strings.Contains(got, "no such bid") || string(last.Key) != "k1" {
			t.Errorf("got error %q with key %q", got, last.Key)
		}
		places := map[string]string{}
		for _, h := range last.Headers {
			places[h.Key] = string(h.Value)
		}
		if places["input_record_topic"] != "bids" || places["input_record_offset"] == "" || !strings.Contains(places["error_message"], "no such bid") {
			t.Errorf("got headers %v", places)
		}
	})
}
