package kafkaevent

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"pgregory.net/rapid"
)

func sinkRecord(partition int32, offset int64, key, value []byte) *kgo.Record {
	return &kgo.Record{Topic: "add-topic", Partition: partition, Offset: offset, Key: key, Value: value, Timestamp: time.UnixMilli(1598334450575)}
}

// TestConnectorDocument: the shape of Confluent's connector, and what becomes of
// keys and values.
func TestConnectorDocument(t *testing.T) {
	s := Source{Connector: true}
	got := string(s.AppendEvent([]byte("x"), []*kgo.Record{
		sinkRecord(0, 0, []byte("k"), []byte(`{"a":1,"b":1}`)),
		sinkRecord(0, 1, nil, nil),
		sinkRecord(1, 7, []byte("42"), []byte("plain \"text\" \xff")),
	}))
	want := `x[{"payload":{"timestamp":1598334450575,"topic":"add-topic","partition":0,"offset":0,"key":"k","value":{"a":1,"b":1}}},` +
		`{"payload":{"timestamp":1598334450575,"topic":"add-topic","partition":0,"offset":1,"key":null,"value":null}},` +
		`{"payload":{"timestamp":1598334450575,"topic":"add-topic","partition":1,"offset":7,"key":"42","value":"plain \"text\" ` + "\ufffd" + `"}}]`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if none := string(s.AppendEvent(nil, nil)); none != "[]" {
		t.Errorf("without records: got %s, want []", none)
	}
}

// TestConnectorSizesAddUp: any records give valid JSON of the length that was said.
func TestConnectorSizesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Source{Connector: true}
		var records []*kgo.Record
		size := s.BaseSize()
		for i := range rapid.IntRange(1, 8).Draw(t, "records") {
			pick := func(name string) []byte {
				return rapid.SampledFrom([][]byte{nil, {}, []byte("null"), []byte(`{"n":[1, 2]}`), rapid.SliceOf(rapid.Byte()).Draw(t, name)}).Draw(t, name)
			}
			r := sinkRecord(int32(i%3), rapid.Int64Min(0).Draw(t, "offset"), pick("key"), pick("value"))
			records = append(records, r)
			size += s.RecordSize(r) + s.PartitionSize(r.Topic, r.Partition)
		}
		document := s.AppendEvent(nil, records)
		if len(document) != size || !json.Valid(document) {
			t.Fatalf("got %d bytes, want %d: %s", len(document), size, document)
		}
	})
}

func TestConnectorResults(t *testing.T) {
	in := []*kgo.Record{sinkRecord(0, 5, []byte("a"), nil), sinkRecord(1, 6, []byte("b"), nil)}
	for name, c := range map[string]struct {
		response string
		want     []string // key=value
		origins  []int32
	}{
		"results": {`[{"payload":{"partition":1,"offset":6,"result":"done"}}, {"payload":{"partition":0,"offset":5,"result":{"n": 1}}}]`, []string{"b=done", `a={"n":1}`}, []int32{1, 0}},
		"unknown": {`[{"payload":{"partition":9,"offset":9,"result":1}}]`, []string{"=1"}, []int32{-1}},
		"other":   {`{"ok": true}`, []string{`={"ok": true}`}, nil},
		"text":    {`"ok"`, []string{`="ok"`}, nil},
		"mixed":   {`[{"payload":{"partition":0,"offset":5,"result":1}}, 7]`, []string{`=[{"payload":{"partition":0,"offset":5,"result":1}}, 7]`}, nil},
		"empty":   {" ", nil, nil},
		"none":    {`[]`, []string{"=[]"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, origins := ConnectorResults([]byte(c.response), in, "add-success")
			if len(got) != len(c.want) {
				t.Fatalf("got %d records, want %d", len(got), len(c.want))
			}
			if !slices.Equal(origins, c.origins) {
				t.Errorf("got origins %v, want %v", origins, c.origins)
			}
			for i, r := range got {
				if text := string(r.Key) + "=" + string(r.Value); text != c.want[i] || r.Topic != "add-success" {
					t.Errorf("record %d: got %s in %s, want %s in add-success", i, text, r.Topic, c.want[i])
				}
			}
		})
	}
}
