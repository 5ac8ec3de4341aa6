package emulatortest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
)

const (
	queueARN  = "arn:aws:sqs:us-east-1:123456789012:"
	lambdaARN = "arn:aws:lambda:us-east-1:123456789012:function:"
)

func price(_ context.Context, s sale) (int, error) {
	if s.Cents < 0 {
		return 0, errors.New("negative")
	}
	return s.Cents, nil
}

func TestInvokeWaitsForTheResponse(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Function("price", price, emulatortest.ColdStart(time.Second, 0))
		got, err := w.Invoke("price", lamp)
		if err != nil || string(got.Payload) != "1200" || got.FunctionError != "" || w.Now() != time.Second {
			t.Errorf("got %+v, %v at %v, want 1200 at 1s", got, err, w.Now())
		}
		got, err = w.Invoke("price", []byte(`{"cents":-1}`))
		want := `{"errorMessage":"negative","errorType":"errorString"}`
		if err != nil || string(got.Payload) != want || got.FunctionError != "Unhandled" {
			t.Errorf("got %s, %q, %v, want %s", got.Payload, got.FunctionError, err, want)
		}
		w.Expect(t).Invocations("price").Exactly(2).ColdStarts("price").Exactly(1)
	})
}

// TestInvokeOfFunctionsThatCannotAnswer holds the error documents of AWS.
func TestInvokeOfFunctionsThatCannotAnswer(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Function("slow", func(ctx context.Context) {
			<-ctx.Done()
			time.Sleep(time.Second) // why: virtual time; it does not heed its deadline
		}, emulatortest.Timeout(3*time.Second))
		w.Function("large", func() (string, error) { return strings.Repeat("x", 6291556-1), nil })
		w.Function("largest", func() (string, error) { return strings.Repeat("x", 6291556-2), nil })
		w.Function("crash", price)
		w.Crash("crash")
		for _, c := range []struct{ function, want string }{
			{"slow", `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ID Error: Task timed out after 3.00 seconds"}`},
			{"large", `{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}`},
			{"crash", `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: signal: killed (a fault)"}`},
		} {
			got, err := w.Invoke(c.function, lamp)
			if text := strings.ReplaceAll(string(got.Payload), got.RequestID, "ID"); err != nil || text != c.want || got.FunctionError != "Unhandled" {
				t.Errorf("%s: got %s, %q, %v, want %s", c.function, text, got.FunctionError, err, c.want)
			}
		}
		if got, err := w.Invoke("largest", lamp); err != nil || len(got.Payload) != 6291556 || got.FunctionError != "" {
			t.Errorf("the largest response: got %d bytes, %q, %v", len(got.Payload), got.FunctionError, err)
		}
	})
}

func TestInvokeIsRefused(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("sales", 1)
		w.Function("off", price, emulatortest.Reserved(0))
		w.Function("price", price)
		w.Function("records", emulatortest.Sink(book), emulatortest.On("sales"))
		blank := func(n int) []byte { return slices.Concat([]byte(`"`), make([]byte, n-2), []byte(`"`)) }
		for _, c := range []struct {
			function string
			payload  []byte
			async    bool
			status   int
			want     string
		}{
			{"off", []byte("{}"), false, 429, "TooManyRequestsException: Rate Exceeded."},
			{"nobody", []byte("{}"), false, 404, "ResourceNotFoundException: Function not found: " + lambdaARN + "nobody"},
			{"records", []byte("{}"), false, 400, `InvalidParameterValueException: function "records" has a handler of records, which gets no other events: give it a handler of documents`},
			{"price", []byte("{"), false, 400, "InvalidRequestContentException: Could not parse request body into json"},
			{"price", blank(6291457), false, 413, "RequestTooLargeException: 6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)"},
			{"price", []byte(`"` + strings.Repeat(" ", 1048575) + `"`), true, 413, "RequestTooLargeException: 1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)"},
		} {
			invoke := w.Invoke
			if c.async {
				invoke = w.InvokeAsync
			}
			_, err := invoke(c.function, c.payload)
			refusal, _ := errors.AsType[*emulator.InvokeError](err)
			if refusal == nil || refusal.Status != c.status || err.Error() != c.want {
				t.Errorf("%s: got %v, want %d %s", c.function, err, c.status, c.want)
			}
			if c.status == 429 && refusal.Reason != "ReservedFunctionConcurrentInvocationLimitExceeded" {
				t.Errorf("got reason %q", refusal.Reason)
			}
		}
		w.Expect(t).Throttles("off").Exactly(1)
	})
}

