package process

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// transcript collects output.
type transcript struct {
	mu    sync.Mutex
	lines []string
	added chan struct{}
}

func newTranscript() *transcript { return &transcript{added: make(chan struct{}, 1)} }

func (t *transcript) add(stream, line string) {
	t.mu.Lock()
	t.lines = append(t.lines, stream+": "+line)
	t.mu.Unlock()
	select {
	case t.added <- struct{}{}:
	default:
	}
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.lines, "\n")
}

// await returns the first line that begins with prefix, without it.
func (t *transcript) await(tb testing.TB, prefix string) string {
	tb.Helper()
	deadline := time.After(patience)
	for {
		for line := range strings.SplitSeq(t.String(), "\n") {
			if rest, ok := strings.CutPrefix(line, prefix); ok {
				return rest
			}
		}
		select {
		case <-t.added:
		case <-deadline:
			tb.Fatalf("no line begins with %q in:\n%s", prefix, t)
		}
	}
}

func start(t *testing.T, spec Spec) *Process {
	t.Helper()
	p, err := Start(spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Stop(0) })
	return p
}

func ended(t *testing.T, p *Process) string {
	t.Helper()
	select {
	case <-p.Done():
		return p.Status()
	case <-time.After(patience):
		t.Fatal("the process did not end")
		return ""
	}
}

// eventually waits until ok reports true.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for tick := time.NewTicker(2 * time.Millisecond); !ok(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// TestMain lets tests run this binary as a helper instead.
func TestMain(m *testing.M) {
	if helper := os.Getenv("PROCESS_TEST_HELPER"); helper != "" {
		helpers[helper]()
		return
	}
	os.Exit(m.Run())
}

// helpers are what the test binary does as a helper.
var helpers = map[string]func(){
	"megabytes": func() {
		line := strings.Repeat("x", 99) + "\n"
		for range 20 << 20 / len(line) {
			fmt.Print(line)
		}
		fmt.Print("the end")
	},
}

// helper runs this binary as a helper.
func helper(t *testing.T, name string, env ...string) Spec {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Spec{Path: path, Env: append(append(os.Environ(), "PROCESS_TEST_HELPER="+name), env...)}
}

func TestStartRefusesWhatDoesNotExist(t *testing.T) {
	for _, spec := range []Spec{
		{Name: "ship", Path: "no-such-program"},
		{Name: "ship", Path: "./no/such/program"},
		{Name: "ship", Shell: "exit 0", Dir: "no/such/folder"},
	} {
		if _, err := Start(spec); err == nil || !strings.HasPrefix(err.Error(), `start "ship": `) {
			t.Errorf("Start(%+v): got %v, want an error that names ship", spec, err)
		}
	}
}

func TestMegabytesOfOutputArriveLineByLine(t *testing.T) {
	var bytes, lines int
	var last string
	spec := helper(t, "megabytes")
	spec.Output = func(stream, line string) { // only stdout prints: one goroutine
		bytes, lines, last = bytes+len(line), lines+1, line
	}
	p := start(t, spec)
	if got := ended(t, p); got != "exit status 0" {
		t.Errorf("got %q, want exit status 0", got)
	}
	want := 20 << 20 / 100
	if lines != want+1 || bytes != want*99+7 || last != "the end" {
		t.Errorf("got %d lines, %d bytes, last %q, want %d, %d, the end", lines, bytes, last, want+1, want*99+7)
	}
}

func TestOutputThatBlocksHoldsUpTheProgramAndStopWaitsForIt(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	first := sync.OnceFunc(func() { close(entered); <-release })
	spec := helper(t, "megabytes")
	var lines int
	spec.Output = func(string, string) { first(); lines++ }
	p := start(t, spec)
	<-entered
	select {
	case <-p.Done():
		t.Fatal("it printed 20 MB that nobody took")
	case <-time.After(100 * time.Millisecond): // nothing may happen
	}
	stopped := make(chan struct{})
	go func() { p.Stop(0); close(stopped) }()
	select {
	case <-stopped:
		t.Error("Stop returned before the output was handed on")
	case <-time.After(100 * time.Millisecond): // nothing may happen
	}
	close(release)
	<-stopped
	if most := 20 << 20 / 100 / 2; lines > most {
		t.Errorf("got %d lines, want at most %d: more than a pipe and a buffer hold", lines, most)
	}
}

func TestBackoffDoublesToItsLimitAndBeginsAnew(t *testing.T) {
	var b backoff
	var got []time.Duration
	for _, lived := range []time.Duration{0, 0, 0, 0, 0, 9 * time.Second, 0, restartReset, 0} {
		got = append(got, b.next(lived)/time.Second)
	}
	if want := "[1ns 2ns 4ns 8ns 16ns 30ns 30ns 1ns 2ns]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %v", got, want)
	}
}
