package emulatortest

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
)

type testBid struct {
	Item   string `json:"item"`
	Amount int    `json:"amount"`
}

func TestRecordOfEachKindOfValue(t *testing.T) {
	for _, c := range []struct {
		value any
		want  string // "none" for a tombstone
	}{
		{"as it is", "as it is"},
		{"", ""},
		{[]byte{0, 255}, "\x00\xff"},
		{[]byte{}, ""},
		{json.RawMessage(`{"a": 1.0}`), `{"a": 1.0}`},
		{nil, "none"},
		{[]byte(nil), "none"},
		{(*testBid)(nil), "none"},
		{testBid{"<lamp>", 7}, `{"item":"<lamp>","amount":7}`},
		{&testBid{"lamp", 7}, `{"item":"lamp","amount":7}`},
		{[]int(nil), "null"},
		{map[string]int{"b": 2, "a": 1}, `{"a":1,"b":2}`},
		{1.5, "1.5"},
	} {
		r := Record("k", c.value)
		if got := tombstoneOr(r.Value); got != c.want || string(r.Key) != "k" || r.Topic != "" {
			t.Errorf("%#v: got value %s of %+v, want %s", c.value, got, r, c.want)
		}
	}
	if r := Record("", "v"); r.Key != nil {
		t.Errorf("got key %q, want none", r.Key)
	}
}

func tombstoneOr(value []byte) string {
	if value == nil {
		return "none"
	}
	return string(value)
}

func TestRecordPanicsAtAValueWithoutJSON(t *testing.T) {
	defer func() {
		const want = `emulatortest.Record("k", chan int): the value has no JSON: json: unsupported type: chan int`
		if got := recover(); got != want {
			t.Errorf("got panic %v, want %s", got, want)
		}
	}()
	Record("k", make(chan int))
}

// fatalTB records how a test is ended.
type fatalTB struct {
	testing.TB
	text string
}

func (f *fatalTB) Helper() {}

func (f *fatalTB) Fatalf(format string, args ...any) {
	f.text = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// fatal is what ends the test that f is, "" if nothing does.
func fatal(f func(t testing.TB)) string {
	tb := &fatalTB{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(tb)
	}()
	<-done
	return tb.text
}

func TestDecode(t *testing.T) {
	records := []*kgo.Record{Record("a", testBid{"lamp", 7}), Record("b", testBid{"chair", 8})}
	got := Decode[testBid](t, records)
	if len(got) != 2 || got[0] != (testBid{"lamp", 7}) || got[1] != (testBid{"chair", 8}) {
		t.Errorf("got %+v, want both bids", got)
	}
	if got := Decode[string](t, records); got[0] != `{"item":"lamp","amount":7}` {
		t.Errorf("got %q, want the text as it is", got[0])
	}
	records[1].Topic, records[1].Partition, records[1].Offset, records[1].Value = "bids", 2, 17, []byte(`{"amount":"x"}`)
	text := fatal(func(t testing.TB) { Decode[testBid](t, records) })
	const want = `decode record 2 of 2: bids-2@17 (key b): value is no emulatortest.testBid: ` +
		`json: cannot unmarshal string into Go struct field testBid.amount of type int: {"amount":"x"}`
	if text != want {
		t.Errorf("got %q, want %q", text, want)
	}
}

// decodeError is the text of the error with which value is no T, "" if it is one.
func decodeError[T any](value []byte) string {
	if _, err := decodeValue[T](value); err != nil {
		return err.Error()
	}
	return ""
}

func TestDecodeErrors(t *testing.T) {
	long := []byte(`"` + strings.Repeat("ä", 100) + `"`)
	for _, c := range []struct{ name, got, want string }{
		{"syntax", decodeError[int]([]byte("seven")), `value is no int: invalid character 's' looking for beginning of value: seven`},
		{"binary", decodeError[int]([]byte{0, 1}), `value is no int: invalid character '\x00' looking for beginning of value: "\x00\x01"`},
		{"empty", decodeError[int]([]byte{}), `value is no int: unexpected end of JSON input: ""`},
		{"more than one", decodeError[int]([]byte("1 2")), `value is no int: invalid character '2' after top-level value: 1 2`},
		{"long", decodeError[int](long), `value is no int: json: cannot unmarshal string into Go value of type int: "` + strings.Repeat("ä", 59) + `...`},
		{"tombstone", decodeError[testBid](nil), `there is no value (a tombstone), which is no emulatortest.testBid; *emulatortest.testBid takes it as nil`},
		{"tombstone, number", decodeError[int](nil), `there is no value (a tombstone), which is no int; *int takes it as nil`},
	} {
		if c.got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, c.got, c.want)
		}
	}
}

func TestDecodeTombstones(t *testing.T) {
	if v, err := decodeValue[*testBid](nil); v != nil || err != nil {
		t.Errorf("pointer: got %v, %v, want nil", v, err)
	}
	if v, err := decodeValue[[]byte](nil); v != nil || err != nil {
		t.Errorf("bytes: got %v, %v, want nil", v, err)
	}
	if v, err := decodeValue[json.RawMessage](nil); v != nil || err != nil {
		t.Errorf("JSON text: got %v, %v, want nil", v, err)
	}
	if v, err := decodeValue[map[string]int](nil); v != nil || err != nil {
		t.Errorf("map: got %v, %v, want nil", v, err)
	}
	if v, err := decodeValue[any](nil); v != nil || err != nil {
		t.Errorf("interface: got %v, %v, want nil", v, err)
	}
	if v, err := decodeValue[string](nil); v != "" || err != nil {
		t.Errorf("string: got %q, %v, want an empty one", v, err)
	}
}

func TestDecodedBytesAreACopy(t *testing.T) {
	value := []byte("abc")
	a, _ := decodeValue[[]byte](value)
	b, _ := decodeValue[json.RawMessage](value)
	a[0], b[1] = 'x', 'x'
	if string(value) != "abc" {
		t.Errorf("got %s, want the record's value untouched", value)
	}
}

func TestAPartlyDecodedValueIsNotReturned(t *testing.T) {
	if v, err := decodeValue[testBid]([]byte(`{"item":"lamp","amount":"x"}`)); err == nil || v != (testBid{}) {
		t.Errorf("got %+v, %v, want an error and no bid", v, err)
	}
}
