package emulatortest_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/twmb/franz-go/pkg/kgo"
)

type bid struct {
	Auction string
	Amount  int
}

func TestSixHoursOfRetries(t *testing.T) {
	broken := true
	emulatortest.Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("bids", 3)
		w.Topic("accepted", 3)
		w.Topic("dead", 1)
		w.Function("validate", func(_ context.Context, e events.KafkaEvent) ([]bid, error) {
			if broken {
				return nil, errors.New("the database is away")
			}
			var out []bid
			for range e.Records {
				out = append(out, bid{"a", 1})
			}
			return out, nil
		}, emulatortest.On("bids"), emulatortest.To("accepted"))
		w.Produce("bids", emulatortest.Record("a", bid{"a", 12}))
		w.Advance(6 * time.Hour)
		w.Expect(t).Delivered("accepted", 0).Retries("validate").AtLeast(300)
		broken = false
		w.Idle()
		// No environment lives for less than two hours.
		w.Expect(t).Delivered("accepted", 1).NoLoss().OrderedByKey().ColdStarts("validate").AtMost(1 + 6/2)
	})
}

func TestFaultThatNeverFiredFailsTheTest(t *testing.T) {
	tb := &recorder{TB: t}
	w := emulatortest.Start(tb, emulator.Config{})
	w.Topic("in", 1)
	w.Function("f", func(context.Context, []*kgo.Record) error { return nil }, emulatortest.On("in"))
	w.Crash("f", emulatortest.Nth(2))
	w.Produce("in", emulatortest.Record("k", "v"))
	w.Idle()
	tb.cleanUp()
	if want := `the fault "crash of function \"f\"" never fired`; !tb.has(want) {
		t.Errorf("errors %q, want one with %q", tb.errors, want)
	}
}

func TestCallsOfSeveralGoroutines(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 3)
		w.Function("f", ignore, emulatortest.On("in"))
		var callers sync.WaitGroup
		for i := range 5 {
			callers.Go(func() {
				w.Produce("in", records(i, 10)...)
				w.ProduceTo("in", 1, records(i, 10)...)
				w.Advance(time.Duration(i) * time.Second)
				w.Idle()
				w.Records("in")
				w.Hash()
			})
		}
		callers.Wait()
		w.Expect(t).NoLoss().Delivered("in", 100)
	})
}

// TestTestsShareAConfiguration: what one declares is not the other's.
func TestTestsShareAConfiguration(t *testing.T) {
	topics := make([]emulator.Topic, 1, 10)
	topics[0].Name = "in"
	cfg := emulator.Config{Topics: topics, Functions: make([]emulator.Function, 0, 10)}
	for _, name := range []string{"a", "b", "c", "d"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) {
				w.Topic(name, 1)
				w.Function(name, ignore, emulatortest.On("in"))
				w.Produce("in", emulatortest.Record("k", "v"))
				w.Produce(name, emulatortest.Record("k", "v"))
				w.Idle()
				w.Expect(t).NoLoss().Delivered("in", 1)
			})
		})
	}
}

// ending is a testing.TB that ends the goroutine at the first Fatal, as that of a
// test does, and keeps what it said.
type ending struct {
	recorder
	said string
}

func (f *ending) Name() string                      { return f.TB.Name() }
func (f *ending) Fatal(args ...any)                 { f.said = fmt.Sprint(args...); runtime.Goexit() }
func (f *ending) Fatalf(format string, args ...any) { f.Fatal(fmt.Sprintf(format, args...)) }

// saidBy returns what f is told when it calls.
func saidBy(t *testing.T, call func(tb testing.TB)) string {
	f := &ending{recorder: recorder{TB: t}}
	var calling sync.WaitGroup
	calling.Go(func() { call(f) })
	calling.Wait()
	f.cleanUp()
	return f.said
}

func TestAWorldUsedAfterItsEndSaysSo(t *testing.T) {
	for name, call := range map[string]func(w *emulatortest.World){
		"idle": (*emulatortest.World).Idle, "hash": func(w *emulatortest.World) { w.Hash() },
		"produce": func(w *emulatortest.World) { w.Produce("in", emulatortest.Record("k", "v")) },
	} {
		said := saidBy(t, func(tb testing.TB) {
			r := &recorder{TB: tb}
			w := emulatortest.Start(r, emulator.Config{})
			w.Topic("in", 1)
			w.Idle()
			r.cleanUp()
			call(w)
		})
		if !strings.Contains(said, "after its end") {
			t.Errorf("%s: got %q, want that the World is used after its end", name, said)
		}
	}
}

func TestAFaultIsAskedAfterTheEnd(t *testing.T) {
	var fault *emulatortest.Fault
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 1)
		w.Function("f", ignore, emulatortest.On("in"))
		fault = w.Crash("f", emulatortest.Once())
		w.Produce("in", emulatortest.Record("k", "v"))
		w.Idle()
	})
	if n := fault.Fired(); n != 1 {
		t.Errorf("fired %d times, want 1", n)
	}
	fault.Stop()
}

func TestStartWithinRunSaysSo(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		said := saidBy(t, func(tb testing.TB) { emulatortest.Start(tb, emulator.Config{}) })
		if !strings.Contains(said, "virtual time") {
			t.Errorf("got %q, want that real time does not pass here", said)
		}
	})
}

// TestMistakesOfATest: each says what is wrong, at once.
func TestMistakesOfATest(t *testing.T) {
	for want, call := range map[string]func(w *emulatortest.World){
		"is declared too late":     func(w *emulatortest.World) { w.Idle(); w.Function("g", ignore, emulatortest.On("in")) },
		`there is no topic "nope"`: func(w *emulatortest.World) { w.Produce("nope", emulatortest.Record("k", "v")) },
		"f: 3 of in/0, from offset 0 on": func(w *emulatortest.World) {
			w.ProduceTo("in", 0, records(0, 3)...)
			w.IdleWithin(300 * time.Millisecond)
		},
	} {
		said := saidBy(t, func(tb testing.TB) {
			w := emulatortest.Start(tb, emulator.Config{})
			w.Topic("in", 1)
			w.Function("f", ignore, emulatortest.On("in"), emulatortest.Reserved(0))
			call(w)
		})
		if !strings.Contains(said, want) {
			t.Errorf("got %q, want it to say %q", said, want)
		}
	}
}

func TestNeverIdleIsNoticedWithWhatIsLeft(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 1)
		w.Function("f", ignore, emulatortest.On("in"), emulatortest.Reserved(0))
		w.ProduceTo("in", 0, records(0, 3)...)
		ctx, cancel := context.WithTimeout(context.Background(), 10*24*time.Hour)
		defer cancel()
		if err := w.Emulator().Idle(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the deadline", err)
		}
		if left := w.Emulator().Outstanding(); len(left) != 1 || left[0].Records != 3 {
			t.Errorf("got %v, want 3 records of one partition", left)
		}
	})
}
