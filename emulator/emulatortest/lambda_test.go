package emulatortest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

func invocation(payload string) emulator.Invocation {
	return emulator.Invocation{
		RequestID: "00000000-0000-4000-8000-000000000007", ARN: "arn:aws:lambda:us-east-1:123456789012:function:f",
		Deadline: time.Now().Add(time.Hour), Payload: []byte(payload),
	}
}

func TestLambdaContext(t *testing.T) {
	in := invocation("7")
	in.Deadline = time.Date(2090, 1, 2, 3, 4, 5, 678_999_999, time.UTC)
	calls := 0
	check := func(ctx context.Context, n int) (int, error) {
		calls++
		lc, ok := lambdacontext.FromContext(ctx)
		if !ok || lc.AwsRequestID != in.RequestID || lc.InvokedFunctionArn != in.ARN {
			t.Errorf("got %+v, %v, want request id and ARN of %+v", lc, ok, in)
		}
		// Whole milliseconds, as the Runtime API tells them.
		if got, _ := ctx.Deadline(); !got.Equal(time.Date(2090, 1, 2, 3, 4, 5, 678_000_000, time.UTC)) {
			t.Errorf("got deadline %v of %v", got, in.Deadline)
		}
		return n, nil
	}
	for _, handler := range []any{check, lambda.NewHandler(check)} {
		if got, err := adapted(t, handler).Handle(t.Context(), in); err != nil || string(got) != "7" {
			t.Errorf("got %s, %v, want 7", got, err)
		}
	}
	if calls != 2 {
		t.Errorf("got %d calls, want 2", calls)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	adapted(t, func(got context.Context) {
		want, _ := ctx.Deadline()
		if deadline, _ := got.Deadline(); !deadline.Equal(want) {
			t.Errorf("got deadline %v, want the caller's, which is earlier: %v", deadline, want)
		}
	}).Handle(ctx, in)
}

// TestLambdaErrorsReachTheResponse runs handlers the way the emulator does.
func TestLambdaErrorsReachTheResponse(t *testing.T) {
	for _, c := range []struct {
		name                 string
		handler              any
		payload              string
		errorType, errorText string
		ended                bool
	}{
		{"error", func() error { return errors.New("no stock") }, "", "errorString", "no stock", false},
		{"own document", func() error { return messages.InvokeResponse_Error{Type: "Stock.Empty", Message: "none"} }, "", "Stock.Empty", "none", false},
		{"event", func(int) {}, `"seven"`, "UnmarshalTypeError", "json: cannot unmarshal string into Go value of type int", false},
		{"response", func() (any, error) { return make(chan int), nil }, "", "UnsupportedTypeError", "json: unsupported type: chan int", false},
		{"panic", func() { panic("no stock") }, "", "string", "no stock", true},
		{"panic in lambda.NewHandler", lambda.NewHandler(func() { panic("no stock") }), "", "string", "no stock", true},
	} {
		f := adapted(t, c.handler)
		launcher := function.InProcess{Document: func(ctx context.Context, r function.Request) ([]byte, error) {
			return f.Handle(ctx, emulator.Invocation{RequestID: r.ID, ARN: r.ARN, Deadline: r.Deadline, Payload: r.Payload})
		}}
		instance, err := launcher.Launch(t.Context(), function.Spec{Function: "f"})
		if err != nil {
			t.Fatal(err)
		}
		got := instance.Invoke(t.Context(), function.Request{Payload: []byte(c.payload), Deadline: time.Now().Add(time.Hour)})
		if got.Outcome != journal.FunctionError || got.ErrorType != c.errorType || got.ErrorMessage != c.errorText || got.Ended != c.ended {
			t.Errorf("%s: got %v, %s: %s, ended %v, want %s: %s", c.name, got.Outcome, got.ErrorType, got.ErrorMessage, got.Ended, c.errorType, c.errorText)
		}
		instance.Stop()
	}
}

// repeated is a document that shows when it was overwritten by another's.
func repeated(n int) []int {
	all := make([]int, 50)
	for i := range all {
		all[i] = n
	}
	return all
}

// wrapper is middleware around a lambda.Handler.
type wrapper struct {
	invoke func(ctx context.Context, payload []byte) ([]byte, error)
}

func (w wrapper) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	return w.invoke(ctx, payload)
}

// TestInvocationsAtOnceDoNotShareResponses fails under the race detector, and now
// and then without it, if invocations of one lambda.Handler take no turns.
func TestInvocationsAtOnceDoNotShareResponses(t *testing.T) {
	handle := func(_ context.Context, n int) ([]int, error) { return repeated(n), nil }
	inner := lambda.NewHandler(handle)
	for name, handler := range map[string]any{
		"func":    handle,
		"handler": lambda.NewHandler(handle),
		"wrapped": wrapper{inner.Invoke},
		"twice":   lambda.NewHandler(wrapper{inner.Invoke}),
	} {
		t.Run(name, func(t *testing.T) {
			f := adapted(t, handler)
			var group sync.WaitGroup
			for g := range 8 {
				group.Go(func() {
					for i := range 250 {
						n := g*100_000 + i
						want, _ := json.Marshal(repeated(n))
						if got, err := f.Handle(t.Context(), invocation(fmt.Sprint(n))); err != nil || !bytes.Equal(got, want) {
							t.Errorf("got %.60s, %v, want %.60s", got, err, want)
							return
						}
					}
				})
			}
			group.Wait()
		})
	}
}

