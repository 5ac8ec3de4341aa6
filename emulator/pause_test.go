package emulator_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

func (s *started) pause() {
	s.tb.Helper()
	if err := s.Pause(context.Background()); err != nil {
		s.tb.Fatal(err)
	}
}

func (s *started) resume() {
	s.tb.Helper()
	if err := s.Resume(context.Background()); err != nil {
		s.tb.Fatal(err)
	}
}

// awaitPaused polls the status until it is as wanted.
func (s *started) awaitPaused(is func(*emulator.Paused) bool) {
	s.tb.Helper()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	over := time.After(30 * time.Second)
	for !is(s.Status().Paused) {
		select {
		case <-ticker.C:
		case <-over:
			s.tb.Fatalf("the status stays at %+v", s.Status().Paused)
		}
	}
}

// entries are all of the journal until now.
func (s *started) entries() []journal.Entry {
	s.tb.Helper()
	if err := s.Rest(context.Background()); err != nil {
		s.tb.Fatal(err)
	}
	r := s.Journal().Draw()
	defer r.Detach()
	var all []journal.Entry
	last := s.Journal().Last()
	for len(all) == 0 || all[len(all)-1].Seq < last {
		buf := make([]journal.Entry, 256)
		n, missed, err := r.Next(context.Background(), buf)
		if err != nil || missed > 0 {
			s.tb.Fatalf("missed %d, %v", missed, err)
		}
		all = append(all, buf[:n]...)
	}
	return all
}

func one(topic, value string) *kgo.Record { return &kgo.Record{Topic: topic, Value: []byte(value)} }

// timersConfig is a function for each kind of timer, all of them a second.
func timersConfig(answer <-chan struct{}) emulator.Config {
	ok := func(context.Context, []*kgo.Record) ([]*kgo.Record, error) { return nil, nil }
	var tried atomic.Bool
	cfg := emulator.Config{Profile: "aws-provisioned", Journal: emulator.Journal{Records: true}}
	add := func(name string, handler func(context.Context, []*kgo.Record) ([]*kgo.Record, error)) *emulator.Function {
		cfg.Topics = append(cfg.Topics, emulator.Topic{Name: name, Partitions: 1})
		cfg.Functions = append(cfg.Functions, emulator.Function{
			Name: name, InProcess: handler, Timeout: time.Minute, ColdStart: &emulator.ColdStart{Off: true},
			Events: []emulator.Event{{Topic: name, BatchSize: 10, BatchWindow: new(time.Duration(0)), RetryBackoff: new(time.Second)}},
		})
		return &cfg.Functions[len(cfg.Functions)-1]
	}
	add("window", ok).Events[0].BatchWindow = new(time.Second)
	add("retry", func(context.Context, []*kgo.Record) ([]*kgo.Record, error) {
		if !tried.Swap(true) {
			return nil, errors.New("once")
		}
		return nil, nil
	})
	add("idle", ok).KeepAlive = new(time.Second)
	add("slow", func(context.Context, []*kgo.Record) ([]*kgo.Record, error) { <-answer; return nil, nil }).Timeout = time.Second
	return cfg
}

// TestNoTimerPassesWhilePaused: a batch window, a back-off, an idle environment and a
// timeout outlast a pause that is longer than they are.
func TestNoTimerPassesWhilePaused(t *testing.T) {
	t.Parallel()
	answer := make(chan struct{})
	s := start(t, timersConfig(answer))
	s.run()
	for _, topic := range []string{"idle", "retry", "window", "slow"} {
		s.produce(one(topic, "x"))
	}
	began := map[string]bool{}
	s.await(func(e *journal.Entry) bool {
		switch {
		case e.Function == "idle" && e.Kind == journal.InvocationEnded, e.Function == "retry" && e.Kind == journal.RetryScheduled,
			e.Function == "window" && e.Kind == journal.RecordsArrived, e.Function == "slow" && e.Kind == journal.InvocationStarted:
			began[e.Function] = true
		}
		return len(began) == 4
	})
	s.pause()
	close(answer)
	<-time.After(1500 * time.Millisecond) // that it passes is what is tested
	s.resume()
	gone := map[string]bool{}
	s.await(func(e *journal.Entry) bool {
		gone[e.Function] = gone[e.Function] || e.Kind == journal.RecordsEnded && e.Function != "idle" || e.Kind == journal.EnvironmentGone
		return gone["idle"] && gone["retry"] && gone["window"] && gone["slow"]
	})
	checkTimers(t, s.entries())
}

