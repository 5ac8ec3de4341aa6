package emulatortest

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"pgregory.net/rapid"
)

// testRecords are bids-2@10, bids-2@11, ... with these keys and values, key:value.
func testRecords(keysAndValues ...string) []*kgo.Record {
	var records []*kgo.Record
	for i, text := range keysAndValues {
		key, value, _ := strings.Cut(text, ":")
		r := Record(key, value)
		r.Topic, r.Partition, r.Offset = "bids", 2, int64(10+i)
		r.Timestamp = time.UnixMilli(int64(1000 + i))
		records = append(records, r)
	}
	return records
}

// recordLine is records as key:value or topic/key:value, joined by spaces.
func recordLine(records []*kgo.Record) string {
	var all []string
	for _, r := range records {
		text := string(r.Key) + ":" + tombstoneOr(r.Value)
		if r.Topic != "" {
			text = r.Topic + "/" + text
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}

func TestBatch(t *testing.T) {
	h := Batch(func(_ context.Context, batch []Message[int]) ([]Message[testBid], error) {
		var out []Message[testBid]
		for i, m := range batch {
			if m.Topic != "bids" || m.Partition != 2 || m.Offset != int64(10+i) || m.Timestamp.UnixMilli() != int64(1000+i) {
				t.Errorf("message %d: got %+v, want where it comes from", i, m)
			}
			out = append(out, Message[testBid]{Key: m.Key + m.Key, Value: testBid{"lamp", m.Value}})
		}
		out[1].Topic, out[1].Key = "audit", ""
		return out, nil
	})
	got, err := h.records(t.Context(), testRecords("a:7", "b:8"))
	if want := `aa:{"item":"lamp","amount":7} audit/:{"item":"lamp","amount":8}`; err != nil || recordLine(got) != want {
		t.Errorf("got %s, %v, want %s", recordLine(got), err, want)
	}
	if got[1].Key != nil {
		t.Errorf("got key %q, want none", got[1].Key)
	}
}

func TestBatchReportsWhichRecordDoesNotDecode(t *testing.T) {
	h := Batch(func(context.Context, []Message[int]) ([]Message[int], error) {
		t.Error("the handler was called")
		return nil, nil
	})
	_, err := h.records(t.Context(), testRecords("a:7", ":x"))
	want := `bids-2@11 (no key): value is no int: invalid character 'x' looking for beginning of value: x`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestBatchReportsWhichMessageHasNoJSON(t *testing.T) {
	h := Batch(func(context.Context, []Message[string]) ([]Message[any], error) {
		return []Message[any]{{Value: 1}, {Key: "b", Value: func() {}}}, nil
	})
	got, err := h.records(t.Context(), testRecords("a:7"))
	if want := `message 2 of 2 returned, with key b: json: unsupported type: func()`; got != nil || err == nil || err.Error() != want {
		t.Errorf("got %v, %v, want %s", got, err, want)
	}
}

func TestBatchPassesItsErrorOnAsItIs(t *testing.T) {
	fault := errors.New("no stock")
	h := Batch(func(_ context.Context, batch []Message[string]) ([]Message[string], error) { return batch, fault })
	if got, err := h.records(t.Context(), testRecords("a:7")); got != nil || err != fault {
		t.Errorf("got %v, %v, want the error itself, which names its type", got, err)
	}
}

func TestMessagesThatPassThroughGoToTheOutputTopic(t *testing.T) {
	h := Batch(func(_ context.Context, batch []Message[string]) ([]Message[string], error) {
		again := Message[string]{Topic: "bids", Key: "again", Value: batch[0].Value}
		other := batch[1]
		other.Topic = "audit"
		changed := batch[1]
		changed.Value = "changed"
		return []Message[string]{batch[0], again, other, changed}, nil
	})
	records := testRecords("a:7", "b:8")
	records[0].Partition, records[0].Offset = 0, 0 // where every new message seems to be
	got, err := h.records(t.Context(), records)
	if want := "a:7 bids/again:7 audit/b:8 b:changed"; err != nil || recordLine(got) != want {
		t.Errorf("got %s, %v, want %s", recordLine(got), err, want)
	}
	if at := got[0].Timestamp.UnixMilli(); at != 1000 {
		t.Errorf("got timestamp %d, want that of the input", at)
	}
}

func TestEach(t *testing.T) {
	var seen []int
	h := Each(func(_ context.Context, n int) (*testBid, error) {
		seen = append(seen, n)
		if n == 8 {
			return nil, nil
		}
		return &testBid{"lamp", n}, nil
	})
	records := testRecords("a:7", "b:8", ":9")
	got, err := h.records(t.Context(), records)
	if want := `a:{"item":"lamp","amount":7} :{"item":"lamp","amount":9}`; err != nil || recordLine(got) != want {
		t.Errorf("got %s, %v, want %s", recordLine(got), err, want)
	}
	if got[1].Key != nil || !reflect.DeepEqual(seen, []int{7, 8, 9}) {
		t.Errorf("got key %q and %v, want none and all values in order", got[1].Key, seen)
	}
	got[0].Key[0] = 'x'
	if string(records[0].Key) != "a" {
		t.Error("the output shares its key with the input")
	}
}

func TestEachFailsTheBatchAtTheFirstError(t *testing.T) {
	var seen []int
	fault := errors.New("no stock")
	h := Each(func(_ context.Context, n int) (int, error) {
		if seen = append(seen, n); n == 8 {
			return 0, fault
		}
		return n, nil
	})
	got, err := h.records(t.Context(), testRecords("a:7", "b:8", "c:9"))
	if want := "bids-2@11 (key b): no stock"; got != nil || err == nil || err.Error() != want || !errors.Is(err, fault) {
		t.Errorf("got %v, %v, want %s", got, err, want)
	}
	if len(seen) != 2 {
		t.Errorf("got values %v, want none after the error", seen)
	}
	unencodable := Each(func(context.Context, int) (any, error) { return func() {}, nil })
	_, err = unencodable.records(t.Context(), testRecords("a:7"))
	if want := "bids-2@10 (key a): its output: json: unsupported type: func()"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestEachBeginsNoRecordAfterTheDeadline(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	out := errors.New("out of time")
	calls := 0
	h := Sink(func(context.Context, string) error {
		if calls++; calls == 2 {
			cancel(out)
		}
		return nil
	})
	_, err := h.records(ctx, testRecords("a:7", "b:8", "c:9"))
	if calls != 2 || !errors.Is(err, out) || !strings.HasPrefix(err.Error(), "bids-2@12 ") {
		t.Errorf("got %d calls, %v, want 2 and an error that names the third", calls, err)
	}
}

func TestSinkProducesNothing(t *testing.T) {
	var seen []string
	h := Sink(func(_ context.Context, s string) error { seen = append(seen, s); return nil })
	if got, err := h.records(t.Context(), testRecords("a:7", "b:8")); len(got) != 0 || err != nil || len(seen) != 2 {
		t.Errorf("got %s, %v, seen %v, want no output of two values", recordLine(got), err, seen)
	}
}

func TestHandlersMadeOfNilAreRefused(t *testing.T) {
	for name, h := range map[string]Handler{
		"Batch": Batch[int, int](nil), "Each": Each[int, int](nil), "Sink": Sink[int](nil), "zero": {},
	} {
		if _, err := adapt(h); err == nil || !strings.Contains(err.Error(), "nil function") {
			t.Errorf("%s: got %v, want a refusal", name, err)
		}
	}
}

// drawMessage draws a message as it can come out of Kafka.
func drawMessage[T any](t *rapid.T, value *rapid.Generator[T]) Message[T] {
	m := Message[T]{
		Key: rapid.String().Draw(t, "key"), Value: value.Draw(t, "value"),
		Topic:     rapid.StringMatching(`[a-z.]{1,9}`).Draw(t, "topic"),
		Timestamp: time.UnixMilli(rapid.Int64Range(0, 1<<42).Draw(t, "timestamp")),
	}
	for range rapid.IntRange(0, 3).Draw(t, "headers") {
		m.Headers = append(m.Headers, kgo.RecordHeader{
			Key: rapid.String().Draw(t, "header"), Value: rapid.SliceOf(rapid.Byte()).Draw(t, "header value"),
		})
	}
	return m
}

// roundTrip checks that a message is the same after it was a record.
func roundTrip[T any](value *rapid.Generator[T]) func(*rapid.T) {
	return func(t *rapid.T) {
		want := drawMessage(t, value)
		r, err := recordOf(&want)
		if err != nil {
			t.Fatal(err)
		}
		want.Partition, want.Offset = rapid.Int32().Draw(t, "partition"), rapid.Int64().Draw(t, "offset")
		r.Partition, r.Offset = want.Partition, want.Offset // as a client sets them
		got, err := messageOf[T](r)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v, %v, want %+v", got, err, want)
		}
		again, err := recordOf(&got)
		if err != nil || string(again.Value) != string(r.Value) || (again.Value == nil) != (r.Value == nil) || string(again.Key) != string(r.Key) {
			t.Fatalf("got record %+v, %v, want %+v", again, err, r)
		}
	}
}

func TestMessageRoundTrip(t *testing.T) {
	bid := rapid.Custom(func(t *rapid.T) testBid {
		return testBid{rapid.String().Draw(t, "item"), rapid.Int().Draw(t, "amount")}
	})
	t.Run("struct", rapid.MakeCheck(roundTrip(bid)))
	t.Run("pointer", rapid.MakeCheck(roundTrip(rapid.OneOf(rapid.Just[*testBid](nil), rapid.Ptr(bid, false)))))
	t.Run("string", rapid.MakeCheck(roundTrip(rapid.String())))
	t.Run("bytes", rapid.MakeCheck(roundTrip(rapid.SliceOf(rapid.Byte()))))
	t.Run("no bytes", rapid.MakeCheck(roundTrip(rapid.Just[[]byte](nil))))
	t.Run("JSON text", rapid.MakeCheck(roundTrip(rapid.Just(json.RawMessage(`{"a": 1.0}`)))))
	t.Run("number", rapid.MakeCheck(roundTrip(rapid.Float64Range(-1e300, 1e300))))
	t.Run("map", rapid.MakeCheck(roundTrip(rapid.MapOf(rapid.String(), rapid.Int64()))))
	t.Run("any", rapid.MakeCheck(roundTrip(rapid.Map(bid, func(b testBid) any {
		return map[string]any{"item": b.Item, "amount": float64(b.Amount)}
	}))))
}

func TestMessageSharesNoListWithItsRecord(t *testing.T) {
	r := testRecords("a:7")[0]
	r.Headers = append(make([]kgo.RecordHeader, 0, 4), kgo.RecordHeader{Key: "h"})
	m, err := messageOf[[]byte](r)
	if err != nil {
		t.Fatal(err)
	}
	_ = append(m.Headers, kgo.RecordHeader{Key: "added"})
	m.Headers[0].Key = "changed"
	if full := r.Headers[:2]; full[0].Key != "h" || full[1].Key != "" {
		t.Errorf("got headers %v of the record, want them untouched", full)
	}
}