// TestEventsAreTriedAgain: after one and two minutes, then the record goes to the
// destination and the event to the dead-letter queue.
func TestEventsAreTriedAgain(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		var at []time.Duration
		w.Function("price", func(ctx context.Context, s sale) (int, error) {
			at = append(at, w.Now().Truncate(time.Second))
			return price(ctx, s)
		}, emulatortest.Warm(), emulatortest.DeadLetter(queueARN+"dead"),
			emulatortest.Async(emulator.Async{OnSuccess: queueARN + "done", OnFailure: "arn:aws:events:us-east-1:123456789012:event-bus/bus"}))
		accepted, err := w.InvokeAsync("price", []byte(`{"cents": -1}`))
		if err != nil || accepted.Payload != nil {
			t.Fatalf("got %+v, %v", accepted, err)
		}
		w.Idle()
		if want := []time.Duration{0, time.Minute, 3 * time.Minute}; !slices.Equal(at, want) {
			t.Errorf("tried at %v, want %v", at, want)
		}
		dead := w.Records("coldbrook.destination.dead")[0]
		want := fmt.Sprintf("[{RequestID %s} {ErrorCode 200} {ErrorMessage negative}]", accepted.RequestID)
		if got := fmt.Sprintf("%s", dead.Headers); string(dead.Value) != `{"cents": -1}` || got != want {
			t.Errorf("dead letter: got %s %s, want %s", dead.Value, got, want)
		}
		bus := string(w.Records("coldbrook.destination.bus")[0].Value)
		for _, part := range []string{
			`"detail-type":"Lambda Function Invocation Result – Failure","source":"lambda"`,
			`"detail":{"version":"1.0","timestamp":"2026-01-01T00:03:00.000Z","requestContext":{"requestId":"` + accepted.RequestID +
				`","functionArn":"` + lambdaARN + `price:$LATEST","condition":"RetriesExhausted","approximateInvokeCount":3},` +
				`"requestPayload":{"cents":-1},"responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},` +
				`"responsePayload":{"errorMessage":"negative","errorType":"errorString"}}`,
		} {
			if !strings.Contains(bus, part) {
				t.Errorf("got %s, want in it %s", bus, part)
			}
		}
		w.InvokeAsync("price", lamp)
		w.Idle()
		done := w.Records("coldbrook.destination.done")
		if got := string(done[0].Value); !strings.Contains(got, `"condition":"Success","approximateInvokeCount":1}`) ||
			!strings.HasSuffix(got, `"responseContext":{"statusCode":200,"executedVersion":"$LATEST"},"responsePayload":1200}`) {
			t.Errorf("got %s", got)
		}
		w.Expect(t).Retries("price").Exactly(2).OnFailure("coldbrook.destination.bus", 1)
	})
}

// TestEventsBecomeTooOld: without an invocation there is no response to tell of. A
// message that SNS does not take is lost.
func TestEventsBecomeTooOld(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		age := 2 * time.Minute
		w.Function("price", price, emulatortest.DeadLetter("arn:aws:sns:us-east-1:123456789012:small"),
			emulatortest.Async(emulator.Async{MaximumEventAge: &age, OnFailure: "arn:aws:s3:::kept"}))
		w.Throttle("price")
		if _, err := w.InvokeAsync("price", strings.Repeat("x", 300_000)); err != nil {
			t.Fatal(err)
		}
		w.Idle()
		if w.Now() < age || w.Now() > age+time.Second {
			t.Errorf("given up at %v, want %v", w.Now(), age)
		}
		kept := w.Records("coldbrook.destination.kept")[0]
		if !strings.Contains(string(kept.Value), `"condition":"EventAgeExceeded","approximateInvokeCount":0}`) ||
			strings.Contains(string(kept.Value), "response") || !strings.HasPrefix(string(kept.Key), "aws/lambda/async/price/2026/01/01/2026-01-01T00.02.00-") {
			t.Errorf("got %.300s of key %s", kept.Value, kept.Key)
		}
		if n := len(w.Records("coldbrook.destination.small")); n != 0 {
			t.Errorf("SNS got %d messages over 256 KB", n)
		}
	})
}

// TestFunctionsAreDestinations: the record of one event is another.
func TestFunctionsAreDestinations(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		var got json.RawMessage
		w.Function("price", price, emulatortest.Async(emulator.Async{OnSuccess: lambdaARN + "next"}))
		w.Function("next", func(_ context.Context, record json.RawMessage) error { got = record; return nil })
		w.InvokeAsync("price", chair)
		w.Idle()
		if !strings.Contains(string(got), `"requestPayload":{"item":"chair","cents":3400}`) {
			t.Errorf("got %s", got)
		}
	})
}

// TestInvokeByManyAtOnce: each gets the response to what it sent.
func TestInvokeByManyAtOnce(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Function("price", price, emulatortest.Takes(time.Second, 0))
		var all sync.WaitGroup
		for cents := range 50 {
			all.Go(func() {
				got, err := w.Invoke("price", sale{Cents: cents})
				if err != nil || string(got.Payload) != fmt.Sprint(cents) {
					t.Errorf("got %s, %v, want %d", got.Payload, err, cents)
				}
			})
		}
		all.Wait()
		w.Expect(t).Invocations("price").Exactly(50).ColdStarts("price").Exactly(50)
	})
}
