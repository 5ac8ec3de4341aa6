package emulator_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

func TestReadinessSaysWhatIsMissing(t *testing.T) {
	cfg := oneFunction(pass)
	cfg.Processes = []emulator.Process{{Name: "beside", Command: "exit 0"}}
	s := start(t, cfg)
	r, err := s.Readiness(t.Context())
	want := []string{"the run is being started", `function "f": not begun yet`, `process "beside": not started yet`}
	if err != nil || r.IsReady() || r.IsIdle() || !slices.Equal(r.Missing, want) {
		t.Errorf("before Run: got %q, %v, want %q", r.Missing, err, want)
	}
	s.run()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if r, err := s.AwaitReady(ctx); err != nil || !r.IsIdle() {
		t.Errorf("got %+v, %v, want a run that is ready and idle", r, err)
	}
}

func TestReadinessTellsReadyFromIdle(t *testing.T) {
	release := make(chan struct{})
	s := start(t, oneFunction(func(ctx context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
		<-release
		return pass(ctx, records)
	}))
	s.run()
	if _, err := s.AwaitReady(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.produce(&kgo.Record{Topic: "in", Value: []byte("bread")})
	r, err := s.Readiness(t.Context())
	if err != nil || !r.IsReady() || r.IsIdle() || len(r.Unfinished) != 1 || r.Unfinished[0].Records != 1 {
		t.Errorf("got %+v, %v, want one record to be handled", r, err)
	}
	close(release)
	if err := s.Idle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r, err := s.Readiness(t.Context()); err != nil || !r.IsIdle() {
		t.Errorf("got %+v, %v, want it to be idle", r, err)
	}
}

func TestAwaitReadyEndsWithTheRun(t *testing.T) {
	cfg := oneFunction(pass)
	cfg.Functions[0].InProcess, cfg.Functions[0].Output = nil, ""
	cfg.Functions[0].Runtime, cfg.Functions[0].Code, cfg.Functions[0].Build = "provided.al2023", t.TempDir(), "echo told to fail; exit 1"
	cfg.Functions[0].Command = []string{"none"}
	s := start(t, cfg)
	s.run()
	if _, err := s.AwaitReady(t.Context()); err == nil || errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "ended") {
		t.Errorf("got %v, want that the run has ended", err)
	}
	if err := <-s.err; err == nil || !strings.Contains(err.Error(), "told to fail") && !strings.Contains(err.Error(), "exit status 1") {
		t.Errorf("got %v, want why", err)
	}
	s.once.Do(func() {})
}
