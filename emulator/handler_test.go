package emulator_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/process"
	"github.com/twmb/franz-go/pkg/kgo"
)

// builtHandler is testdata/handler, built once for all tests that want it: the
// linker takes a second.
var builtHandler struct {
	sync.Once
	binary string
	err    error
}

// buildHandler returns the executable of testdata/handler, in a folder of its own.
func buildHandler() (binary string, err error) {
	h := &builtHandler
	h.Do(func() {
		dir, err := os.MkdirTemp("", "coldbrook-handler-")
		if err != nil {
			h.err = err
			return
		}
		h.binary = filepath.Join(dir, "bootstrap")
		if runtime.GOOS == "windows" {
			h.binary += ".exe"
		}
		if said, err := exec.Command("go", "build", "-buildvcs=false", "-o", h.binary, "./testdata/handler").CombinedOutput(); err != nil {
			h.err = fmt.Errorf("build testdata/handler: %w: %s", err, said)
		}
	})
	return h.binary, h.err
}

func TestMain(m *testing.M) {
	status := m.Run()
	if builtHandler.binary != "" {
		os.RemoveAll(filepath.Dir(builtHandler.binary))
	}
	os.Exit(status)
}

// handlerConfig is one function whose handler is testdata/handler, which is built
// already.
func handlerConfig(t testing.TB, mode string) emulator.Config {
	t.Helper()
	binary, err := buildHandler()
	if err != nil {
		t.Fatal(err)
	}
	cfg := oneFunction(nil)
	cfg.Dir = t.TempDir()
	f := &cfg.Functions[0]
	f.InProcess = nil
	f.Runtime, f.Code, f.Handler, f.Timeout = "provided.al2023", filepath.Dir(binary), filepath.Base(binary), 3*time.Second
	f.Env = map[string]string{"MODE": mode}
	f.Events[0].Retries = new(1)
	f.Events[0].OnFailure = "kafka://dead"
	return cfg
}

// source is the code of a handler in testdata.
func source(t *testing.T, name string) string {
	t.Helper()
	code, err := filepath.Abs(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// deadLettered sends one record and waits until it is dead-lettered; it returns
// how the last invocation ended.
func deadLettered(t *testing.T, cfg emulator.Config) (last journal.Entry) {
	t.Helper()
	s := start(t, cfg)
	s.run()
	s.produce(&kgo.Record{Topic: "in", Value: []byte("bread")})
	s.await(func(e *journal.Entry) bool {
		if e.Kind == journal.InvocationEnded {
			last = *e
		}
		return e.Kind == journal.RecordsEnded && e.Outcome == journal.DeadLettered
	})
	if got := s.Journal().Counts().Ended["f"]; got.DeadLettered != 1 || got.Total() != 1 {
		t.Errorf("got ended %+v, want one dead letter", got)
	}
	return last
}

func TestWhatAHandlerProducesIsItsInvocations(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"produce", "produce at the common address"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			if mode != "produce" && !process.TellsClients {
				t.Skip("the system does not tell whose a connection is")
			}
			testProducedIsTheInvocations(t, mode)
		})
	}
}

func testProducedIsTheInvocations(t *testing.T, mode string) {
	cfg := handlerConfig(t, mode)
	cfg.Functions[0].Output = ""
	cfg.Functions[0].Code, cfg.Functions[0].Handler = source(t, "handler"), "" // the run builds it
	s := start(t, cfg)
	s.run()
	s.produce(&kgo.Record{Topic: "in", Value: []byte("bread")})
	var produced, began journal.Entry
	s.await(func(e *journal.Entry) bool {
		switch {
		case e.Kind == journal.InvocationStarted:
			began = *e
		case e.Kind == journal.RecordsProduced && e.Topic == "out":
			produced = *e
		}
		return produced.Kind != 0 && e.Kind == journal.RecordsEnded
	})
	if produced.Function != "f" || produced.Environment != began.Environment || produced.Invocation != began.Invocation || produced.Reason != "" {
		t.Errorf("got %+v, want it to be of function f, environment %d, invocation %d", produced, began.Environment, began.Invocation)
	}
	if common := mode != "produce"; (produced.Measured.Address == s.KafkaAddr()) != common {
		t.Errorf("it came by %s; the common address is %s", produced.Measured.Address, s.KafkaAddr())
	}
	if got := string(s.read("out", 1)[0].Value); got != "bread" {
		t.Errorf("got output %q, want bread", got)
	}
}

