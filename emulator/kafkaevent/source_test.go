package kafkaevent

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

var update = flag.Bool("update", false, "rewrite the golden documents")

var (
	msk = Source{
		EventSource: MSK,
		ARN:         "arn:aws:kafka:us-west-2:012345678901:cluster/ExampleMSKCluster/e9f754c6-d29a-4430-a7db-958a19fd2c54-4",
		Bootstrap: "b-2.demo-cluster-1.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092," +
			"b-1.demo-cluster-1.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092",
	}
	selfManaged = Source{EventSource: SelfManaged, Bootstrap: "127.0.0.1:9092"}
)

func record(topic string, partition int32, offset int64) *kgo.Record {
	return &kgo.Record{
		Topic: topic, Partition: partition, Offset: offset,
		Timestamp: time.UnixMilli(1595035749700 + offset),
		Key:       []byte("key"), Value: []byte("value"),
	}
}

// sample is the record of testdata/kafka-event.json in aws-lambda-go.
func sample() *kgo.Record {
	r := record("AWSKafkaTopic", 0, 0)
	r.Key = []byte("8d5596b4-1813-4238-b24b-6dad8e3d1c0c")
	r.Value = []byte("8d5596b4-1813-4238-b24b-6dad8e3d1c0c")
	r.Headers = []kgo.RecordHeader{{Key: "headerKey", Value: []byte{118, 0xDC, 0, 127, 0x80}}}
	return r
}

// awsSample is what aws-lambda-go publishes as an example of the event.
const awsSample = `{"eventSource": "aws:kafka",
"eventSourceArn": "arn:aws:kafka:us-west-2:012345678901:cluster/ExampleMSKCluster/e9f754c6-d29a-4430-a7db-958a19fd2c54-4",
"bootstrapServers": "b-2.demo-cluster-1.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092,b-1.demo-cluster-1.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092",
"records": {"AWSKafkaTopic-0": [{"topic": "AWSKafkaTopic", "partition": 0, "offset": 0,
"timestamp": 1595035749700, "timestampType": "CREATE_TIME",
"key": "OGQ1NTk2YjQtMTgxMy00MjM4LWIyNGItNmRhZDhlM2QxYzBj",
"value": "OGQ1NTk2YjQtMTgxMy00MjM4LWIyNGItNmRhZDhlM2QxYzBj",
"headers": [{"headerKey": [118, -36, 0, 127, -128]}]}]}}`

func TestEventIsThePublishedExample(t *testing.T) {
	var want bytes.Buffer
	if err := json.Compact(&want, []byte(awsSample)); err != nil {
		t.Fatal(err)
	}
	got := msk.AppendEvent(nil, []*kgo.Record{sample()})
	if string(got) != want.String() {
		t.Errorf("got  %s\nwant %s", got, want.Bytes())
	}
}

func TestEventGolden(t *testing.T) {
	nothing := record("t", 1, 7)
	nothing.Key, nothing.Value = nil, nil
	empty := record("t", 1, 8)
	empty.Key, empty.Value = []byte{}, []byte{}
	headers := record("t", 12, math.MaxInt64)
	headers.Headers = []kgo.RecordHeader{
		{Key: "a", Value: []byte("1")}, {Key: "a", Value: nil}, {Key: "\x01\"\\\n\u2028ü\xff", Value: []byte{}},
	}
	nullKey := selfManaged
	nullKey.NullKey = true
	tests := map[string]struct {
		source  Source
		records []*kgo.Record
	}{
		"none":         {selfManaged, nil},
		"msk":          {msk, []*kgo.Record{sample()}},
		"partitions":   {selfManaged, []*kgo.Record{record("t", 0, 3), record("t", 0, 5), record("t", 10, 1)}},
		"null-left":    {selfManaged, []*kgo.Record{nothing, empty}},
		"null-written": {nullKey, []*kgo.Record{nothing, empty}},
		"headers":      {selfManaged, []*kgo.Record{headers}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			golden(t, name, test.source.AppendEvent(nil, test.records))
		})
	}
}

