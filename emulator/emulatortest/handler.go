package emulatortest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Handler is a handler of typed records, made by Batch, Each or Sink. It is safe
// for concurrent use if the function it was made of is.
type Handler struct {
	records recordHandler // nil if it was made of nil
}

type (
	recordHandler   = func(context.Context, []*kgo.Record) ([]*kgo.Record, error)
	recordSink      = func(context.Context, []*kgo.Record) error
	documentHandler = func(context.Context, emulator.Invocation) ([]byte, error)
)

// accepted ends what is said of a handler that is refused.
const accepted = `
a handler is one of
  func(context.Context, []*kgo.Record) ([]*kgo.Record, error)
  func(context.Context, []*kgo.Record) error
  what emulatortest.Batch, Each or Sink returns
  a lambda.Handler of aws-lambda-go
  a func that lambda.NewHandler accepts, which gets the event document: with or without a context.Context, with or
  without an event, and with no result, an error, or a value and an error`

// adapt returns what makes handler the handler of a function; see
// World.Function. Its errors say what is accepted.
func adapt(handler any) (set func(*emulator.Function), err error) {
	if isNil(handler) {
		return nil, refusal("the handler is nil")
	}
	switch h := handler.(type) {
	case Handler:
		if h.records == nil {
			return nil, refusal("the handler was made of a nil function")
		}
		return takesRecords(h.records), nil
	case lambda.Handler:
		return takesDocuments(lambdaHandler(h)), nil
	}
	return adaptFunc(reflect.ValueOf(handler))
}

// adaptFunc goes by the kind of a function, so that named types of functions are
// accepted too.
func adaptFunc(f reflect.Value) (set func(*emulator.Function), err error) {
	asHandler, asSink := reflect.TypeFor[recordHandler](), reflect.TypeFor[recordSink]()
	switch t := f.Type(); {
	case t.Kind() != reflect.Func:
		return nil, refusal("a %v is no handler", t)
	case t.ConvertibleTo(asHandler):
		return takesRecords(f.Convert(asHandler).Interface().(recordHandler)), nil
	case t.ConvertibleTo(asSink):
		sink := f.Convert(asSink).Interface().(recordSink)
		return takesRecords(func(ctx context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
			return nil, sink(ctx, records)
		}), nil
	case mistakesRecords(t):
		return nil, refusal("a %v would get an event document for its last argument, not records", t)
	}
	if err := checkLambda(f.Type()); err != nil {
		return nil, refusal("a %v is no handler: %v", f.Type(), err)
	}
	return takesDocuments(lambdaFunc(f.Interface())), nil
}

func takesRecords(h recordHandler) func(*emulator.Function) {
	return func(f *emulator.Function) { f.InProcess = h }
}

func takesDocuments(h documentHandler) func(*emulator.Function) {
	return func(f *emulator.Function) { f.Handle = h }
}

func refusal(format string, args ...any) error {
	return errors.New(fmt.Sprintf(format, args...) + ";" + accepted)
}

func isNil(handler any) bool {
	if handler == nil {
		return true
	}
	switch v := reflect.ValueOf(handler); v.Kind() {
	case reflect.Func, reflect.Pointer, reflect.Map, reflect.Chan, reflect.Slice:
		return v.IsNil()
	}
	return false
}

// mistakesRecords reports whether the last argument of a function is made of
// records: aws-lambda-go accepts it, and it would see nothing in the document.
func mistakesRecords(f reflect.Type) bool {
	if f.NumIn() == 0 {
		return false
	}
	t := f.In(f.NumIn() - 1)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	ours := reflect.TypeFor[Handler]().PkgPath()
	return t == reflect.TypeFor[kgo.Record]() || t.PkgPath() == ours && strings.HasPrefix(t.Name(), "Message[")
}
