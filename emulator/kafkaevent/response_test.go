package kafkaevent

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
)

// inBatch is a batch of offsets 10 to 19 of partitions 0 and 1.
func inBatch(partition int32, offset int64) bool {
	return (partition == 0 || partition == 1) && offset >= 10 && offset < 20
}

func item(partition string, offset any) string {
	return fmt.Sprintf(`{"itemIdentifier":{"partition":%q,"offset":%v}}`, partition, offset)
}

func failures(items ...string) string {
	return `{"batchItemFailures":[` + strings.Join(items, ",") + `]}`
}

// TestBatchItemFailures is the truth table of AWS.
func TestBatchItemFailures(t *testing.T) {
	tests := []struct {
		response string
		failed   []Failure
		err      string // whole batch failed
	}{
		// success
		{response: ``}, {response: `null`}, {response: ` {} `}, {response: `[]`}, {response: `""`},
		{response: `{"batchItemFailures":[]}`}, {response: `{"batchItemFailures":null}`},
		{response: `{"statusCode":200}`}, {response: `{"BatchItemFailures":[{"x":1}]}`},
		// some
		{response: failures(item("my-topic-0", 10)), failed: []Failure{{0, 10}}},
		{response: failures(item("my-topic-1", 19), item("my-topic-0", 12), item("my-topic-0", 11), item("my-topic-0", 12)),
			failed: []Failure{{0, 11}, {0, 12}, {1, 19}}},
		{response: `{"records":[1], "batchItemFailures": [ {"itemIdentifier": {"offset": 10 , "partition":"my-topic-1"} , "x":1} ]}`,
			failed: []Failure{{1, 10}}},
		// the whole batch
		{response: failures(item("my-topic-0", 10), item("my-topic-0", 20)),
			err: "batchItemFailures[1]: partition 0, offset 20 is not in the batch"},
		{response: failures(item("my-topic-2", 10)), err: "batchItemFailures[0]: partition 2, offset 10 is not in the batch"},
		{response: failures(item("other-0", 10)), err: `batchItemFailures[0]: itemIdentifier.partition "other-0" is none of topic "my-topic", want "my-topic-0"`},
		{response: failures(item("my-topic-00", 10)), err: `"my-topic-00" is none of topic`},
		{response: failures(item("my-topic--1", 10)), err: `"my-topic--1" is none of topic`},
		{response: failures(item("my-topic-4294967296", 10)), err: `is none of topic`},
		{response: failures(item("my-topic-0", `"10"`)), err: "itemIdentifier.offset is a string, want a whole number"},
		{response: failures(item("my-topic-0", 10.5)), err: "itemIdentifier.offset is a number, want a whole number"},
		{response: failures(item("my-topic-0", `null`)), err: "itemIdentifier.offset is null"},
		{response: failures(`{"itemIdentifier":"my-topic-0-10"}`), err: "batchItemFailures[0]: itemIdentifier: got a string, want an object with partition and offset"},
		{response: failures(`{"itemIdentifier":""}`), err: "got a string"},
		{response: failures(`{"itemIdentifier":null}`), err: "got null"},
		{response: failures(`{"itemIdentifier":{"partition":null,"offset":10}}`), err: "itemIdentifier.partition is null, want a string"},
		{response: failures(`{"itemIdentifier":{"partition":"my-topic-0"}}`), err: "itemIdentifier: offset is missing"},
		{response: failures(`{"foo":1}`), err: "batchItemFailures[0]: itemIdentifier is missing"},
		{response: failures(`7`), err: "got a number, want an object with itemIdentifier"},
		{response: failures(`null`), err: "got null"},
		{response: `{"batchItemFailures":{}}`, err: "batchItemFailures is an object, want an array"},
		{response: `"ok"`, err: "response is a string, want an object with batchItemFailures"},
		{response: `[1]`, err: "response is an array"},
		{response: `true`, err: "response is a boolean"},
		{response: `{"batchItemFailures":`, err: "response is not JSON: byte 21: unexpected end of JSON input"},
		{response: `{}}`, err: "response is not JSON: byte 3: invalid character '}' after top-level value"},
	}
	for _, test := range tests {
		failed, whole, err := BatchItemFailures([]byte(test.response), "my-topic", inBatch)
		if whole != (test.err != "") || (err != nil) != whole || !slices.Equal(failed, test.failed) {
			t.Errorf("%s: got %v, whole %t, error %v; want %v, error %q", test.response, failed, whole, err, test.failed, test.err)
		}
		if err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%s: got error %q, want %q in it", test.response, err, test.err)
		}
	}
}

