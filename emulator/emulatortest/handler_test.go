package emulatortest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/twmb/franz-go/pkg/kgo"
)

// adapted is the function whose handler is handler.
func adapted(t *testing.T, handler any) emulator.Function {
	t.Helper()
	set, err := adapt(handler)
	if err != nil {
		t.Fatalf("%T: %v", handler, err)
	}
	f := emulator.Function{Name: "f"}
	set(&f)
	if (f.InProcess == nil) == (f.Handle == nil) {
		t.Fatalf("%T: got %+v, want one handler", handler, f)
	}
	return f
}

type (
	namedHandler func(context.Context, []*kgo.Record) ([]*kgo.Record, error)
	namedSink    func(context.Context, []*kgo.Record) error
	// invoker is a lambda.Handler of the user's; it returns what it gets.
	invoker struct{}
	// funcInvoker is a function, and a lambda.Handler by its method.
	funcInvoker func() (string, error)
)

func (*invoker) Invoke(_ context.Context, payload []byte) ([]byte, error)  { return payload, nil }
func (funcInvoker) Invoke(context.Context, []byte) ([]byte, error)         { return []byte("invoked"), nil }
func echo(_ context.Context, records []*kgo.Record) ([]*kgo.Record, error) { return records, nil }

func TestHandlersOfRecords(t *testing.T) {
	records := testRecords("a:7", "b:8")
	var swallowed int
	sink := func(_ context.Context, records []*kgo.Record) error { swallowed = len(records); return nil }
	for _, c := range []struct {
		name    string
		handler any
		want    int
	}{
		{"func", echo, 2},
		{"named func", namedHandler(echo), 2},
		{"sink", sink, 0},
		{"named sink", namedSink(sink), 0},
		{"typed", Each(func(_ context.Context, s string) (string, error) { return s, nil }), 2},
	} {
		f := adapted(t, c.handler)
		if f.InProcess == nil {
			t.Errorf("%s: got a handler of documents", c.name)
			continue
		}
		if got, err := f.InProcess(t.Context(), records); err != nil || len(got) != c.want {
			t.Errorf("%s: got %d records, %v, want %d", c.name, len(got), err, c.want)
		}
	}
	if swallowed != 2 {
		t.Errorf("the sink got %d records, want 2", swallowed)
	}
	fault := errors.New("no stock")
	f := adapted(t, func(context.Context, []*kgo.Record) error { return fault })
	if _, err := f.InProcess(t.Context(), records); err != fault {
		t.Errorf("got %v, want the sink's error", err)
	}
}

func TestHandlersOfDocuments(t *testing.T) {
	for _, c := range []struct {
		name    string
		handler any
		want    string
	}{
		{"lambda.Handler", &invoker{}, `{"n":7}`},
		{"lambda.Handler that is a func", funcInvoker(func() (string, error) { return "called", nil }), "invoked"},
		{"lambda.NewHandler", lambda.NewHandler(func(m map[string]int) (int, error) { return m["n"], nil }), "7"},
		{"nothing", func() {}, "null"},
		{"event", func(map[string]int) {}, "null"},
		{"error", func() error { return nil }, "null"},
		{"event, error", func(m map[string]int) error { return nil }, "null"},
		{"value", func() (string, error) { return "<v>", nil }, `"<v>"`},
		{"event, value", func(m map[string]int) (int, error) { return m["n"], nil }, "7"},
		{"context", func(context.Context) {}, "null"},
		{"context, error", func(context.Context) error { return nil }, "null"},
		{"context, value", func(context.Context) (int, error) { return 8, nil }, "8"},
		{"context, event", func(context.Context, map[string]int) {}, "null"},
		{"context, event, error", func(context.Context, events.KafkaEvent) error { return nil }, "null"},
		{"context, event, value", func(_ context.Context, m *map[string]int) (*int, error) { n := (*m)["n"]; return &n, nil }, "7"},
		{"any event", func(e any) (any, error) { return e, nil }, `{"n":7}`},
		{"raw event", func(e json.RawMessage) (json.RawMessage, error) { return e, nil }, `{"n":7}`},
		{"reader", func() (io.Reader, error) { return strings.NewReader("raw"), nil }, "raw"},
		{"concrete error", func() (int, *json.SyntaxError) { return 1, nil }, ""},
		{"picky", func(e picky) (picky, error) { return e, nil }, `"picked"`},
	} {
		f := adapted(t, c.handler)
		if f.Handle == nil {
			t.Errorf("%s: got a handler of records", c.name)
			continue
		}
		if c.want == "" { // a nil *T in an error is an error to aws-lambda-go
			continue
		}
		got, err := f.Handle(t.Context(), invocation(`{"n":7}`))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: got %s, %v, want %s", c.name, got, err, c.want)
		}
	}
}

