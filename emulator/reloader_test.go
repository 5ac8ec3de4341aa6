package emulator_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// reloadable is a run of testdata/handler whose MODE is in a file.
type reloadable struct {
	*started
	envFile string
}

func startReloadable(t *testing.T, mode string, change func(*emulator.Config)) *reloadable {
	t.Helper()
	cfg := handlerConfig(t, mode)
	r := &reloadable{envFile: filepath.Join(cfg.Dir, "handler.env")}
	f := &cfg.Functions[0]
	f.Env, f.EnvFile = nil, "handler.env"
	r.save(t, mode)
	if change != nil {
		change(&cfg)
	}
	r.started = start(t, cfg)
	r.run()
	return r
}

func (r *reloadable) save(t *testing.T, mode string) {
	t.Helper()
	if err := os.WriteFile(r.envFile, []byte("MODE="+mode+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// reloaded waits for the entry of a revision.
func (r *reloadable) reloaded(revision int32) (found journal.Entry) {
	r.tb.Helper()
	r.await(func(e *journal.Entry) bool {
		if e.Kind == journal.Reloaded && e.Revision == revision {
			found = *e
		}
		return found.Kind != 0
	})
	return found
}

// handled sends a record and returns the invocation that handled it.
func (r *reloadable) handled(t *testing.T) (ended journal.Entry) {
	t.Helper()
	after := r.Journal().Last()
	r.produce(&kgo.Record{Topic: "in", Value: []byte("bread")})
	r.await(func(e *journal.Entry) bool {
		if e.Seq > after && e.Kind == journal.InvocationEnded {
			ended = *e
		}
		return ended.Kind != 0 && e.Kind == journal.RecordsEnded
	})
	return ended
}

func TestASavedFileIsTheNextRevision(t *testing.T) {
	t.Parallel()
	r := startReloadable(t, "fail", func(c *emulator.Config) {
		c.Reload.Watch, c.Functions[0].Events[0].Retries = true, new(0)
	})
	if e := r.handled(t); e.Outcome != journal.FunctionError || e.Revision != 0 {
		t.Errorf("got %+v, want r1 to fail", e)
	}
	r.save(t, "pass")
	e := r.reloaded(2)
	if e.Outcome != journal.Succeeded || e.Measured.Took <= 0 || !strings.HasSuffix(e.Text, "handler.env") {
		t.Errorf("got %+v, want r2 to be live, because of handler.env", e)
	}
	if p := e.Measured.Reload; p.Seen+p.Build+p.Init+p.Drain > e.Measured.Took || p.Seen <= 0 || p.Init <= 0 {
		t.Errorf("got parts %+v of %d", p, e.Measured.Took)
	}
	if e := r.handled(t); e.Outcome != journal.Succeeded || e.Revision != 2 {
		t.Errorf("got %+v, want r2 to succeed", e)
	}
}

func TestARevisionThatDoesNotStartLeavesTheLastOne(t *testing.T) {
	t.Parallel()
	r := startReloadable(t, "pass", nil)
	r.handled(t)
	r.save(t, "exit at start")
	reloaded, err := r.Reload(t.Context(), "f")
	if err == nil || !strings.Contains(err.Error(), "exit status 3") || len(reloaded) != 0 {
		t.Errorf("got %v, %v, want the error of the runtime", reloaded, err)
	}
	if e := r.reloaded(2); e.Outcome != journal.InitFailed || !strings.Contains(e.Reason, "exit status 3") {
		t.Errorf("got %+v, want r2 not to start", e)
	}
	s := r.Status().Functions[0]
	if s.Revision != 1 || s.Failed == nil || s.Failed.Revision != 2 || s.Failed.Build {
		t.Errorf("got status %+v (%+v), want r1 to serve and r2 to have failed", s.ReloadStatus, s.Failed)
	}
	if e := r.handled(t); e.Outcome != journal.Succeeded || e.Revision != 0 {
		t.Errorf("got %+v, want r1 to go on", e)
	}
	r.save(t, "pass")
	reloaded, err = r.Reload(t.Context())
	if err != nil || len(reloaded) != 1 || reloaded[0].Revision != 3 || !strings.HasPrefix(reloaded[0].Text, "f r3 live in ") {
		t.Errorf("got %+v, %v, want r3", reloaded, err)
	}
	if s := r.Status().Functions[0]; s.Revision != 3 || s.Failed != nil {
		t.Errorf("got status %+v, want r3 and nothing that stands", s.ReloadStatus)
	}
}

func TestCodeThatDoesNotBuildWaitsForASave(t *testing.T) {
	t.Parallel()
	var code string
	r := startReloadable(t, "pass", func(c *emulator.Config) {
		c.Reload.Watch = true
		code = filepath.Join(c.Dir, "code")
		writeFiles(t, code, map[string]string{"go.mod": "module example.com/f\n\ngo 1.24\n", "main.go": "package main\n\nfunc main() { undefined() }\n"})
		c.Functions[0].Code, c.Functions[0].Handler = "code", ""
	})
	r.produce(&kgo.Record{Topic: "in", Value: []byte("bread")})
	e := r.reloaded(1)
	if e.Outcome != journal.FunctionError || !strings.Contains(e.Reason, "main.go:3:15: undefined: undefined") {
		t.Errorf("got %+v, want the place of the mistake", e)
	}
	if s := r.Status().Functions[0]; s.Revision != 0 || s.Failed == nil || !s.Failed.Build {
		t.Errorf("got status %+v, want nothing to serve", s.ReloadStatus)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := r.Drain(ctx, time.Millisecond); ctx.Err() != nil || err == nil || !strings.Contains(err.Error(), "no revision of it serves: its records are left") {
		t.Errorf("got %v from Drain, want it not to wait for a save", err)
	}
	writeFiles(t, code, map[string]string{"main.go": answersNothing})
	r.awaitEnded(1)
	if e := r.reloaded(2); e.Outcome != journal.Succeeded || e.Measured.Reload.Build <= 0 {
		t.Errorf("got %+v, want r2 to be built and live", e)
	}
}

// TestTheLastGoodCodeStartsAgain: an environment that is started while the folder holds
// broken code runs the code that serves.
func TestTheLastGoodCodeStartsAgain(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not installed")
	}
	const handler = "exports.handler = async (event) => { const v = require('./version.js'); " +
		"if (Object.values(event.records)[0].length > 1) process.exit(1); return ['VERSION ' + v.number]; };\n"
	cfg := oneFunction(nil)
	cfg.Dir, cfg.Reload.Watch = t.TempDir(), true
	code := filepath.Join(cfg.Dir, "code")
	writeFiles(t, code, map[string]string{"index.js": handler, "version.js": "exports.number = 1;\n"})
	f := &cfg.Functions[0]
	f.InProcess, f.Runtime, f.Code, f.Handler, f.Timeout = nil, "nodejs24.x", "code", "index.handler", 10*time.Second
	f.KeepAlive = new(time.Duration(0)) // each invocation begins in an environment of its own
	s := start(t, cfg)
	s.run()
	r := &reloadable{started: s}
	r.handled(t)
	writeFiles(t, code, map[string]string{"version.js": "exports.number = 2;\n"})
	r.reloaded(2)
	writeFiles(t, code, map[string]string{"version.js": "this is no JavaScript\n", "index.js": "require('./version.js');\n" + handler})
	if e := r.reloaded(3); e.Outcome != journal.InitFailed || !strings.Contains(e.Reason, "SyntaxError") {
		t.Errorf("got %+v, want r3 not to start", e)
	}
	if e := r.handled(t); e.Outcome != journal.Succeeded || e.Revision != 2 {
		t.Errorf("got %+v, want r2 to go on", e)
	}
	if out := s.read("out", 2); string(out[1].Value) != "VERSION 2" {
		t.Errorf("got output %q, want VERSION 2", out[1].Value)
	}
	s.end()
	if _, err := os.Stat(filepath.Join(cfg.Dir, ".coldbrook", "code")); err == nil {
		t.Error("copies are left")
	}
}

// answersNothing is a handler without a module of others.
const answersNothing = `package main

import (
	"net/http"
	"os"
	"strings"
)

func main() {
	base := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {
		next, err := http.Get(base + "next")
		if err != nil {
			os.Exit(1)
		}
		next.Body.Close()
		http.Post(base+next.Header.Get("Lambda-Runtime-Aws-Request-Id")+"/response", "application/json", strings.NewReader("[]"))
	}
}
`

func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestANewerChangeGivesUpTheBuildUnderWay(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the build is a command of a Unix shell")
	}
	r := startReloadable(t, "pass", func(c *emulator.Config) {
		c.Functions[0].Build = "test -f slow && sleep 60 || true"
		c.Functions[0].Code = c.Dir
		c.Functions[0].Handler, c.Functions[0].Command = "", []string{builtHandler.binary}
	})
	r.handled(t)
	dir := filepath.Dir(r.envFile)
	writeFiles(t, dir, map[string]string{"slow": ""})
	first := make(chan error, 1)
	go func() {
		_, err := r.Reload(context.Background(), "f")
		first <- err
	}()
	r.await(func(e *journal.Entry) bool { return e.Kind == journal.BuildStarted && e.Revision == 2 })
	if err := os.Remove(filepath.Join(dir, "slow")); err != nil {
		t.Fatal(err)
	}
	if reloaded, err := r.Reload(t.Context(), "f"); err != nil || reloaded[0].Revision != 3 {
		t.Errorf("got %+v, %v, want r3", reloaded, err)
	}
	if err := <-first; err != nil { // it waited for what came in its place
		t.Error(err)
	}
	if e := r.reloaded(2); e.Outcome != journal.Abandoned {
		t.Errorf("got %+v, want r2 to be given up", e)
	}
	writeFiles(t, dir, map[string]string{"slow": ""})
	go r.Reload(context.Background(), "f")
	r.await(func(e *journal.Entry) bool { return e.Kind == journal.BuildStarted && e.Revision == 4 })
	begun := time.Now()
	r.end() // which does not wait for the build
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("the end took %v", took)
	}
}

func TestReloadNamesWhatThereIs(t *testing.T) {
	t.Parallel()
	r := startReloadable(t, "pass", nil)
	_, err := r.Reload(t.Context(), "g")
	if err == nil || err.Error() != `there is no function or process "g"; there are f` {
		t.Errorf("got %v", err)
	}
	if _, err := r.Release(t.Context(), "g"); err == nil {
		t.Error("release of g: no error")
	}
}

func TestProcessesAreStartedAgain(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the process is a command of a Unix shell")
	}
	cfg := emulator.Config{Dir: t.TempDir(), Reload: emulator.Reload{Watch: true}}
	writeFiles(t, filepath.Join(cfg.Dir, "gen"), map[string]string{"text": "one\n"})
	cfg.Processes = []emulator.Process{{Name: "gen", Command: "cat text", Dir: "gen"}}
	s := start(t, cfg)
	s.run()
	awaitLine := func(text string) {
		s.await(func(e *journal.Entry) bool { return e.Kind == journal.Output && e.Process == "gen" && e.Text == text })
	}
	awaitLine("one")
	s.await(func(e *journal.Entry) bool { return e.Kind == journal.ProcessExited })
	writeFiles(t, filepath.Join(cfg.Dir, "gen"), map[string]string{"text": "two\n"})
	awaitLine("two") // although it had done its work
	s.await(func(e *journal.Entry) bool {
		return e.Kind == journal.Reloaded && e.Process == "gen" && e.Outcome == journal.Succeeded && e.Text != ""
	})
	if reloaded, err := s.Reload(t.Context(), "gen"); err != nil || len(reloaded) != 1 || !strings.HasPrefix(reloaded[0].Text, "gen: started again in ") {
		t.Errorf("got %+v, %v", reloaded, err)
	}
	if p := s.Status().Processes[0]; p.Starts != 3 {
		t.Errorf("got %d starts, want 3", p.Starts)
	}
}