// show writes a record as topic key=value {header=value ...}, with ~ for nil.
func show(r *kgo.Record) string {
	s := func(b []byte) string {
		if b == nil {
			return "~"
		}
		return string(b)
	}
	var headers []string
	for _, h := range r.Headers {
		headers = append(headers, h.Key+"="+s(h.Value))
	}
	return fmt.Sprintf("%s %s=%s %v", r.Topic, s(r.Key), s(r.Value), headers)
}

func TestOutputs(t *testing.T) {
	tests := []struct {
		name, response string
		partial        bool
		want           []string
	}{
		{"nothing", ``, false, nil},
		{"null", ` null `, false, nil},
		{"no elements", `[]`, false, nil},
		{"object", `{ "a": [1, "x y"] }`, false, []string{`out ~={"a":[1,"x y"]} []`}},
		{"keys inherited", `[1.0, "two"]`, false, []string{`out k0=1.0 []`, `out k1=two []`}},
		{"keys not inherited", `[1,2,3]`, false, []string{`out ~=1 []`, `out ~=2 []`, `out ~=3 []`}},
		{"object inherits no key", `{"value":1}`, false, []string{`out ~=1 []`}},
		{"numbers stay", `[1E+2,-0.0,12345678901234567890]`, false, []string{`out ~=1E+2 []`, `out ~=-0.0 []`, `out ~=12345678901234567890 []`}},
		{"bytes stay", `[{"b": "<é\u00e9 \/>", "b":1}]`, false, []string{`out ~={"b":"<é\u00e9 \/>","b":1} []`}},
		{"string is its text", `["a\n\u00e9\ud83d\ude00é","",""]`, false, []string{"out ~=a\né😀é []", "out ~= []", "out ~= []"}},
		{"null is a tombstone", `[null,{"value":null}]`, false, []string{`out k0=~ []`, `out k1=~ []`}},
		{"booleans", `[true,[false],[]]`, false, []string{`out ~=true []`, `out ~=[false] []`, `out ~=[] []`}},
		{"envelope", `[{"key":"k","value":{"v":1},"topic":"t.2_A-","headers":{"h":"x","i":null,"h":2}}]`, false,
			[]string{`t.2_A- k={"v":1} [h=x i=~ h=2]`}},
		{"envelope over inherited key", `[{"key":null,"value":1},{"key":7,"value":"2"}]`, false, []string{`out ~=1 []`, `out 7=2 []`}},
		{"envelope inherits key", `[{"value":1,"topic":null},{"value":2,"headers":null}]`, false, []string{`out k0=1 []`, `out k1=2 []`}},
		{"envelope in an envelope", `[{"value":{"value":1}}]`, false, []string{`out ~={"value":1} []`}},
		{"no envelope: without value", `[{"key":"k"}]`, false, []string{`out ~={"key":"k"} []`}},
		{"no envelope: another member", `[{"value":1,"id":2}]`, false, []string{`out ~={"value":1,"id":2} []`}},
		{"no envelope: other case", `[{"Value":1}]`, false, []string{`out ~={"Value":1} []`}},
		{"escaped name", `[{"val\u0075e":1}]`, false, []string{`out ~=1 []`}},
		{"headers as in the event", `[{"value":1,"headers":[{"a":[118,-36,0]},{"a":[255]},{}]}]`, false,
			[]string{"out ~=1 [a=v\xdc\x00 a=\xff]"}},
		{"partial", `{"batchItemFailures":[],"records":[1,2]}`, true, []string{`out k0=1 []`, `out k1=2 []`}},
		{"partial, one", `{"records":{"x":1}}`, true, []string{`out ~={"x":1} []`}},
		{"partial, none", `{"batchItemFailures":[]}`, true, nil},
		{"partial, null", `null`, true, nil},
		{"partial, elsewhere", `[1]`, true, nil},
	}
	in := []*kgo.Record{{Key: []byte("k0")}, {Key: []byte("k1")}}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out, err := Outputs([]byte(test.response), in, "out", test.partial)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range out {
				got = append(got, show(r))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestOutputsThatCannotBeMapped(t *testing.T) {
	tests := []struct {
		response, topic string
		partial         bool
		want            string
	}{
		{`"ok"`, "out", false, `response is a string, want an array, an object or null`},
		{`7`, "out", false, `response is a number, want an array, an object or null`},
		{`[1,`, "out", false, `response is not JSON: byte 3: unexpected end of JSON input`},
		{`hello`, "out", false, `response is not JSON: byte 1: invalid character 'h' looking for beginning of value`},
		{`[1,{"value":1,"topic":7}]`, "out", false, `response[1]: topic is a number, want a string`},
		{`{"value":1,"topic":"a b"}`, "out", false, `response: topic "a b" is no topic name: 1 to 249 of a-z A-Z 0-9 . _ -`},
		{`[{"value":1,"topic":""}]`, "out", false, `response[0]: topic "" is no topic name: 1 to 249 of a-z A-Z 0-9 . _ -`},
		{`[{"value":1,"headers":"x"}]`, "out", false, `response[0]: headers is a string, want an object or an array`},
		{`[{"value":1,"headers":[1]}]`, "out", false, `response[0]: headers[0] is a number, want an object`},
		{`[{"value":1,"headers":{"a":{}}}]`, "out", false, `response[0]: headers["a"] is an object, want a string or bytes`},
		{`[{"value":1,"headers":[{},{"a":[1,256]}]}]`, "out", false, `response[0]: headers[1]["a"][1] is 256, want a byte from -128 to 255`},
		{`[1]`, "", false, `response[0]: no topic: the function has no output topic and the element names none`},
		{`{"records":"x"}`, "out", true, `records is a string, want an array, an object or null`},
		{`{"records":[{"value":1,"topic":1}]}`, "out", true, `records[0]: topic is a number, want a string`},
	}
	for _, test := range tests {
		out, err := Outputs([]byte(test.response), nil, test.topic, test.partial)
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, %v, want error %q", test.response, out, err, test.want)
		}
	}
}

func TestOutputsDoNotAliasTheResponse(t *testing.T) {
	response := []byte(`["abc",{"value":"def"}]`)
	out, err := Outputs(response, nil, "out", false)
	if err != nil {
		t.Fatal(err)
	}
	clear(response)
	if show(out[0]) != "out ~=abc []" || show(out[1]) != "out ~=def []" {
		t.Errorf("got %s, %s", show(out[0]), show(out[1]))
	}
}

// FuzzOutputs compares with encoding/json, and looks for panics.
func FuzzOutputs(f *testing.F) {
	for _, s := range []string{
		`[{"key":"k","value":{"v":[1,"]"]},"topic":"t","headers":{"h":"x"}}]`, `["a\"\\",null,1e5]`,
		`{"records":[{"value":1,"headers":[{"a":[118,-36]}]}]}`, `[[[]],{}]`, `{"batchItemFailures":[]}`, "[\"\xff\"]",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, response []byte) {
		Outputs(response, nil, "out", true)
		BatchItemFailures(response, "t", func(int32, int64) bool { return true })
		out, err := Outputs(response, nil, "out", false)
		var want []json.RawMessage
		if json.Unmarshal(response, &want) != nil || want == nil {
			return
		}
		if err != nil {
			var envelopes []map[string]json.RawMessage
			if json.Unmarshal(response, &envelopes) != nil && !bytes.Contains(response, []byte("value")) {
				t.Fatalf("%q: no envelope, yet %v", response, err)
			}
			return
		}
		if len(out) != len(want) {
			t.Fatalf("%q: got %d records, want %d", response, len(out), len(want))
		}
		for i, r := range out {
			if isEnvelope(compact(t, want[i])) {
				continue
			}
			if w := expected(t, want[i]); !reflect.DeepEqual(r.Value, w) {
				t.Errorf("%q: element %d: got %q, want %q", response, i, r.Value, w)
			}
		}
	})
}

func compact(t *testing.T, raw []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func expected(t *testing.T, raw json.RawMessage) []byte {
	t.Helper()
	var s *string
	switch {
	case string(raw) == "null":
		return nil
	case json.Unmarshal(raw, &s) == nil:
		return []byte(*s)
	}
	return compact(t, raw)
}

// BenchmarkOutputs maps 1,000 objects of 100 bytes.
func BenchmarkOutputs(b *testing.B) {
	records := thousand()
	response := []byte("[" + strings.Repeat(`{"pad":"`+strings.Repeat("x", 90)+`"},`, 999) + `"x"]`)
	b.SetBytes(int64(len(response)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Outputs(response, records, "out", false); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/record")
}
