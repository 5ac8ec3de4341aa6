package function_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/coldbrook-dev/coldbrook/emulator/process"
	"github.com/coldbrook-dev/coldbrook/emulator/runtimeapi"
)

// leftovers is what may be left of environments on this machine.
type leftovers struct{ goroutines, descriptors, children, folders int }

func (l leftovers) within(most leftovers) bool {
	return l.goroutines <= most.goroutines && l.descriptors <= most.descriptors &&
		l.children <= most.children && l.folders <= most.folders
}

// countLeftovers counts; what the system does not tell is 0.
func countLeftovers(temp string) leftovers {
	l := leftovers{goroutines: runtime.NumGoroutine()}
	if files, err := os.ReadDir("/proc/self/fd"); err == nil {
		l.descriptors = len(files)
	}
	if files, err := os.ReadDir(temp); err == nil {
		l.folders = len(files)
	}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		text, _ := os.ReadFile(path)
		_, rest, _ := strings.Cut(string(text), ") ")
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == fmt.Sprint(os.Getpid()) {
			l.children++
		}
	}
	return l
}

// reloading is a function whose code is saved again and again.
type reloading struct {
	t        *testing.T
	pool     *function.Pool
	inputs   chan platform.Input
	launcher *runtimeapi.Launcher
	config   runtimeapi.Config
	file     string
	revision int32
}

// save writes the code and tries it as the next revision.
func (r *reloading) save(text string, limit time.Duration) error {
	r.t.Helper()
	if err := os.WriteFile(r.file, []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
	next, err := r.launcher.Next(r.config)
	if err != nil {
		r.t.Fatal(err)
	}
	r.launcher = next
	r.revision++
	r.pool.Deploy(0, r.revision, next)
	ctx, cancel := context.WithTimeoutCause(r.t.Context(), limit, function.ErrTimeout)
	defer cancel()
	_, err = r.pool.Try(ctx, 0, r.revision)
	return err
}

// serve launches an environment of the revision, runs an invocation and stops it.
func (r *reloading) serve() {
	r.t.Helper()
	id := platform.EnvironmentID(r.revision)
	r.pool.Launch(0, id, 1, r.revision)
	if in := <-r.inputs; in.Kind != platform.Ready {
		r.t.Fatalf("got %+v, want it to be ready", in)
	}
	responses := make(chan function.Response, 1)
	r.pool.Invoke(id, function.Call{Invocation: 1,
		Prepare: func() function.Request {
			return function.Request{ID: "id", Payload: []byte(`{}`), Deadline: time.Now().Add(time.Minute)}
		},
		Finish: func(response function.Response) { responses <- response }})
	if got := <-responses; got.Outcome != journal.Succeeded || string(got.Payload) != fmt.Sprint(r.revision) {
		r.t.Fatalf("got %v %s %s, want revision %d", got.Outcome, got.Payload, got.ErrorMessage, r.revision)
	}
	r.pool.Stop(id)
	r.pool.Retire(0, r.revision)
}

func TestReloadsLeaveNothing(t *testing.T) {
	cycles := 16 // each kind twice; what is left of one only is found, too
	if testing.Short() {
		cycles = 8
	}
	for _, language := range []struct {
		program, runtime, file, good string
		bad                          [4]string
	}{
		{"node", "nodejs22.x", "index.js", "exports.handler = async () => %d;",
			[4]string{"exports.handler = async (", "throw new Error('no stock');", "process.exit(1);", "for (;;);"}},
		{"python3", "python3.11", "index.py", "def handler(event, context):\n    return %d\n",
			[4]string{"def handler(", "raise ValueError('no stock')", "import os\nos._exit(1)", "while True: pass"}},
	} {
		t.Run(language.program, func(t *testing.T) {
			if _, err := exec.LookPath(language.program); err != nil {
				t.Skipf("%s is not installed", language.program)
			}
			dir, temp := t.TempDir(), t.TempDir()
			for _, key := range []string{"TMPDIR", "TMP", "TEMP"} {
				t.Setenv(key, temp)
			}
			r := &reloading{t: t, inputs: make(chan platform.Input, 4), revision: 1, file: filepath.Join(dir, language.file),
				config: runtimeapi.Config{FunctionName: "f", Runtime: language.runtime, Code: dir, Handler: "index.handler", Freeze: true}}
			if err := os.WriteFile(r.file, fmt.Appendf(nil, language.good, 1), 0o600); err != nil {
				t.Fatal(err)
			}
			var err error
			if r.launcher, err = runtimeapi.New(r.config); err != nil {
				t.Fatal(err)
			}
			startOne(t) // the first process has the thread started that starts all of them
			before := countLeftovers(temp)
			open := func(uint32) (function.Address, error) { return &address{}, nil }
			r.pool = function.NewPool([]function.Template{{Name: "f", Launcher: r.launcher, Open: open}},
				func(in platform.Input) { r.inputs <- in }, func(journal.Entry) {})
			for i := range cycles {
				if kind := i % 8; kind < 4 {
					limit := time.Minute
					if kind == 3 {
						limit = 50 * time.Millisecond
					}
					if err := r.save(language.bad[kind], limit); err == nil {
						t.Fatalf("%q started", language.bad[kind])
					}
					continue
				}
				if err := r.save(fmt.Sprintf(language.good, r.revision+1), time.Minute); err != nil {
					t.Fatal(err)
				}
				r.serve()
				if i%8 == 5 {
					awaitAhead(t, temp)
				}
			}
			r.pool.Close()
			wantNoMore(t, temp, before)
		})
	}
}

func startOne(t *testing.T) {
	t.Helper()
	p, err := process.Start(process.Spec{Shell: "exit 0"})
	if err != nil {
		t.Fatal(err)
	}
	<-p.Done()
}

// awaitAhead waits until the next interpreter was started, while nothing else runs.
func awaitAhead(t *testing.T, temp string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if countLeftovers(temp).folders > 0 {
			return
		}
		time.Sleep(10 * time.Millisecond) // why: the pool tells nobody
	}
	t.Fatal("no interpreter was started ahead")
}

// wantNoMore waits until no more is left than there was. Closed descriptors and ended
// goroutines may be there for a moment.
func wantNoMore(t *testing.T, temp string, before leftovers) {
	t.Helper()
	var now leftovers
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if now = countLeftovers(temp); now.within(before) {
			return
		}
		time.Sleep(10 * time.Millisecond) // why: the system tells nobody
	}
	var stacks strings.Builder
	_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1) // a Builder takes all
	t.Errorf("got %+v, want no more than before, %+v; there are\n%s", now, before, &stacks)
}
