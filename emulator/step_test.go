package emulator_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// stepTo steps until a step says what begins with text, and returns it.
func (s *started) stepTo(text string) emulator.Stepped {
	s.tb.Helper()
	var said []string
	for range 100 {
		done, err := s.Step(s.tb.Context())
		if err != nil {
			s.tb.Fatal(err)
		}
		if strings.HasPrefix(done.Text, text) {
			return done
		}
		said = append(said, done.Text)
	}
	s.tb.Fatalf("no step says %q, but\n%s", text, strings.Join(said, "\n"))
	return emulator.Stepped{}
}

// TestStepWaitsForWhatRuns: the clock is not moved past an answer that is to come, and a
// step that nobody waits for any more has done nothing.
func TestStepWaitsForWhatRuns(t *testing.T) {
	t.Parallel()
	answer, entered := make(chan struct{}), make(chan struct{})
	s := start(t, oneFunction(func(ctx context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
		close(entered)
		<-answer
		return nil, nil
	}))
	s.run()
	s.produce(one("in", "x"))
	<-entered
	s.pause()
	enough := errors.New("enough")
	var err error
	for range 100 { // there may be other inputs before
		ctx, cancel := context.WithTimeoutCause(t.Context(), 75*time.Millisecond, enough)
		_, err = s.Step(ctx)
		cancel()
		if err != nil {
			break
		}
	}
	close(answer)
	if !errors.Is(err, enough) || !strings.Contains(err.Error(), "wait for invocation 1 of f") {
		t.Fatalf("got %v", err)
	}
	for _, e := range s.entries() {
		if e.Kind == journal.WorldStepped && e.Delay > 0 {
			t.Errorf("the clock was moved: %s", e.Sentence())
		}
	}
	done, err := s.Step(t.Context())
	if err != nil || done.Kind != emulator.StepInput || done.Text != "response of invocation 1 of f" {
		t.Errorf("got %+v, %v", done, err)
	}
	if got := s.Journal().Counts().Ended["f"].Succeeded; got != 1 {
		t.Errorf("%d records have succeeded, want 1", got)
	}
}

// TestTimeThatWasSteppedOver: the world is ahead of the wall then, and what is produced
// afterwards is as young as it is.
func TestTimeThatWasSteppedOver(t *testing.T) {
	t.Parallel()
	cfg := oneFunction(pass)
	cfg.Functions[0].KeepAlive = new(10 * time.Minute)
	cfg.Functions[0].Events[0].MaximumRecordAge = new(time.Minute)
	s := start(t, cfg)
	s.run()
	s.produce(one("in", "x"))
	s.awaitEnded(1)
	s.pause()
	if done := s.stepTo("timer after "); done.Moved < 9*time.Minute || done.At < 10*time.Minute || done.Kind != emulator.StepTimer {
		t.Errorf("got %+v, want the end of the idle environment", done)
	}
	s.resume()
	s.produce(one("in", "y"))
	s.awaitEnded(2)
	if got := s.Journal().Counts().Ended["f"]; got.Succeeded != 2 {
		t.Errorf("got %+v, want 2 that succeeded", got)
	}
	if now := s.Now(); now < 10*time.Minute || now > 11*time.Minute {
		t.Errorf("it is %v", now)
	}
}
