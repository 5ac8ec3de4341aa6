package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

func header(name, value string) kgo.RecordHeader {
	return kgo.RecordHeader{Key: name, Value: []byte(value)}
}

func TestCopyOfKeepsAllButTheTime(t *testing.T) {
	from := &kgo.Record{Topic: "orders", Partition: 3, Offset: 17, Timestamp: time.UnixMilli(1), Key: []byte{}, Value: nil,
		Headers: []kgo.RecordHeader{header("b", "1"), header("a", ""), header("b", "1"), header(replayHeader, "orders/0@1")}}
	got := (&redriveHow{}).copyOf(from)
	want := &kgo.Record{Topic: "orders", Partition: 3, Key: []byte{}, Headers: append(from.Headers[:4:4], header(replayHeader, "orders/3@17"))}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if len(from.Headers) != 4 {
		t.Error("the original was changed")
	}
}

func TestRedrivePartition(t *testing.T) {
	one, key := int32(1), []byte("k")
	for _, c := range []struct {
		how  redriveHow
		want int32
	}{
		{redriveHow{}, 3},
		{redriveHow{topic: "orders"}, 3},
		{redriveHow{topic: "other"}, -1},
		{redriveHow{key: &key}, -1},
		{redriveHow{topic: "other", rule: keepPartition}, 3},
		{redriveHow{key: &key, rule: keepPartition}, 3},
		{redriveHow{rule: keyPartition}, -1},
		{redriveHow{topic: "other", partition: &one}, 1},
	} {
		if got := c.how.partitionOf(&kgo.Record{Topic: "orders", Partition: 3}); got != c.want {
			t.Errorf("%+v: got %d, want %d", c.how, got, c.want)
		}
	}
}

func TestReplaceHeaders(t *testing.T) {
	was := []kgo.RecordHeader{header("a", "1"), header("b", "2"), header("a", "3")}
	for _, c := range []struct{ with, want []kgo.RecordHeader }{
		{nil, was},
		{[]kgo.RecordHeader{header("a", "x")}, []kgo.RecordHeader{header("a", "x"), header("b", "2")}},
		{[]kgo.RecordHeader{header("c", "x"), header("b", "y"), header("c", "z")},
			[]kgo.RecordHeader{header("a", "1"), header("b", "y"), header("a", "3"), header("c", "x"), header("c", "z")}},
	} {
		if got := replaceHeaders(was, c.with); !reflect.DeepEqual(got, c.want) {
			t.Errorf("with %v: got %v, want %v", c.with, got, c.want)
		}
	}
}

func TestValueEdit(t *testing.T) {
	for _, c := range []struct {
		value, shown, edited, want string
		changed                    bool
	}{
		{`{"a":1,"b":[2]}`, "{\n  \"a\": 1,\n  \"b\": [\n    2\n  ]\n}\n", `{"a": 1, "b": [2]}`, `{"a":1,"b":[2]}`, false},
		{`{"a":1}`, "{\n  \"a\": 1\n}\n", "{\n  \"a\": 2\n}\n", `{"a":2}`, true},
		{`{"a":1}`, "{\n  \"a\": 1\n}\n", "no JSON\n", "no JSON", true},
		{`{"a": 1}`, `{"a": 1}`, "{\"a\": 1}\n", `{"a": 1}`, false},
		{`{"a": 1}`, `{"a": 1}`, "{\"a\": 2}\n", `{"a": 2}`, true},
		{"text", "text", "text\n", "text", false},
		{"text\n", "text\n", "other\n", "other\n", true},
		{"", "", "x\n", "x", true},
		{"12", "12", "13\n", "13", true},
	} {
		e, err := newValueEdit("t", []byte(c.value))
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		if string(e.shown) != c.shown {
			t.Errorf("%q: shown as %q, want %q", c.value, e.shown, c.shown)
		}
		if got, changed, err := e.ended(nil); err != nil || changed || string(got) != c.value {
			t.Errorf("%q, not edited: got %q, %v, %v", c.value, got, changed, err)
		}
		if err := os.WriteFile(e.path, []byte(c.edited), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, changed, err := e.ended(nil); err != nil || changed != c.changed || string(got) != c.want {
			t.Errorf("%q, edited to %q: got %q, %v, %v; want %q, %v", c.value, c.edited, got, changed, err, c.want, c.changed)
		}
	}
}

func TestValueEditKeepsThatThereWasNone(t *testing.T) {
	e, err := newValueEdit("t", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if got, changed, err := e.ended(nil); got != nil || changed || err != nil {
		t.Errorf("got %q, %v, %v", got, changed, err)
	}
}

func TestValueEditRefusesBytes(t *testing.T) {
	if e, err := newValueEdit("t", []byte("\xff")); err == nil {
		e.Close()
		t.Error("what is no text was given to an editor")
	}
}

func TestAsk(t *testing.T) {
	for answer, want := range map[string]bool{"y\n": true, "YES\n": true, "n\n": false, "": false, "\n": false, "\ny\n": false, "yep\n": false} {
		var out bytes.Buffer
		if got, err := ask(t.Context(), strings.NewReader(answer), &out, "go?"); got != want || err != nil || out.String() != "go? [y/N] " {
			t.Errorf("%q: got %v, %v, %q; want %v", answer, got, err, out.String(), want)
		}
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errInterrupted)
	r, _ := io.Pipe()
	if _, err := ask(ctx, r, io.Discard, "go?"); !errors.Is(err, errInterrupted) {
		t.Errorf("got %v, want that it was interrupted", err)
	}
}
