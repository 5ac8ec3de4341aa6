package emulatortest_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// either runs a scenario in virtual time and in real time.
func either(t *testing.T, cfg emulator.Config, scenario func(t *testing.T, w *emulatortest.World)) {
	t.Run("Run", func(t *testing.T) { emulatortest.Run(t, cfg, scenario) })
	t.Run("Start", func(t *testing.T) { scenario(t, emulatortest.Start(t, cfg)) })
}

func isStartOf(function string) func(*journal.Entry) bool {
	return func(e *journal.Entry) bool { return e.Kind == journal.InvocationStarted && e.Function == function }
}

// startFailing is testdata/failing in real time.
func startFailing(t *testing.T) *emulatortest.World {
	t.Helper()
	needPrograms(t, "node")
	cfg := emulatortest.Load(t, "testdata/failing/coldbrook.yaml")
	functionOf(t, &cfg, "flaky").Env = map[string]string{"MARK": filepath.Join(t.TempDir(), "mark")}
	return emulatortest.Start(t, cfg)
}

// TestRunAndStartAgree has the same results in virtual and in real time, faults
// included.
func TestRunAndStartAgree(t *testing.T) {
	either(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 3)
		w.Topic("out", 2)
		w.Topic("seen", 2)
		w.Topic("failed", 1)
		w.Function("check", func(_ context.Context, batch []*kgo.Record) ([]*kgo.Record, error) {
			for _, r := range batch {
				if string(r.Value) == "bad" {
					return nil, errors.New("a bad record")
				}
			}
			return pass(context.Background(), batch)
		}, emulatortest.On("in", emulatortest.BatchSize(1), emulatortest.Window(0), emulatortest.Retries(1),
			emulatortest.RetryBackoff(10*time.Millisecond), emulatortest.ThrottleBackoff(10*time.Millisecond), emulatortest.OnFailure("failed")),
			emulatortest.To("out"), emulatortest.ColdStart(20*time.Millisecond, 0))
		w.Function("see", emulatortest.Each(func(_ context.Context, text string) (string, error) { return text + "!", nil }),
			emulatortest.On("out", emulatortest.Window(0)), emulatortest.To("seen"), emulatortest.Warm())
		w.Throttle("check", emulatortest.Nth(2))
		w.Slow("see", 30*time.Millisecond, emulatortest.Once())
		w.BrokerDown(50*time.Millisecond, emulatortest.After(200*time.Millisecond))
		for i := range 20 {
			value := fmt.Sprint(i)
			if i%7 == 3 {
				value = "bad"
			}
			w.Produce("in", emulatortest.Record(fmt.Sprintf("k%d", i), value))
		}
		w.Idle()
		w.Rebalance("see")
		w.Advance(300 * time.Millisecond)
		w.Crash("see", emulatortest.Once())
		w.Produce("in", emulatortest.Record("last", "one"))
		w.Idle()
		w.Expect(t).Delivered("in", 21).Delivered("out", 18).Delivered("seen", 18).OnFailure("failed", 3).NoLoss().OrderedByKey().
			Invocations("check").Exactly(18 + 2*3).Throttles("check").Exactly(1).Retries("check").Exactly(3)
	})
}

// TestStartWaits lets real time pass.
func TestStartWaits(t *testing.T) {
	t.Parallel()
	w := emulatortest.Start(t, emulator.Config{})
	begun, before := time.Now(), w.Now()
	w.Advance(50 * time.Millisecond)
	if took, passed := time.Since(begun), w.Now()-before; took < 50*time.Millisecond || passed < 50*time.Millisecond {
		t.Errorf("got %v, %v of it of the emulator, want 50ms at least", took, passed)
	}
}

// half is the TB of a test that may end half-way.
type half struct {
	recorder
	fatal bool
}

func (h *half) Fatal(args ...any) { h.Fatalf("%s", fmt.Sprint(args...)) }

func (h *half) Fatalf(format string, args ...any) {
	h.Errorf(format, args...)
	h.fatal = true
	runtime.Goexit()
}

func (h *half) Logf(string, ...any) {}

// do runs f until it ends or gives up, and then what is to be cleaned up.
func (h *half) do(f func(t testing.TB)) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer h.cleanUp()
		f(h)
	}()
	<-done
}

// TestStartIsNotIdle gives up a handler that never succeeds, and says what is left.
func TestStartIsNotIdle(t *testing.T) {
	t.Parallel()
	h := &half{recorder: recorder{TB: t}}
	h.do(func(t testing.TB) {
		w := emulatortest.Start(t, emulator.Config{}, emulatortest.IdleLimit(200*time.Millisecond))
		w.Topic("in", 1)
		w.Function("never", func(context.Context, []*kgo.Record) error { return errors.New("never") },
			emulatortest.On("in", emulatortest.Window(0)), emulatortest.Warm())
		w.Produce("in", emulatortest.Record("k", "v"))
		w.Idle()
	})
	if !h.fatal || !h.has("not idle after 200ms") || !h.has("never: 1 of in/0, from offset 0 on") || !h.has("failed after") {
		t.Errorf("got %q, want an end that says what is left and why", h.errors)
	}
}