// golden compares a document with testdata/name.json, which is written with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".json")
	got = append(bytes.Clone(got), '\n')
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n"))) {
		t.Errorf("got  %swant %s", got, want)
	}
}

func TestEventAppendsAndLeavesTheRest(t *testing.T) {
	got := selfManaged.AppendEvent([]byte("before"), []*kgo.Record{record("t", 0, 0)})
	rest, ok := bytes.CutPrefix(got, []byte("before"))
	if !ok || !json.Valid(rest) {
		t.Errorf("got %s", got)
	}
}

// fetched is a record as the client makes it of a batch with attributes.
func fetched(t *testing.T, attributes int16) *kgo.Record {
	t.Helper()
	body := (&kmsg.Record{Length: 6}).AppendTo(nil)
	batch := kmsg.RecordBatch{Magic: 2, Attributes: attributes, NumRecords: 1, Records: body, FirstTimestamp: 7, MaxTimestamp: 7}
	batch.Length = int32(len(batch.AppendTo(nil)) - 12) // what follows the length
	fetch, _ := kgo.ProcessFetchPartition(kgo.ProcessFetchPartitionOpts{DisableCRCValidation: true},
		&kmsg.FetchResponseTopicPartition{RecordBatches: batch.AppendTo(nil)}, kgo.DefaultDecompressor(), nil)
	if fetch.Err != nil || len(fetch.Records) != 1 {
		t.Fatalf("got %d records, error %v", len(fetch.Records), fetch.Err)
	}
	return fetch.Records[0]
}

func TestTimestampTypes(t *testing.T) {
	for attributes, want := range map[int16]string{0: "CREATE_TIME", 8: "LOG_APPEND_TIME"} {
		r := fetched(t, attributes)
		doc := selfManaged.AppendEvent(nil, []*kgo.Record{r})
		if !bytes.Contains(doc, []byte(`"timestamp":7,"timestampType":"`+want+`"`)) {
			t.Errorf("attributes %d: got %s, want %s", attributes, doc, want)
		}
		if got := sum(selfManaged, []*kgo.Record{r}); got != len(doc) {
			t.Errorf("sizes add up to %d, document has %d", got, len(doc))
		}
	}
}

func TestSizesAddUp(t *testing.T) {
	for name, records := range map[string][]*kgo.Record{
		"one":   {record("t", 0, 0)},
		"some":  {record("t", 0, 9), record("t", 0, 10), record("t", 99, 1), record("t", 100, -1)},
		"headr": {sample(), sample()},
	} {
		for _, source := range []Source{msk, selfManaged, {EventSource: MSK, ARN: "\"\x00", NullKey: true}} {
			if got, want := sum(source, records), len(source.AppendEvent(nil, records)); got != want {
				t.Errorf("%s: sizes add up to %d, document has %d", name, got, want)
			}
		}
	}
}

func sum(s Source, records []*kgo.Record) int {
	n, seen := s.BaseSize(), map[int32]bool{}
	for _, r := range records {
		if !seen[r.Partition] {
			n += s.PartitionSize(r.Topic, r.Partition)
		}
		seen[r.Partition] = true
		n += s.RecordSize(r)
	}
	return n
}