// TestInvocationsAtOnceWithoutValues is for the race detector.
func TestInvocationsAtOnceWithoutValues(t *testing.T) {
	f := adapted(t, lambda.NewHandler(func(context.Context, int) error { return nil }))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 250 {
				if got, err := f.Handle(t.Context(), invocation("7")); err != nil || string(got) != "null" {
					t.Errorf("got %s, %v, want null", got, err)
					return
				}
			}
		})
	}
	group.Wait()
}

func TestLongResponsesOfWrappedHandlersWithoutValues(t *testing.T) {
	inner := lambda.NewHandler(func(context.Context, int) error { return nil })
	f := adapted(t, lambda.NewHandler(wrapper{func(ctx context.Context, payload []byte) ([]byte, error) {
		_, err := inner.Invoke(ctx, payload)
		return []byte(`{"by":"wrapper"}`), err
	}}))
	if got, err := f.Handle(t.Context(), invocation("7")); err != nil || string(got) != `{"by":"wrapper"}` {
		t.Errorf("got %s, %v, want the wrapper's", got, err)
	}
}

func TestHandlersRunSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle := func(_ context.Context, n int) ([]int, error) {
			time.Sleep(time.Second) // why: stands for work, in virtual time
			return repeated(n), nil
		}
		for _, handler := range []any{handle, lambda.NewHandler(handle)} {
			f := adapted(t, handler)
			begun := time.Now()
			var group sync.WaitGroup
			for n := range 10 {
				group.Go(func() {
					if got, err := f.Handle(t.Context(), invocation(fmt.Sprint(n))); err != nil || !strings.HasPrefix(string(got), fmt.Sprintf("[%d,", n)) {
						t.Errorf("got %.20s, %v, want %d", got, err, n)
					}
				})
			}
			group.Wait()
			if took := time.Since(begun); took != time.Second {
				t.Errorf("%T: 10 invocations of 1 s at once took %v, want 1s", handler, took)
			}
		}
	})
}

// TestWrappersDoNotKeepTheTurn covers middleware that invokes again, gives up
// waiting, or panics while it writes: what follows must not wait for ever.
func TestWrappersDoNotKeepTheTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := lambda.NewHandler(func(_ context.Context, n int) (int, error) {
			time.Sleep(time.Duration(n) * time.Second) // why: stands for work, in virtual time
			return n, nil
		})
		f := adapted(t, wrapper{func(ctx context.Context, payload []byte) ([]byte, error) {
			if _, err := slow.Invoke(ctx, payload); err != nil { // and again
				return nil, err
			}
			done := make(chan []byte, 1)
			go func() {
				response, _ := slow.Invoke(ctx, payload)
				done <- response
			}()
			select {
			case response := <-done:
				return response, nil
			case <-time.After(3 * time.Second):
				return nil, errors.New("gave up")
			}
		}})
		for _, c := range []struct{ payload, want string }{{"1", "1"}, {"5", "gave up"}, {"2", "2"}} {
			got, err := f.Handle(t.Context(), invocation(c.payload))
			if err != nil {
				got = []byte(err.Error())
			}
			if string(got) != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		}
		time.Sleep(time.Minute) // why: the invocation that was given up ends, in virtual time
	})
}

func TestATurnThatComesTooLateIsGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := make(turns, 1)
		all <- struct{}{}
		first, late := turn{all: all}, turn{all: all}
		first.begin(t.Context(), nil)
		first.begin(t.Context(), nil) // it has its turn
		go late.begin(t.Context(), nil)
		synctest.Wait()
		late.end() // its wrapper gave up
		first.end()
		synctest.Wait()
		next := turn{all: all}
		next.begin(t.Context(), nil)
		if !next.held || late.held || len(all) != 0 {
			t.Errorf("got held %v, late %v, want the turn to have come to the next", next.held, late.held)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		killed := turn{all: all}
		killed.begin(ctx, nil)
		killed.end()
		next.end()
		if len(all) != 1 {
			t.Error("an invocation that was killed while it waited gave back what it had not")
		}
	})
}

func TestAPanicWhileWritingGivesTheTurnBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := adapted(t, lambda.NewHandler(func(_ context.Context, n int) (picky, error) { return picky{n > 0}, nil }))
		func() {
			defer func() {
				if recover() == nil {
					t.Error("got no panic")
				}
			}()
			f.Handle(t.Context(), invocation("0"))
		}()
		if got, err := f.Handle(t.Context(), invocation("1")); err != nil || string(got) != `"picked"` {
			t.Errorf("got %s, %v after a panic, want a response", got, err)
		}
	})
}

func BenchmarkLambdaFunc(b *testing.B) {
	handle := func(_ context.Context, n int) ([]int, error) { return repeated(n), nil }
	for name, handler := range map[string]any{"func": handle, "handler": lambda.NewHandler(handle)} {
		b.Run(name, func(b *testing.B) {
			set, err := adapt(handler)
			if err != nil {
				b.Fatal(err)
			}
			var f emulator.Function
			set(&f)
			in := invocation("7")
			for b.Loop() {
				if _, err := f.Handle(b.Context(), in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("bare", func(b *testing.B) {
		h, payload := lambda.NewHandler(handle), []byte("7")
		for b.Loop() {
			if _, err := h.Invoke(b.Context(), payload); err != nil {
				b.Fatal(err)
			}
		}
	})
}