// checkTimers checks that each timer took a second of world time, and nothing came of
// one during the pause.
func checkTimers(t *testing.T, entries []journal.Entry) {
	t.Helper()
	from, took := map[string]int64{}, map[string]int64{}
	paused := false
	for i := range entries {
		e := &entries[i]
		switch {
		case e.Kind == journal.WorldPaused:
			paused = true
		case e.Kind == journal.WorldResumed:
			if paused = false; time.Duration(e.Measured.Took) < 1500*time.Millisecond {
				t.Errorf("paused for %v", time.Duration(e.Measured.Took))
			}
		case paused && e.Kind != journal.RecordsProduced:
			t.Errorf("during the pause: %s", e.Sentence())
		case e.Function == "retry" && e.Kind == journal.RetryScheduled, e.Function == "window" && e.Kind == journal.RecordsArrived,
			e.Function == "idle" && e.Kind == journal.InvocationEnded:
			from[e.Function] = e.At
		case e.Function == "retry" && e.Kind == journal.InvocationStarted, e.Function == "window" && e.Kind == journal.BatchFormed,
			e.Function == "idle" && e.Kind == journal.EnvironmentGone:
			took[e.Function] = e.At - from[e.Function]
		case e.Function == "slow" && e.Kind == journal.InvocationEnded && e.Outcome != journal.Succeeded:
			t.Errorf("got %s", e.Sentence())
		}
	}
	for _, name := range []string{"retry", "window", "idle"} {
		if d := time.Duration(took[name]); d < time.Second || d > 2*time.Second {
			t.Errorf("%s: took %v of world time, want a second", name, d)
		}
	}
}

// TestRecordsOfAPauseAreHandledAfterIt: once each, and in order.
func TestRecordsOfAPauseAreHandledAfterIt(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	seen := map[int32][]int64{}
	s := start(t, oneFunction(func(ctx context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
		mu.Lock()
		defer mu.Unlock()
		for _, r := range records {
			seen[r.Partition] = append(seen[r.Partition], r.Offset)
		}
		return pass(ctx, records)
	}))
	s.run()
	s.fill("in", 5, 100)
	s.awaitEnded(100)
	s.pause()
	s.pause() // stays so
	s.fill("in", 5, 1000)
	s.awaitPaused(func(p *emulator.Paused) bool { return p != nil && p.Waiting > 0 })
	before := s.Now()
	if started := s.Journal().Counts().Functions["f"].Invocations; s.Now() != before || s.Status().Uptime != before.Truncate(time.Millisecond) {
		t.Errorf("after %d invocations the clock goes", started)
	}
	s.resume()
	s.awaitEnded(1100)
	mu.Lock()
	defer mu.Unlock()
	for p := range int32(5) {
		if len(seen[p]) != 220 {
			t.Errorf("partition %d: got %d deliveries, want 220", p, len(seen[p]))
		}
		for i, o := range seen[p] {
			if o != int64(i) {
				t.Fatalf("partition %d: delivery %d is offset %d", p, i, o)
			}
		}
	}
	if s.Status().Paused != nil {
		t.Error("it is still paused")
	}
	if out := s.read("out", 1100); len(out) != 1100 {
		t.Errorf("got %d outputs, want 1100", len(out))
	}
}

// decisions are what the machine decided of one record, by kind.
func decisions(entries []journal.Entry) string {
	var kinds []string
	for i := range entries {
		switch e := &entries[i]; e.Kind {
		case journal.BatchFormed, journal.EnvironmentStarting, journal.EnvironmentReady, journal.InvocationStarted, journal.InvocationEnded,
			journal.RetryScheduled, journal.RecordsEnded, journal.InvocationLate, journal.EnvironmentReset:
			kinds = append(kinds, fmt.Sprintf("%v %v", e.Kind, e.Outcome))
		}
	}
	return strings.Join(kinds, "\n")
}

// failsOnce is a configuration with all that a record can go through: a window, a cold
// start, a failure, a back-off, an output.
func failsOnce() emulator.Config {
	var tried atomic.Bool
	cfg := oneFunction(func(ctx context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
		if !tried.Swap(true) {
			return nil, errors.New("once")
		}
		return pass(ctx, records)
	})
	cfg.Functions[0].ColdStart = &emulator.ColdStart{P50: 50 * time.Millisecond}
	cfg.Functions[0].Events[0].BatchWindow = new(time.Second)
	return cfg
}