// TestStartWithClients uses clients of the test's own beside the emulator.
func TestStartWithClients(t *testing.T) {
	either(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 1)
		w.Topic("out", 1)
		w.Function("work", pass, emulatortest.On("in", emulatortest.Window(0)), emulatortest.To("out"), emulatortest.Warm())
		d := w.Dialer()
		for _, options := range [][]kgo.Opt{w.KafkaOptions(), {kgo.SeedBrokers(d.Addr), kgo.Dialer(d.DialContext)}} {
			client, err := kgo.NewClient(options...)
			if err != nil {
				t.Fatal(err)
			}
			if err := client.ProduceSync(t.Context(), &kgo.Record{Topic: "in", Key: []byte("k"), Value: []byte("v")}).FirstErr(); err != nil {
				t.Fatal(err)
			}
			client.Close()
		}
		w.Idle()
		consumer, err := kgo.NewClient(append(w.KafkaOptions(), kgo.ConsumeTopics("out"), kgo.ConsumerGroup("mine"))...)
		if err != nil {
			t.Fatal(err)
		}
		for n := 0; n < 2; {
			n += consumer.PollFetches(t.Context()).NumRecords()
		}
		w.Expect(t).Delivered("out", 2).NoLoss()
		seen := journalOf(w, func(e *journal.Entry) bool { return e.Kind == journal.RecordsProduced && e.Process == "client-1" })
		if len(seen) == 0 {
			t.Error("the journal does not say what client-1 produced")
		}
	})
}

// TestStartsSideBySide has many emulators at once.
func TestStartsSideBySide(t *testing.T) {
	var addresses atomic.Int64
	for i := range 8 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			w := emulatortest.Start(t, emulator.Config{})
			w.Topic("in", 3)
			w.Topic("out", 3)
			w.Function("work", pass, emulatortest.On("in", emulatortest.Window(0)), emulatortest.To("out"), emulatortest.Warm())
			for j := range 50 {
				w.Produce("in", emulatortest.Record(fmt.Sprint(j), fmt.Sprint(i)))
			}
			w.Idle()
			w.Expect(t).Delivered("out", 50).NoLoss().OrderedByKey()
			for _, r := range w.Records("out") {
				if string(r.Value) != fmt.Sprint(i) {
					t.Fatalf("got a record of emulator %s in emulator %d", r.Value, i)
				}
			}
			addresses.Add(1)
		})
	}
}

// TestStartChildrenOfEveryLanguage is TestChildrenOfEveryLanguage in real time.
func TestStartChildrenOfEveryLanguage(t *testing.T) {
	t.Parallel()
	needPrograms(t, "node", "python3", "go", "sh", "curl")
	cfg := emulatortest.Load(t, "testdata/children")
	for i := range cfg.Functions {
		cfg.Functions[i].ColdStart = &emulator.ColdStart{Off: true}
	}
	w := emulatortest.Start(t, cfg)
	words := []string{"a", "Coldbrook", "batch", "offset", "partition", "x"}
	var want []string
	for i, word := range words {
		w.Produce("words", emulatortest.Record(fmt.Sprintf("k%d", i), word))
		want = append(want, fmt.Sprintf("k%d=%s: %d", i, word, len(word)))
	}
	w.Idle()
	for _, language := range languages {
		if got := keysAndValues(w, "words."+language); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", language, got, want)
		}
	}
	w.Expect(t).NoLoss()
}

// TestStartHasKafkaForChildren lets the handler connect that has no Kafka in
// virtual time.
func TestStartHasKafkaForChildren(t *testing.T) {
	t.Parallel()
	w := startFailing(t)
	w.Produce("asking", emulatortest.Record("k", "v"))
	w.Idle()
	w.Expect(t).OnFailure("failed", 0).NoLoss()
}

// TestStartProcesses runs the processes of a configuration.
func TestStartProcesses(t *testing.T) {
	t.Parallel()
	needPrograms(t, "sh")
	w := emulatortest.Start(t, emulatortest.Load(t, "testdata/processes"))
	await(t, func() bool {
		return len(journalOf(w, func(e *journal.Entry) bool { return e.Kind == journal.Output && e.Process == "feed" })) > 0
	})
}

// TestStartLeavesNothing looks for processes, folders and goroutines after tests
// in real time, also such that fail half-way.
func TestStartLeavesNothing(t *testing.T) {
	l := watchLeftovers(t)
	t.Run("well", func(t *testing.T) {
		w := startFailing(t)
		w.Produce("hanging", emulatortest.Record("k", "v"))
		w.Idle()
		client, err := kgo.NewClient(w.KafkaOptions()...) // the World closes it
		if err != nil {
			t.Fatal(err)
		}
		if err := client.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
	l.check(t)
	for _, how := range []string{"fatal in real time", "panic in real time"} {
		if out := fails(t, how); !strings.Contains(out, "as planned") {
			t.Errorf("%s: got %s", how, out)
		}
		l.check(t)
	}
}

// TestLoadReportsEveryMistake ends the test with all that is wrong in a file.
func TestLoadReportsEveryMistake(t *testing.T) {
	h := &half{recorder: recorder{TB: t}}
	h.do(func(t testing.TB) { emulatortest.Load(t, "testdata/mistakes") })
	if !h.fatal || !h.has("batchsize") || !h.has("there is no such folder") && !h.has("./nowhere") {
		t.Errorf("got %q, want both mistakes", h.errors)
	}
}