// FuzzEvent encodes records and decodes them with aws-lambda-go.
func FuzzEvent(f *testing.F) {
	f.Add("AWSKafkaTopic", int32(0), int64(15), int64(1545084650987), []byte("k"), []byte("v"), "h", []byte{118, 0xDC, 0, 127, 0x80}, false)
	f.Add("t", int32(9999), int64(-1), int64(-1), []byte{0xff, 0xfe}, []byte{}, "\xff\xfe\x00", []byte{}, true)
	f.Add("\u2028\"\\", int32(-1), int64(math.MinInt64), int64(0), []byte{}, []byte{0}, "", []byte{0x80}, false)
	f.Fuzz(func(t *testing.T, topic string, partition int32, offset, ms int64, key, value []byte, name string, header []byte, null bool) {
		r := &kgo.Record{
			Topic: topic, Partition: partition, Offset: offset, Timestamp: time.UnixMilli(ms),
			Key: key, Value: value, Headers: []kgo.RecordHeader{{Key: name, Value: header}, {Key: name, Value: header}},
		}
		source := Source{EventSource: SelfManaged, Bootstrap: name, NullKey: null}
		records := []*kgo.Record{r, r}
		doc := source.AppendEvent(nil, records)
		if got := sum(source, records); got != len(doc) {
			t.Errorf("sizes add up to %d, document has %d", got, len(doc))
		}
		if !utf8.Valid(doc) {
			t.Errorf("document is not UTF-8: %q", doc)
		}
		compareDecoded(t, doc, r)
	})
}

func compareDecoded(t *testing.T, doc []byte, r *kgo.Record) {
	t.Helper()
	var event events.KafkaEvent
	if err := json.Unmarshal(doc, &event); err != nil {
		t.Fatalf("%v in %s", err, doc)
	}
	if len(event.Records) != 1 {
		t.Fatalf("got %d partitions, want 1", len(event.Records))
	}
	for _, decoded := range event.Records {
		if len(decoded) != 2 {
			t.Fatalf("got %d records, want 2", len(decoded))
		}
		got := decoded[1]
		if got.Topic != valid(r.Topic) || got.Partition != int64(r.Partition) || got.Offset != r.Offset ||
			got.Timestamp.UnixMilli() != r.Timestamp.UnixMilli() || got.TimestampType != "CREATE_TIME" {
			t.Errorf("got %+v, want %+v", got, r)
		}
		if got.Key != base64.StdEncoding.EncodeToString(r.Key) || got.Value != base64.StdEncoding.EncodeToString(r.Value) {
			t.Errorf("got key %s, value %s, want %x, %x", got.Key, got.Value, r.Key, r.Value)
		}
		if len(got.Headers) != 2 {
			t.Fatalf("got %d headers, want 2", len(got.Headers))
		}
		h := r.Headers[1]
		if v, ok := got.Headers[1][valid(h.Key)]; !ok || !bytes.Equal(v, h.Value) {
			t.Errorf("got headers %v, want %q: %v", got.Headers, h.Key, h.Value)
		}
	}
}

// valid is what encoding/json makes of a string: each byte that is no UTF-8
// becomes one replacement character.
func valid(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(r)
	}
	return b.String()
}

func TestFailureRecordGolden(t *testing.T) {
	of := FailedInvocation{
		RequestID:   "316aa6d0-8154-4b9c-9af7-85d5f4a6bc81",
		FunctionARN: "arn:aws:lambda:us-east-2:123456789012:function:ship",
		InvokeCount: 4, FunctionError: "Unhandled",
		At: time.Date(2026, 11, 14, 18, 16, 5, 568_900_000, time.FixedZone("CET", 3600)),
	}
	golden(t, "failure-msk", msk.FailureRecord("dead", of, sample()).Value)
	of.Condition, of.FunctionError = MaximumPayloadSizeExceeded, ""
	golden(t, "failure-too-large", selfManaged.FailureRecord("dead", of, sample()).Value)
}

func TestFailureDocumentGolden(t *testing.T) {
	of := FailedInvocation{
		RequestID:   "316aa6d0-8154-4b9c-9af7-85d5f4a6bc81",
		FunctionARN: "arn:aws:lambda:us-east-2:123456789012:function:ship",
		InvokeCount: 4, FunctionError: "Unhandled",
		At: time.Date(2026, 11, 14, 18, 16, 5, 568_900_000, time.FixedZone("CET", 3600)),
	}
	records := []*kgo.Record{record("orders", 0, 7), record("orders", 0, 9), record("orders", 2, 1)}
	golden(t, "failure-queue", msk.FailureDocument(of, records, false))
	golden(t, "failure-bucket", selfManaged.FailureDocument(of, records, true))
	of.Condition, of.FunctionError = MaximumPayloadSizeExceeded, ""
	golden(t, "failure-queue-too-large", selfManaged.FailureDocument(of, records[:1], false))
}