// TestStepsMakeTheSameRun: step by step the same happens as without a pause.
func TestStepsMakeTheSameRun(t *testing.T) {
	t.Parallel()
	free := start(t, failsOnce())
	free.run()
	free.produce(one("in", "x"))
	free.awaitEnded(1)
	want := decisions(free.entries())

	s := start(t, failsOnce())
	s.run()
	s.await(func() func(*journal.Entry) bool {
		assigned := 0
		return func(e *journal.Entry) bool {
			if e.Kind == journal.PartitionAssigned {
				assigned++
			}
			return assigned == 5
		}
	}())
	s.pause()
	s.produce(one("in", "x"))
	var said []string
	for len(said) < 50 && s.Journal().Counts().Ended["f"].Succeeded == 0 {
		done, err := s.Step(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if done.At != s.Now() {
			t.Errorf("%s: world time is %v after it, and %v now", done.Text, done.At, s.Now())
		}
		said = append(said, done.Text)
	}
	entries := s.entries()
	if got := decisions(entries); got != want {
		t.Errorf("step by step:\n%s\nwithout a pause:\n%s\nsteps:\n%s", got, want, strings.Join(said, "\n"))
	}
	for _, part := range []string{"record 0 of in/0 for f", "environment 1 of f is ready", "response of invocation 1 of f", "timer after ", "response of invocation 2 of f"} {
		if !slices.ContainsFunc(said, func(text string) bool { return strings.HasPrefix(text, part) }) {
			t.Errorf("no step says %q, but\n%s", part, strings.Join(said, "\n"))
		}
	}
	steps := 0
	for i := range entries {
		if entries[i].Kind == journal.WorldStepped {
			if steps < len(said) && entries[i].Reason != said[steps] {
				t.Errorf("step %d: got %q in the journal, want %q", steps, entries[i].Reason, said[steps])
			}
			steps++
		}
	}
	if steps != len(said) {
		t.Errorf("got %d steps in the journal, want %d", steps, len(said))
	}
}

// TestChangesOfAPausedWorld: what the user asks for is done at once.
func TestChangesOfAPausedWorld(t *testing.T) {
	t.Parallel()
	cfg := oneFunction(pass)
	cfg.Functions = append(cfg.Functions, emulator.Function{Name: "echo",
		Handle: func(_ context.Context, in emulator.Invocation) ([]byte, error) { return in.Payload, nil }})
	s := start(t, cfg)
	s.run()
	if _, err := s.Step(t.Context()); err == nil || err.Error() != "the world is not paused" {
		t.Errorf("a step of a world that goes on: %v", err)
	}
	s.resume() // which is no mistake
	s.pause()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	turned, err := s.Turn(ctx, func(c emulator.Config) (emulator.Config, error) {
		c.Functions[0].Timeout = 7 * time.Second
		return c, nil
	})
	if err != nil || len(turned) != 1 {
		t.Errorf("got %v, %v", turned, err)
	}
	id, err := s.AddFault(ctx, emulator.Fault{Kind: emulator.Slow, Delay: time.Second})
	if err == nil {
		err = s.RemoveFault(ctx, id)
	}
	if err != nil {
		t.Error(err)
	}
	invoked := make(chan error, 1)
	go func() {
		_, err := s.Invoke(ctx, emulator.InvokeRequest{Function: "echo", Payload: []byte("{}"), Type: "DryRun"})
		invoked <- err
	}()
	// Others may wait, too: what the mappings have been assigned.
	s.awaitPaused(func(p *emulator.Paused) bool { return p.Waiting > 0 })
	for done := false; !done; {
		stepped, err := s.Step(ctx)
		if err != nil {
			t.Fatal(err)
		}
		done = stepped.Text == "an invocation of echo, asked for"
	}
	if err := <-invoked; err != nil {
		t.Errorf("invoke: %v", err)
	}
}

// TestEndOfAPausedWorld: it goes on by itself to end in order, and at once just so.
func TestEndOfAPausedWorld(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*started){
		"in order": func(s *started) { s.Stop("enough") },
		"at once":  func(s *started) { s.Abort() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, oneFunction(pass))
			s.run()
			s.fill("in", 5, 10)
			s.awaitEnded(10)
			s.pause()
			s.fill("in", 5, 100)
			s.awaitPaused(func(p *emulator.Paused) bool { return p.Waiting > 0 })
			end(s)
			why := ""
			s.await(func(e *journal.Entry) bool {
				if e.Kind == journal.WorldResumed {
					why = e.Reason
				}
				return e.Kind == journal.RunStopped
			})
			if why != "the run ends" {
				t.Errorf("went on because of %q", why)
			}
			s.end()
		})
	}
}

// TestVirtualTimeIsNotPaused: it says what to do instead.
func TestVirtualTimeIsNotPaused(t *testing.T) {
	emulatortest.Run(t, oneFunction(pass), func(t *testing.T, w *emulatortest.World) {
		_, step := w.Emulator().Step(t.Context())
		for verb, err := range map[string]error{"pause": w.Emulator().Pause(t.Context()), "resume": w.Emulator().Resume(t.Context()), "step": step} {
			var hint interface{ Hint() string }
			if err == nil || !strings.Contains(err.Error(), "virtual time cannot be paused") || !errors.As(err, &hint) || hint.Hint() == "" {
				t.Errorf("%s: got %v", verb, err)
			}
		}
	})
}
