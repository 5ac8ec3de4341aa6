package runtimeapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// patience is how long a test waits for what must happen.
const patience = 30 * time.Second

// TestMain builds the Go handler once, in a folder that it removes.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "runtimeapi-test-")
	if err != nil {
		panic(err)
	}
	goHandler.path = filepath.Join(dir, "bootstrap")
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// goHandler is testdata/gohandler, built when it is first asked for.
var goHandler struct {
	path string
	once sync.Once
	err  error
}

func builtGoHandler(t testing.TB) string {
	t.Helper()
	goHandler.once.Do(func() {
		out, err := exec.Command("go", "build", "-o", goHandler.path, "./testdata/gohandler").CombinedOutput()
		if err != nil {
			goHandler.err = fmt.Errorf("%v: %s", err, out)
		}
	})
	if goHandler.err != nil {
		t.Fatal(goHandler.err)
	}
	return goHandler.path
}

// configs of the test handlers; they skip where a language is missing.

func goConfig(t testing.TB) Config {
	return Config{FunctionName: "ship", Runtime: "provided.al2023", Code: "testdata", Binary: builtGoHandler(t),
		Freeze: true, Timeout: 3 * time.Second}
}

func nodeConfig(t testing.TB, handler string) Config {
	need(t, "node")
	return Config{FunctionName: "ship", Runtime: "nodejs22.x", Code: "testdata/node", Handler: handler, Freeze: true}
}

func pythonConfig(t testing.TB, handler string) Config {
	need(t, "python3")
	return Config{FunctionName: "ship", Runtime: "python3.11", Code: "testdata/python", Handler: handler, Freeze: true}
}

func shellConfig(t testing.TB) Config {
	need(t, "sh")
	need(t, "curl")
	return Config{FunctionName: "ship", Runtime: "provided.al2023", Code: "testdata/shell", Freeze: true}
}

func need(t testing.TB, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("%s is not installed", program)
	}
}

// transcript is the output and the tracker of an environment.
type transcript struct {
	mu     sync.Mutex
	lines  []string
	events []string
	added  chan struct{}
}

func (t *transcript) add(stream, line string) {
	t.mu.Lock()
	t.lines = append(t.lines, stream+": "+line)
	t.mu.Unlock()
	select {
	case t.added <- struct{}{}:
	default:
	}
}

func (t *transcript) Begin(invocation uint64) { t.track(fmt.Sprint("begin ", invocation)) }
func (t *transcript) End()                    { t.track("end") }

func (t *transcript) track(event string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.events = append(t.events, event)
}

func (t *transcript) tracked() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.events, ", ")
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.lines, "\n")
}

// sees returns the first line that begins with prefix, without it.
func (t *transcript) sees(tb testing.TB, prefix string) string {
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

// launched is an environment under test.
type launched struct {
	*environment
	*transcript
	t    testing.TB
	next uint64
}

func launcher(t testing.TB, c Config) *Launcher {
	t.Helper()
	l, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func launch(t testing.TB, c Config) *launched {
	t.Helper()
	out := &transcript{added: make(chan struct{}, 1)}
	instance, err := tryLaunch(t, c, out)
	if err != nil {
		t.Fatal(err)
	}
	e := &launched{environment: instance.(*environment), transcript: out, t: t}
	t.Cleanup(func() {
		e.Stop()
		if _, err := os.Stat(string(e.dir)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the folder %s remained", e.dir)
		}
	})
	return e
}

func tryLaunch(t testing.TB, c Config, out *transcript) (function.Instance, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return launcher(t, c).Launch(ctx, function.Spec{Function: "ship", Environment: 1, Kafka: "127.0.0.1:9191",
		Output: out.add, Tracker: out})
}

const arn = "arn:aws:lambda:us-east-1:123456789012:function:ship"

func (e *launched) request(payload string) function.Request {
	e.next++
	return function.Request{ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", e.next), Invocation: e.next,
		Payload: []byte(payload), Deadline: time.Now().Add(patience), ARN: arn}
}

func (e *launched) invoke(payload string) function.Response {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(e.t.Context(), patience)
	defer cancel()
	return e.Invoke(ctx, e.request(payload))
}

// invokeFor is an invocation with a timeout.
func (e *launched) invokeFor(payload string, timeout time.Duration) function.Response {
	e.t.Helper()
	ctx, cancel := context.WithTimeoutCause(e.t.Context(), timeout, function.ErrTimeout)
	defer cancel()
	return e.Invoke(ctx, e.request(payload))
}

// succeeds invokes and returns the response document.
func (e *launched) succeeds(payload string) string {
	e.t.Helper()
	r := e.invoke(payload)
	if r.Outcome != journal.Succeeded {
		e.t.Fatalf("%s: got %v, %s: %s\n%s", payload, r.Outcome, r.ErrorType, r.ErrorMessage, e.transcript)
	}
	return string(r.Payload)
}

func (e *launched) closes() {
	e.t.Helper()
	select {
	case <-e.Done():
	case <-time.After(patience):
		e.t.Fatal("Done was not closed")
	}
}

func object(t testing.TB, document string) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal([]byte(document), &o); err != nil {
		t.Fatalf("%v in %s", err, document)
	}
	return o
}

// wantResponse compares what callers see of a failed invocation.
func wantResponse(t testing.TB, got function.Response, outcome journal.Outcome, errorType, message string) {
	t.Helper()
	if got.Outcome != outcome || got.ErrorType != errorType || got.ErrorMessage != message {
		t.Errorf("got %v, %s: %s, want %v, %s: %s", got.Outcome, got.ErrorType, got.ErrorMessage, outcome, errorType, message)
	}
	if o := object(t, string(got.Payload)); o["errorType"] != errorType || o["errorMessage"] != message {
		t.Errorf("got document %s, want errorType %s, errorMessage %s", got.Payload, errorType, message)
	}
}

func wantInitFailure(t testing.TB, err error, errorType, message string) *function.InitFailure {
	t.Helper()
	failure, ok := errors.AsType[*function.InitFailure](err)
	if !ok || failure.Type != errorType || !strings.Contains(failure.Message, message) {
		t.Fatalf("got %v, want an init failure %s: ...%s...", err, errorType, message)
	}
	return failure
}

func skipOnWindows(t testing.TB) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("not emulated on Windows")
	}
}

