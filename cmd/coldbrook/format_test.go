package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

var testRecord = kgo.Record{
	Topic: "orders", Partition: 2, Offset: 17, Timestamp: time.UnixMilli(1_700_000_000_123),
	Key: []byte("k1"), Value: []byte("v <&>"),
	Headers: []kgo.RecordHeader{{Key: "a", Value: []byte("1")}, {Key: "b", Value: nil}},
}

func TestFormat(t *testing.T) {
	for format, want := range map[string]string{
		defaultFormat:           "orders/2@17 k1 v <&>\n",
		`%T %K %S`:              "1700000000123 2 5",
		`%h`:                    "a=1,b=",
		`%%s\t\\\x41\r%R`:       "%s\t\\A\r\x00\x00\x00\x05",
		``:                      "",
		`no escapes, only text`: "no escapes, only text",
	} {
		f, err := parseFormat(format)
		if err != nil {
			t.Errorf("%q: %v", format, err)
			continue
		}
		if got := string(f([]byte("> "), &testRecord)); got != "> "+want {
			t.Errorf("%q: got %q, want %q", format, got, want)
		}
	}
}

func TestFormatOfWhatIsNotThere(t *testing.T) {
	f, err := parseFormat(`[%k][%s] %K %S %R`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(f(nil, &kgo.Record{})), "[][] -1 -1 \xff\xff\xff\xff"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := string(f(nil, &kgo.Record{Key: []byte{}, Value: []byte{}})), "[][] 0 0 \x00\x00\x00\x00"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestBadFormats(t *testing.T) {
	for format, want := range map[string]string{
		`%`:    "ends within an escape",
		`\`:    "ends within an escape",
		`%q`:   "format has %q; there are %t topic",
		`\q`:   `format has \q; there are`,
		`\x`:   "without two hexadecimal digits",
		`\x4`:  "without two hexadecimal digits",
		`\xzz`: "without two hexadecimal digits",
	} {
		if _, err := parseFormat(format); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", format, err, want)
		}
	}
}

func FuzzFormat(f *testing.F) {
	f.Add(defaultFormat)
	f.Add(`\x41%%%R`)
	f.Fuzz(func(t *testing.T, format string) {
		if render, err := parseFormat(format); err == nil {
			render(nil, &testRecord)
		}
	})
}

func TestJSONFormat(t *testing.T) {
	want := `{"topic":"orders","partition":2,"offset":17,"timestamp":1700000000123,"key":"k1","value":"v <&>",` +
		`"headers":[{"key":"a","value":"1"},{"key":"b","value":null}]}` + "\n"
	if got := string(jsonFormat(nil, &testRecord)); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	got := string(jsonFormat([]byte("> "), &kgo.Record{Value: []byte{0xff, 0}}))
	if !strings.HasPrefix(got, "> {") || !strings.HasSuffix(got, `"key":null,"value":{"base64":"/wA="}}`+"\n") {
		t.Errorf("bytes that are no text: got %s", got)
	}
}

func TestJSONBytesDecodeToThemselves(t *testing.T) {
	for _, s := range []string{"", "plain", "line\n\t\"quoted\" \\ <&>", "日本 \u2028"} {
		b := jsonBytes(s)
		text, err := json.Marshal(b)
		var got string
		if err == nil {
			err = json.Unmarshal(text, &got)
		}
		if err != nil || got != s {
			t.Errorf("%q: got %q (%s), %v", s, got, text, err)
		}
	}
}
