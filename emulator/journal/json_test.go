package journal

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"
)

func TestJSONOmitsWhatDoesNotApply(t *testing.T) {
	for want, e := range map[string]Entry{
		`{"seq":1,"at":0,"kind":"run started","text":"seed 42"}`: {Seq: 1, Kind: RunStarted, Text: "seed 42"},
		// Where there is a topic, zeros are values.
		`{"seq":2,"at":5,"kind":"records produced","topic":"bids","partition":0,"first":0,"last":0,"records":1,"bytes":9,` +
			`"measured":{"client":"kcat"}}`: {Seq: 2, At: 5, Kind: RecordsProduced, Topic: "bids", Records: 1, Bytes: 9,
			Measured: Measured{Client: "kcat"}},
		`{"seq":3,"at":7,"kind":"invocation ended","function":"f","mapping":"m","environment":1,"invocation":2,"batch":3,` +
			`"attempt":4,"records":5,"bytes":6,"outcome":"timed out","delay":8,"reason":"r",` +
			`"measured":{"took":9,"started":10,"address":"a","client":"c","pid":11}}`: {Seq: 3, At: 7,
			Kind: InvocationEnded, Function: "f", Mapping: "m", Environment: 1, Invocation: 2, Batch: 3, Attempt: 4,
			Records: 5, Bytes: 6, Outcome: TimedOut, Delay: 8, Reason: "r",
			Measured: Measured{Took: 9, Started: 10, Address: "a", Client: "c", PID: 11}},
		`{"seq":5,"at":9,"kind":"fault injected","function":"f","mapping":"m","environment":1,"invocation":2,"batch":3,` +
			`"delay":4,"reason":"slower by 4 ns"}`: {Seq: 5, At: 9, Kind: FaultInjected, Function: "f", Mapping: "m",
			Environment: 1, Invocation: 2, Batch: 3, Delay: 4, Reason: "slower by 4 ns"},
		`{"seq":4,"at":0,"kind":"process exited","process":"p","reason":"exit status 1"}`: {Seq: 4, Kind: ProcessExited,
			Process: "p", Reason: "exit status 1"},
	} {
		got, err := json.Marshal(e)
		if err != nil || string(got) != want {
			t.Errorf("\n got %s, %v\nwant %s", got, err, want)
		}
	}
}

// Whatever a handler prints, the line is JSON, is one line, and says the same
// as encoding/json.
func FuzzJSONText(f *testing.F) {
	for _, s := range []string{"", "plain", "quote \" back \\ line \n tab \t", "\x00\x1b[31m\x7f", "\xff\xfe", "日本 <&> \u2028", "a\xc3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		line := (&Entry{Seq: 1, Kind: Output, Function: "f", Text: s}).AppendJSON(nil)
		if bytes.ContainsAny(line, "\n\r") || !utf8.Valid(line) {
			t.Fatalf("not one line of UTF-8: %q", line)
		}
		var got struct{ Text string }
		if err := json.Unmarshal(line, &got); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		// encoding/json, too, makes one U+FFFD of each byte that is no UTF-8.
		var want string
		quoted, _ := json.Marshal(s)
		if err := json.Unmarshal(quoted, &want); err != nil || got.Text != want {
			t.Fatalf("got %q, want %q", got.Text, want)
		}
	})
}

func BenchmarkAppendJSON(b *testing.B) {
	e := Entry{Seq: 123456, At: 12345678901, Kind: InvocationEnded, Function: "validate-bid", Mapping: "validate-bid",
		Environment: 3, Invocation: 1234, Batch: 1230, Attempt: 2, Records: 22, Bytes: 4321, Outcome: FunctionError,
		Reason: "Error: no such item", Measured: Measured{Took: 1234567}}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = e.AppendJSON(buf[:0])
	}
	b.SetBytes(int64(len(buf)))
}