func TestNewRefuses(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "index.js"), nil, 0o600)
	os.WriteFile(filepath.Join(dir, "plain"), nil, 0o600)
	for _, test := range []struct {
		name          string
		config        Config
		message, hint string
	}{
		{"go", Config{Runtime: "go"}, `unknown runtime "go"`, "provided.al2023"},
		{"go1.x", Config{Runtime: "go1.x"}, `unknown runtime "go1.x"`, "provided.al2023"},
		{"node", Config{Runtime: "node"}, `unknown runtime "node"`, "nodejs24.x"},
		{"nodejs20", Config{Runtime: "nodejs20"}, `unknown runtime "nodejs20"`, "nodejs20.x"},
		{"nodejs21.x", Config{Runtime: "nodejs21.x"}, `unknown runtime "nodejs21.x"`, "nodejs22.x"},
		{"python", Config{Runtime: "python"}, `unknown runtime "python"`, "python3.9"},
		{"python2.7", Config{Runtime: "python2.7"}, `unknown runtime "python2.7"`, "python3.9"},
		{"none", Config{}, `unknown runtime ""`, "set runtime"},
		{"dotnet", Config{Runtime: "dotnet8"}, `runtime "dotnet8" is not emulated`, "command:"},
		{"no code", Config{Code: "-", Runtime: "nodejs22.x"}, "no code", "set code"},
		{"no folder", Config{Code: dir + "/no", Runtime: "nodejs22.x"}, "no such folder", "code is a folder"},
		{"file for a folder", Config{Code: dir + "/index.js", Runtime: "nodejs22.x"}, "is not a folder", "the folder that holds it"},
		{"node handler without a file", Config{Runtime: "nodejs22.x", Handler: "main.handler"}, `handler "main.handler": no main.js in`, "build:"},
		{"node handler without a dot", Config{Runtime: "nodejs22.x", Handler: "index"}, `handler "index"`, "index.handler"},
		{"python handler without a file", Config{Runtime: "python3.11", Handler: "a.b.handler"}, `no a/b.py in`, "build:"},
		{"no bootstrap", Config{Runtime: "provided.al2023"}, `"bootstrap" in`, "build one with build:"},
		{"not executable", Config{Runtime: "provided.al2023", Handler: "plain"}, `"plain" in`, "chmod +x"},
		{"no binary", Config{Runtime: "provided.al2023", Binary: dir + "/no"}, "binary", "build:"},
		{"unknown command", Config{Runtime: "provided.al2023", Command: []string{"no-such-command"}}, "not found in PATH", "install"},
		{"no such script", Config{Runtime: "provided.al2023", Command: []string{"./run.sh"}}, `command "./run.sh"`, "handler:"},
		{"reserved variable", Config{Runtime: "nodejs22.x", Env: []string{"AWS_LAMBDA_RUNTIME_API=x"}}, "AWS_LAMBDA_RUNTIME_API", "reserves"},
		{"exec wrapper", Config{Runtime: "nodejs22.x", Env: []string{"AWS_LAMBDA_EXEC_WRAPPER=x"}}, "not emulated", "command:"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.name == "not executable" {
				skipOnWindows(t)
			}
			switch test.config.Code {
			case "":
				test.config.Code = dir
			case "-":
				test.config.Code = ""
			}
			test.config.FunctionName = "ship"
			_, err := New(test.config)
			mistake, ok := errors.AsType[*Error](err)
			if !ok {
				t.Fatalf("got %v, want an *Error", err)
			}
			if !strings.Contains(err.Error(), test.message) {
				t.Errorf("got %q, want %q", err, test.message)
			}
			if !strings.Contains(mistake.Hint(), test.hint) {
				t.Errorf("got hint %q, want %q", mistake.Hint(), test.hint)
			}
		})
	}
}

func TestMissingLanguage(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for _, c := range []Config{
		{Runtime: "nodejs22.x", Code: "testdata/node", Handler: "index.handler"},
		{Runtime: "python3.13", Code: "testdata/python", Handler: "app.handler"},
	} {
		_, err := New(c)
		missing, ok := errors.AsType[*MissingError](err)
		if !ok || !strings.Contains(err.Error(), c.Runtime) || !strings.Contains(missing.Hint(), "install ") {
			t.Errorf("%s: got %v, want a *MissingError that names the runtime", c.Runtime, err)
		}
	}
}

func TestOtherReleaseIsOneWarningThatNamesBoth(t *testing.T) {
	need(t, "node")
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "index.js"), nil, 0o600)
	out, err := exec.Command("node", "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	local := strings.TrimPrefix(strings.TrimSpace(string(out)), "v")
	major, _, _ := strings.Cut(local, ".")
	for _, release := range []string{"18", "20", "22", "24"} {
		l := launcher(t, Config{FunctionName: "ship", Runtime: "nodejs" + release + ".x", Code: dir, Handler: "index.handler"})
		want := []string{`runtime nodejs` + release + `.x runs on the local Node.js ` + local}
		if release == major {
			want = nil
		}
		if got := l.Warnings(); !slices.Equal(got, want) {
			t.Errorf("nodejs%s.x: got %q, want %q", release, got, want)
		}
	}
}