// picky does not like its zero value, and no empty document.
type picky struct{ ok bool }

func (p *picky) UnmarshalJSON(text []byte) error { p.ok = len(text) > 4; return nil }

func (p picky) MarshalJSON() ([]byte, error) {
	if !p.ok {
		panic("zero")
	}
	return []byte(`"picked"`), nil
}

func TestHandlersThatAreRefused(t *testing.T) {
	var (
		nilFunc    func(context.Context, []*kgo.Record) error
		nilEvent   func(context.Context, events.KafkaEvent) error
		nilInvoker *invoker
		nilLambda  lambda.Handler
	)
	for _, c := range []struct {
		name    string
		handler any
		want    string
	}{
		{"nil", nil, "the handler is nil"},
		{"nil func", nilFunc, "the handler is nil"},
		{"nil func of an event", nilEvent, "the handler is nil"},
		{"nil pointer", nilInvoker, "the handler is nil"},
		{"nil interface", nilLambda, "the handler is nil"},
		{"string", "index.handler", "a string is no handler"},
		{"pointer to Handler", &Handler{}, "a *emulatortest.Handler is no handler"},
		{"result", func() int { return 1 }, "a func() int is no handler: handler returns a single value, but it does not implement error"},
		{"second result", func() (string, int) { return "", 1 }, "handler returns two values, but the second does not implement error"},
		{"three results", func() (int, int, error) { return 1, 2, nil }, "handler may not return more than two values"},
		{"three arguments", func(context.Context, int, int) {}, "handlers may not take more than two arguments, but handler takes 3"},
		{"no context", func(int, int) {}, "handler takes two arguments, but the first is not Context. got int"},
		{"other interface", func(io.Reader) {}, `handler takes an interface, but it is not context.Context: "Reader"`},
		{"variadic", func(context.Context, ...events.KafkaEvent) error { return nil }, "it is variadic"},
		{"values of records", func(context.Context, []kgo.Record) error { return nil },
			"a func(context.Context, []kgo.Record) error would get an event document for its last argument, not records"},
		{"one record", func(context.Context, *kgo.Record) error { return nil }, "an event document for its last argument, not records"},
		{"other result", func(context.Context, []*kgo.Record) (int, error) { return 0, nil }, "not records"},
		{"messages", func(context.Context, []Message[int]) ([]Message[int], error) { return nil, nil }, "not records"},
	} {
		set, err := adapt(c.handler)
		if err == nil || set != nil {
			t.Errorf("%s: accepted", c.name)
			continue
		}
		if text := err.Error(); !strings.Contains(text, c.want) || !strings.HasSuffix(text, accepted) {
			t.Errorf("%s: got\n%s\nwant %q and what is accepted", c.name, text, c.want)
		}
	}
}

func TestNoHandlerIsCalledToSeeWhetherItIsOne(t *testing.T) {
	call := func() { t.Error("the handler was called") }
	for _, handler := range []any{
		call,
		func() error { call(); return nil },
		func(context.Context) (int, error) { call(); return 1, nil },
		func(any) { call() },
		func(context.Context, events.KafkaEvent) error { call(); return nil },
		lambda.NewHandler(call),
	} {
		adapted(t, handler)
	}
}
