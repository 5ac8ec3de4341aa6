package interop

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// start starts a Coldbrook that ends with the test, and returns the URL of its
// Invoke API.
//
//	echo  answers with its event, and reads topic "orders"
//	fail  fails
//	slow  is over its timeout of 1 s
//	big   responds with 6 MB and 101 bytes
//	off   has a reserved concurrency of 0
func start(t *testing.T) string {
	t.Helper()
	f := func(name string, handle func(context.Context, emulator.Invocation) ([]byte, error)) emulator.Function {
		return emulator.Function{Name: name, Runtime: "python3.13", Handle: handle, ColdStart: &emulator.ColdStart{Off: true}}
	}
	echo := func(_ context.Context, in emulator.Invocation) ([]byte, error) { return in.Payload, nil }
	functions := []emulator.Function{
		f("echo", echo),
		f("fail", func(context.Context, emulator.Invocation) ([]byte, error) { return nil, errors.New("told to fail") }),
		f("slow", func(ctx context.Context, _ emulator.Invocation) ([]byte, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}),
		f("big", func(context.Context, emulator.Invocation) ([]byte, error) {
			return []byte(`"` + strings.Repeat("x", 6<<20+99) + `"`), nil
		}),
		f("off", echo),
	}
	functions[0].Events = []emulator.Event{{Topic: "orders", BatchSize: 10, BatchWindow: new(2 * time.Second)}}
	functions[2].Timeout = time.Second
	functions[4].ReservedConcurrency = new(0)
	e, err := emulator.Start(t.Context(), emulator.Config{
		Kafka: emulator.Kafka{Port: new(0)}, Topics: []emulator.Topic{{Name: "orders", Partitions: 1}}, Functions: functions,
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- e.Run(context.Background()) }()
	t.Cleanup(func() {
		e.Stop("the test is over")
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return "http://" + e.InvokeAddr()
}

const (
	arn = "arn:aws:lambda:us-east-1:123456789012:function:echo"
	// limit is the most bytes of a synchronous payload.
	limit = 6291456
)

// document is a JSON text of n bytes.
func document(n int) string { return `"` + strings.Repeat("x", n-2) + `"` }

// tooLarge is what the platform says of a payload of n bytes.
func tooLarge(n int) string {
	return fmt.Sprintf("%d byte payload is too large for the RequestResponse invocation type (limit %d bytes)", n, limit)
}