func TestFailureDocumentHoldsTheEventAsAString(t *testing.T) {
	records := []*kgo.Record{record("orders", 0, 7), record("orders", 2, 1)}
	var value struct {
		RequestContext struct{ Condition string }
		KafkaBatchInfo struct {
			BatchSize, PayloadSize int
			RecordsInfo            map[string]map[string]string
		}
		Payload *string
	}
	if err := json.Unmarshal(msk.FailureDocument(FailedInvocation{InvokeCount: 1, FunctionError: "Unhandled"}, records, true), &value); err != nil {
		t.Fatal(err)
	}
	want := msk.AppendEvent(nil, records)
	if value.Payload == nil || *value.Payload != string(want) || value.KafkaBatchInfo.PayloadSize != len(want) || value.KafkaBatchInfo.BatchSize != 2 {
		t.Errorf("got %+v, want payload %s", value, want)
	}
	if got := value.KafkaBatchInfo.RecordsInfo["orders-2"]["firstRecordOffset"]; got != "1" || value.RequestContext.Condition != "RetryAttemptsExhausted" {
		t.Errorf("got %+v", value)
	}
}

func TestFailureRecordHoldsTheEvent(t *testing.T) {
	r := sample()
	r.Key = []byte{0xff, 0}
	got := msk.FailureRecord("dead", FailedInvocation{InvokeCount: 1, FunctionError: "Unhandled"}, r)
	if got.Topic != "dead" || !bytes.Equal(got.Key, r.Key) || got.Partition != 0 || len(got.Headers) != 0 {
		t.Errorf("got topic %q, key %x", got.Topic, got.Key)
	}
	var value struct {
		RequestContext struct{ Condition string }
		KafkaBatchInfo struct {
			BatchSize, PayloadSize int
			RecordInfo             struct{ Offset, Timestamp string }
		}
		Payload json.RawMessage
	}
	if err := json.Unmarshal(got.Value, &value); err != nil {
		t.Fatal(err)
	}
	if value.RequestContext.Condition != "RetriesExhausted" || value.KafkaBatchInfo.BatchSize != 1 {
		t.Errorf("got %+v", value)
	}
	want := msk.AppendEvent(nil, []*kgo.Record{r})
	if !bytes.Equal(value.Payload, want) || value.KafkaBatchInfo.PayloadSize != len(want) {
		t.Errorf("got payload %s (%d), want %s", value.Payload, value.KafkaBatchInfo.PayloadSize, want)
	}
	if got := value.KafkaBatchInfo.RecordInfo; !reflect.DeepEqual(got, struct{ Offset, Timestamp string }{"0", "2020-07-18T01:29:09.700Z"}) {
		t.Errorf("got %+v", got)
	}
}

func thousand() []*kgo.Record {
	records := make([]*kgo.Record, 1000)
	for i := range records {
		records[i] = record("bids.submitted", int32(i/334), int64(1_000_000+i))
		records[i].Value = bytes.Repeat([]byte{'x'}, 100)
	}
	return records
}

// BenchmarkAppendEvent makes the document of 1,000 records of 100 bytes.
func BenchmarkAppendEvent(b *testing.B) {
	records := thousand()
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = selfManaged.AppendEvent(dst[:0], records)
	}
	b.SetBytes(int64(len(dst)))
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/record")
}

// BenchmarkRecordSize computes the sizes of the same records.
func BenchmarkRecordSize(b *testing.B) {
	records := thousand()
	n := 0
	for b.Loop() {
		for _, r := range records {
			n += selfManaged.RecordSize(r)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/record")
}
