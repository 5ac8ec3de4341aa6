package runtimeapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

func TestGoHandlerOnTheOfficialClient(t *testing.T) {
	e := launch(t, goConfig(t))
	for i := range 20 {
		want := fmt.Sprintf(`{"do":"","bytes":%d,"name":""}`, i)
		if got := e.succeeds(want); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	c := object(t, e.succeeds(`{"do":"context"}`))
	if c["id"] != "00000000-0000-4000-8000-000000000021" || c["arn"] != arn {
		t.Errorf("got context %v, want id and ARN of the request", c)
	}
	if left := time.Until(time.UnixMilli(int64(c["deadline"].(float64)))); left <= 0 || left > patience {
		t.Errorf("got a deadline in %v, want one within %v", left, patience)
	}
	if trace := c["trace"].(string); !strings.HasPrefix(trace, "Root=1-") || !strings.HasSuffix(trace, ";Sampled=0") {
		t.Errorf("got trace %q", trace)
	}
	wantResponse(t, e.invoke(`{"do":"error"}`), journal.FunctionError, "errorString", "out of stock")
	if got := e.invoke(`not JSON`); got.Outcome != journal.FunctionError || got.Ended {
		t.Errorf("an event that is not JSON: got %+v, want a function error", got)
	}
	if got := e.invoke(`{"do":"panic"}`); got.Outcome != journal.FunctionError || got.ErrorMessage != "no stock" {
		t.Errorf("panic: got %+v, want a function error", got)
	}
	e.closes() // the official client exits after a panic
	if got, want := e.Reason(), "Runtime exited with error: exit status 1"; got != want {
		t.Errorf("got reason %q, want %q", got, want)
	}
	if got := e.invoke(`{}`); got.Outcome != journal.Exited || !got.Ended {
		t.Errorf("an invocation after the end: got %+v, want Exited", got)
	}
}

func TestTrackerIsToldOfEveryInvocation(t *testing.T) {
	e := launch(t, goConfig(t))
	e.succeeds(`{}`)
	e.invoke(`{"do":"error"}`)
	e.invokeFor(`{"do":"sleep"}`, 100*time.Millisecond)
	if got, want := e.tracked(), "begin 1, end, begin 2, end, begin 3, end"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestEnvironmentVariables(t *testing.T) {
	t.Setenv("AWS_PROFILE", "production")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("COLOUR", "blue")
	c := goConfig(t)
	c.Env = []string{"BROKERS=kafka://${kafka.bootstrap}/", "STAGE=dev=1", "AWS_SESSION_TOKEN=by name"}
	c.Memory, c.Handler, c.Region = 256<<20, "h", "eu-central-1"
	e := launch(t, c)
	var environ []string
	if err := json.Unmarshal([]byte(e.succeeds(`{"do":"environ"}`)), &environ); err != nil {
		t.Fatal(err)
	}
	vars := map[string]string{}
	for _, v := range environ {
		key, value, _ := strings.Cut(v, "=")
		vars[key] = value
	}
	code, _ := filepath.Abs("testdata")
	for key, want := range map[string]string{
		"PATH": os.Getenv("PATH"), "COLOUR": "blue", "BROKERS": "kafka://127.0.0.1:9191/", "STAGE": "dev=1",
		"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9191",
		"AWS_SECRET_ACCESS_KEY":   "coldbrook", "AWS_ACCESS_KEY_ID": "coldbrook", "AWS_SESSION_TOKEN": "by name",
		"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "eu-central-1",
		"AWS_LAMBDA_FUNCTION_NAME": "ship", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
		"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/ship",
		"_HANDLER": "h", "LAMBDA_TASK_ROOT": code, "TMPDIR": e.dir.temp(), "TZ": ":UTC",
	} {
		if vars[key] != want {
			t.Errorf("%s: got %q, want %q", key, vars[key], want)
		}
	}
	e.environment.spec.Initialization = function.ProvisionedConcurrency
	if got := e.environment.environ("a"); !slices.Contains(got, "AWS_LAMBDA_INITIALIZATION_TYPE=provisioned-concurrency") {
		t.Errorf("provisioned: got %v", got)
	}
	for _, key := range []string{"AWS_PROFILE", "AWS_EXECUTION_ENV", "_X_AMZN_TRACE_ID"} {
		if value, ok := vars[key]; ok && key != "_X_AMZN_TRACE_ID" { // that one is set by the client
			t.Errorf("%s: got %q, want none", key, value)
		}
	}
	e.succeeds(`{"do":"write"}`)
	if _, err := os.Stat(e.dir.temp() + "/left"); err != nil {
		t.Error(err)
	}
}

// TestTemporaryFilesStayOverAReset launches an environment three times on one disk,
// after a death and after a kill.
func TestTemporaryFilesStayOverAReset(t *testing.T) {
	var disk function.Disk
	l := launcher(t, goConfig(t))
	folders := map[string]bool{}
	for _, end := range []string{`{"do":"exit","bytes":1}`, "", ""} {
		out := &transcript{added: make(chan struct{}, 1)}
		instance, err := l.Launch(t.Context(), function.Spec{Function: "ship", Environment: 1, Kafka: "127.0.0.1:9191",
			Output: out.add, Tracker: out, Disk: &disk})
		if err != nil {
			t.Fatal(err)
		}
		e := &launched{environment: instance.(*environment), transcript: out, t: t}
		if folders[string(e.dir)] {
			if _, err := os.Stat(e.dir.temp() + "/left"); err != nil {
				t.Errorf("a file is gone with the process: %v", err)
			}
		}
		folders[string(e.dir)] = true
		e.succeeds(`{"do":"write"}`)
		if end != "" {
			e.invoke(end)
		}
		e.Stop()
		t.Cleanup(e.dir.remove)
	}
	if len(folders) != 1 {
		t.Errorf("got folders %v, want one", folders)
	}
}

func TestExits(t *testing.T) {
	for _, test := range []struct{ payload, want string }{
		{`{"do":"exit","bytes":1}`, "Runtime exited with error: exit status 1"},
		{`{"do":"exit","bytes":0}`, "Runtime exited without providing a reason"},
	} {
		e := launch(t, goConfig(t))
		got := e.invoke(test.payload)
		wantResponse(t, got, journal.Exited, "Runtime.ExitError", "RequestId: 00000000-0000-4000-8000-000000000001 Error: "+test.want)
		if !got.Ended {
			t.Error("the environment is gone, but the response does not say so")
		}
		e.closes()
		if e.Reason() != test.want {
			t.Errorf("got reason %q, want %q", e.Reason(), test.want)
		}
	}
}

func TestKilledWhileIdleClosesDone(t *testing.T) {
	skipOnWindows(t)
	e := launch(t, goConfig(t)) // frozen
	p, err := os.FindProcess(e.PID())
	if err != nil {
		t.Fatal(err)
	}
	p.Kill()
	e.closes()
	if got, want := e.Reason(), "Runtime exited with error: signal: killed"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTimeoutKillsTheFamily(t *testing.T) {
	skipOnWindows(t)
	e := launch(t, goConfig(t))
	got := e.invokeFor(`{"do":"sleep"}`, 200*time.Millisecond)
	wantResponse(t, got, journal.TimedOut, "Sandbox.Timedout",
		"RequestId: 00000000-0000-4000-8000-000000000001 Error: Task timed out after 3.00 seconds")
	if !got.Ended || got.Took < 150*time.Millisecond || got.Took > patience {
		t.Errorf("got ended %v, took %v, want true, about 200ms", got.Ended, got.Took)
	}
	gone(t, e.PID())
	e.closes()
}

func TestAbandonedWhenTheContextEndsOtherwise(t *testing.T) {
	e := launch(t, goConfig(t))
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		e.sees(t, "stdout: sleeping")
		cancel(errors.New("interrupted"))
	}()
	got := e.Invoke(ctx, e.request(`{"do":"sleep"}`))
	if got.Outcome != journal.Abandoned || !got.Ended || !strings.Contains(got.ErrorMessage, "interrupted") {
		t.Errorf("got %+v, want Abandoned: interrupted", got)
	}
}

func TestStopDuringAnInvocationEndsIt(t *testing.T) {
	e := launch(t, goConfig(t))
	go func() {
		e.sees(t, "stdout: sleeping")
		e.Stop()
	}()
	if got := e.invoke(`{"do":"sleep"}`); got.Outcome != journal.Exited || !got.Ended {
		t.Errorf("got %+v, want Exited", got)
	}
}

func TestResponseOverTheLimit(t *testing.T) {
	const limit = 6<<20 + 100
	for name, config := range map[string]func() Config{
		"go":     func() Config { return goConfig(t) },
		"node":   func() Config { return nodeConfig(t, "index.handler") },
		"python": func() Config { return pythonConfig(t, "app.handler") },
	} {
		t.Run(name, func(t *testing.T) {
			e := launch(t, config())
			if got := len(e.succeeds(fmt.Sprintf(`{"do":"large","bytes":%d}`, limit))); got != limit {
				t.Errorf("got %d bytes, want %d", got, limit)
			}
			got := e.invoke(fmt.Sprintf(`{"do":"large","bytes":%d}`, limit+1))
			wantResponse(t, got, journal.BadResponse, "Function.ResponseSizeTooLarge",
				"Response payload size exceeded maximum allowed payload size (6291556 bytes).")
			if name != "go" { // the official Go client exits when its post is refused
				e.succeeds(`{"do":"next"}`)
			}
		})
	}
}

func TestLargeEventReachesAFrozenEnvironment(t *testing.T) {
	e := launch(t, goConfig(t))
	for _, size := range []int{prompt - 100, prompt, prompt + 1, 256 << 10, 6 << 20} {
		name := strings.Repeat("n", size)
		want := fmt.Sprintf(`{"do":"","bytes":0,"name":"%s"}`, name)
		if size < 6<<20 {
			if got := e.succeeds(want); got != want {
				t.Errorf("%d bytes: got %d bytes, want %d", size, len(got), len(want))
			}
		} else if got := e.succeeds(strings.Replace(want, `""`, `"env"`, 1)); got != `""` {
			t.Errorf("%d bytes: got %.100s", size, got)
		}
	}
}

func TestMegabytesOfOutput(t *testing.T) {
	e := launch(t, goConfig(t))
	e.succeeds(`{"do":"megabytes"}`)
	e.Stop()
	if got, want := strings.Count(e.transcript.String(), strings.Repeat("m", 1023)), 20<<10; got != want {
		t.Errorf("got %d lines, want %d", got, want)
	}
}

func TestShellRuntime(t *testing.T) {
	skipOnWindows(t)
	e := launch(t, shellConfig(t))
	if got, want := e.succeeds(`{"a":1}`), `{"hello":{"a":1}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := e.succeeds(`{"chunked":1}`), `{"chunked":true}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	wantResponse(t, e.invoke(`{"failure":1}`), journal.FunctionError, "Function.OutOfStock", "no JSON")
	e.succeeds(`{"wrong":1}`)
	e.sees(t, `stdout: {"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}`)
}

func TestLateResponseIsATimeout(t *testing.T) {
	skipOnWindows(t)
	e := launch(t, shellConfig(t))
	e.succeeds(`{}`)
	if got := e.invokeFor(`{"late":1}`, 100*time.Millisecond); got.Outcome != journal.TimedOut {
		t.Errorf("got %+v, want TimedOut", got)
	}
}

func TestChildrenAreGoneWithTheirEnvironment(t *testing.T) {
	skipOnWindows(t)
	need(t, "setsid")
	e := launch(t, shellConfig(t))
	e.succeeds(`{"leave":1}`)
	pids := []string{e.sees(t, "stdout: grouped "), e.sees(t, "stdout: escaped ")}
	e.Stop()
	for _, pid := range pids {
		n, err := strconv.Atoi(pid)
		if err != nil {
			t.Fatal(err)
		}
		gone(t, n)
	}
}

func TestUnderNPMStart(t *testing.T) {
	skipOnWindows(t)
	need(t, "npm")
	dir := t.TempDir()
	bootstrap, err := bootstraps.ReadFile("bootstrap/node.cjs")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"package.json": `{"scripts":{"start":"node run.cjs"}}`,
		"run.cjs":      "console.log('pid ' + process.pid);\n" + string(bootstrap),
		"index.js":     "exports.handler = async (event) => event;",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	e := launch(t, Config{FunctionName: "ship", Runtime: "nodejs22.x", Code: dir, Handler: "index.handler",
		Command: []string{"npm", "start"}, Freeze: true})
	if got := e.succeeds(`{"a":1}`); got != `{"a":1}` {
		t.Errorf("got %s, want the event", got)
	}
	pid, err := strconv.Atoi(e.sees(t, "stdout: pid "))
	if err != nil || pid == e.PID() {
		t.Fatalf("got node at %d, %v, want another process than npm's, %d", pid, err, e.PID())
	}
	e.Stop()
	gone(t, pid)
	gone(t, e.PID())
}

// gone checks that there is no such process, not even an unreaped one.
func gone(t testing.TB, pid int) {
	t.Helper()
	p, err := os.FindProcess(pid)
	if err != nil {
		return
	}
	if err := p.Signal(syscall.Signal(0)); err == nil {
		t.Errorf("process %d is still there", pid)
	}
}

func TestFiftyEnvironmentsAtOnce(t *testing.T) {
	l := launcher(t, goConfig(t))
	var all sync.WaitGroup
	for n := range 50 {
		all.Go(func() {
			instance, err := l.Launch(t.Context(), function.Spec{Function: "ship", Environment: uint32(n)})
			if err != nil {
				t.Error(err)
				return
			}
			defer instance.Stop()
			for i := range 20 {
				want := fmt.Sprintf(`{"do":"","bytes":%d,"name":"%d"}`, i, n)
				got := instance.Invoke(t.Context(), function.Request{ID: fmt.Sprint(n, "-", i), Payload: []byte(want),
					Deadline: time.Now().Add(patience)})
				if got.Outcome != journal.Succeeded || string(got.Payload) != want {
					t.Errorf("got %v %s, want %s", got.Outcome, got.Payload, want)
				}
			}
		})
	}
	all.Wait()
}

// An environment freezes while the next invocation is on its way: whichever
// comes first, it must run.
func TestInvokeWhileFreezing(t *testing.T) {
	e := launch(t, goConfig(t))
	for i := range 2000 {
		if r := e.invokeFor(`{}`, patience); r.Outcome != journal.Succeeded {
			t.Fatalf("invocation %d: got %v %s", i, r.Outcome, r.ErrorMessage)
		}
		if i%3 == 0 { // let it fall asleep
			time.Sleep(time.Duration(i%7) * 50 * time.Microsecond) // why: another moment each time
		}
	}
}