// TestWhatAProcessProducesAtTheCommonAddressIsIts: its program is a child of its shell.
func TestWhatAProcessProducesAtTheCommonAddressIsIts(t *testing.T) {
	t.Parallel()
	if !process.TellsClients {
		t.Skip("the system does not tell whose a connection is")
	}
	cfg := handlerConfig(t, "")
	binary := filepath.Join(cfg.Functions[0].Code, cfg.Functions[0].Handler)
	cfg.Processes = []emulator.Process{{Name: "feed", Command: `BROKERS=$(cat address) "` + binary + `"; :`, Env: map[string]string{"MODE": "produce once"}}}
	s := start(t, cfg)
	if err := os.WriteFile(filepath.Join(cfg.Dir, "address"), []byte(s.KafkaAddr()), 0o600); err != nil {
		t.Fatal(err)
	}
	s.run()
	s.await(func(e *journal.Entry) bool {
		if e.Kind == journal.RecordsProduced && e.Topic == "out" && (e.Process != "feed" || e.Measured.Address != s.KafkaAddr()) {
			t.Errorf("got %+v, want it of process feed, by %s", e, s.KafkaAddr())
		}
		return e.Kind == journal.RecordsProduced && e.Topic == "out"
	})
}

func TestHandlersThatFail(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		mode    string
		outcome journal.Outcome
		reason  string
	}{
		{"fail", journal.FunctionError, "cannot digest bread"},
		{"exit", journal.Exited, "exit status 7"},
		{"exit at start", journal.InitFailed, "exit status 3"},
		{"never answer", journal.TimedOut, "Task timed out after 1.00 seconds"},
		{"no records", journal.BadResponse, "output: "},
	} {
		t.Run(test.mode, func(t *testing.T) {
			t.Parallel()
			cfg := handlerConfig(t, test.mode)
			if test.outcome == journal.TimedOut {
				cfg.Functions[0].Timeout = time.Second // of real time, twice
			}
			got := deadLettered(t, cfg)
			if got.Outcome != test.outcome || !strings.Contains(got.Reason, test.reason) {
				t.Errorf("got %v (%s), want %v (%s)", got.Outcome, got.Reason, test.outcome, test.reason)
			}
		})
	}
}

func TestMegabytesOfOutputAreJournalledLineByLine(t *testing.T) {
	t.Parallel()
	s := start(t, handlerConfig(t, "print megabytes"))
	s.run()
	s.produce(&kgo.Record{Topic: "in", Value: []byte("bread")})
	// What is printed may come in after the response: another pipe brings it.
	lines, ended := 0, false
	s.await(func(e *journal.Entry) bool {
		switch e.Kind {
		case journal.Output:
			lines++
		case journal.RecordsEnded:
			ended = true
		}
		return ended && lines == 4096
	})
}

func TestOutputsInheritKeys(t *testing.T) {
	t.Parallel()
	s := start(t, handlerConfig(t, "pass"))
	s.run()
	s.produce(&kgo.Record{Topic: "in", Key: []byte("k"), Value: []byte("bread")})
	out := s.read("out", 1)[0]
	if string(out.Key) != "k" || string(out.Value) != "bread" {
		t.Errorf("got output %s: %s, want k: bread", out.Key, out.Value)
	}
}

func TestCodeThatDoesNotBuildEndsTheRunWithThePlace(t *testing.T) {
	t.Parallel()
	cfg := handlerConfig(t, "")
	cfg.Kafka.Port = new(0)
	cfg.Functions[0].Code, cfg.Functions[0].Handler = source(t, "broken"), ""
	e, err := emulator.Start(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	err = e.Run(context.Background())
	if err == nil || !strings.Contains(err.Error(), "main.go:5:2: undefined: undefined") {
		t.Errorf("got error %v, want the place of the mistake", err)
	}
}
