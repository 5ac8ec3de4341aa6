package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/control"
	"github.com/coldbrook-dev/coldbrook/emulator/invokeapi"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// invocable is a platform whose one function does what its payload says.
type invocable struct{}

const invocableARNs = "arn:aws:lambda:us-east-1:123456789012:function:"

func (invocable) Invoke(_ context.Context, in invokeapi.Invocation) (invokeapi.Result, error) {
	r := invokeapi.Result{RequestID: "11111111-2222-4333-8444-555555555555", Payload: in.Payload, Log: []byte("START\nhello\nEND\n")}
	switch string(in.Payload) {
	case `"fail"`:
		r.FunctionError, r.Payload = "Unhandled", []byte(`{"errorType":"ValueError","errorMessage":"told to: fail"}`)
	case `"odd"`:
		r.FunctionError, r.Payload = "Unhandled", []byte(`"no document"`)
	case `"text"`:
		r.Payload = []byte("no JSON")
	case `"throttle"`:
		return invokeapi.Result{}, &invokeapi.Error{Status: 429, Code: "TooManyRequestsException", Message: "Rate Exceeded.",
			Reason: "ReservedFunctionConcurrentInvocationLimitExceeded", RetryAfter: time.Second}
	case "":
		r.Payload = []byte("null")
	}
	return r, nil
}

func (invocable) Functions() []invokeapi.Function {
	return []invokeapi.Function{{Name: "echo", ARN: invocableARNs + "echo"}, {Name: "other", ARN: invocableARNs + "other"}}
}

func (invocable) Mappings() []invokeapi.Mapping { return nil }

// unused is an instance that nobody asks for anything.
type unused struct{ control.FaultTarget }

func (unused) Status() any                                    { return nil }
func (unused) Readiness(context.Context) (any, error)         { return nil, nil }
func (unused) Stop(string)                                    {}
func (unused) Abort()                                         {}
func (unused) Reload(context.Context, []string) (any, error)  { return nil, nil }
func (unused) Release(context.Context, []string) (any, error) { return nil, nil }
func (unused) Set(context.Context, []string) (any, error)     { return nil, nil }
func (unused) Settings() any                                  { return nil }
func (unused) Undo(context.Context) (any, error)              { return nil, nil }
func (unused) Pause(context.Context) (any, error)             { return nil, nil }
func (unused) Resume(context.Context) (any, error)            { return nil, nil }
func (unused) Step(context.Context, int) (any, error)         { return nil, nil }
func (unused) Order() any                                     { return nil }

func (unused) Journal(context.Context, io.Writer, func(), bool) error {
	return nil
}

// instanceOf is the folder of a running instance whose functions p invokes.
func instanceOf(t *testing.T, p invokeapi.Platform) string {
	t.Helper()
	s, err := invokeapi.Listen(invokeapi.Config{ARNs: invocableARNs, RequestMax: 1000, EventMax: 100})
	if err != nil {
		t.Fatal(err)
	}
	s.Serve(p)
	t.Cleanup(func() { s.Close(t.Context()) })
	dir := t.TempDir()
	c, err := control.Listen(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	if err := c.Serve(unused{}, control.Addresses{Invoke: s.Addr()}, "v1"); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestInvokePrintsResponsesAndErrors(t *testing.T) {
	dir := instanceOf(t, invocable{})
	event := filepath.Join(t.TempDir(), "event.json")
	if err := os.WriteFile(event, []byte(`{"from": "a file"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   string
		status int
		stdout string
		stderr string // each line must be there
	}{
		{`echo -d {"a":1}`, 0, "{\"a\":1}\n", ""},
		{`echo`, 0, "null\n", ""},
		{`echo -d @` + event, 0, "{\"from\": \"a file\"}\n", ""},
		{`echo -f ` + event, 0, "{\"from\": \"a file\"}\n", ""},
		{invocableARNs + `echo -d 1`, 0, "1\n", ""},
		{`echo -d 1 --log`, 0, "1\n", "START\nhello\nEND"},
		{`echo -d "text"`, 0, "no JSON\n", ""},
		{`echo -d 1 --async`, 0, "queued as request 11111111-2222-4333-8444-555555555555\n", ""},
		{`echo --dry-run`, 0, "echo could be invoked\n", ""},
		{`echo -d "fail" --log`, 1, "{\"errorType\":\"ValueError\",\"errorMessage\":\"told to: fail\"}\n",
			"hello\ncoldbrook: function \"echo\" failed: ValueError: told to: fail"},
		{`echo -d "odd"`, 1, "\"no document\"\n", `coldbrook: function "echo" failed: Unhandled`},
		{`echo -d "throttle"`, 1, "", `coldbrook: invoke "echo": throttled, ReservedFunctionConcurrentInvocationLimitExceeded: Rate Exceeded.`},
		{`ehco -d 1`, 1, "", "coldbrook: there is no function \"ehco\"\ncoldbrook: hint: did you mean \"echo\"?"},
		{`nothing-like-it`, 1, "", "coldbrook: hint: there are echo, other"},
		{`echo:2`, 1, "", `there is no function "echo:2"`},
		{`a/b`, 1, "", `coldbrook: invoke "a/b": ValidationException: `},
		{`echo -d {`, 1, "", `coldbrook: invoke "echo": InvalidRequestContentException: Could not parse request body into json: unexpected end of JSON input at line 1, column 1`},
		{`echo -d "` + strings.Repeat("x", 999) + `"`, 1, "", `RequestTooLargeException: 1001 byte payload is too large for the RequestResponse invocation type (limit 1000 bytes)`},
		{`echo -f nowhere.json`, 1, "", "coldbrook: read event: open nowhere.json: "},
		{`echo -d 1 -f x`, 2, "", "--data and --file exclude each other"},
		{`echo --async --dry-run`, 2, "", "--async and --dry-run exclude each other"},
		{`echo --async --log`, 2, "", "--log and --async exclude each other"},
		{``, 2, "", "coldbrook invoke needs a function"},
		{`echo -d {"a":1} --format json`, 0, `{"status":200,"requestId":"11111111-2222-4333-8444-555555555555","executedVersion":"$LATEST","payload":{"a":1},"log":"START\nhello\nEND\n"}` + "\n", ""},
		{`echo -d "text" --format json`, 0, `{"status":200,"requestId":"11111111-2222-4333-8444-555555555555","executedVersion":"$LATEST","payload":"no JSON","log":"START\nhello\nEND\n"}` + "\n", ""},
		{`echo --async --format json`, 0, `{"status":202,"requestId":"11111111-2222-4333-8444-555555555555"}` + "\n", ""},
	} {
		args := append([]string{"invoke"}, strings.Fields(c.args)...)
		var stdout, stderr bytes.Buffer
		status := run(t.Context(), append(args, "--instance", dir), &stdout, &stderr)
		if status != c.status || stdout.String() != c.stdout {
			t.Errorf("%.80s: got status %d, %q, %q, want %d, %q", c.args, status, stdout.String(), stderr.String(), c.status, c.stdout)
		}
		for _, line := range strings.Split(c.stderr, "\n") {
			if !strings.Contains(stderr.String(), line) {
				t.Errorf("%.80s: stderr is %q, want %q in it", c.args, stderr.String(), line)
			}
		}
		if c.stderr == "" && stderr.Len() > 0 {
			t.Errorf("%.80s: stderr is %q", c.args, stderr.String())
		}
	}
}

func TestInvokeCompletesNames(t *testing.T) {
	dir := instanceOf(t, invocable{})
	var stdout, stderr bytes.Buffer
	run(t.Context(), []string{"__complete", "invoke", "--instance", dir, ""}, &stdout, &stderr)
	if got, want := stdout.String(), "echo\nother\n:4\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// slow is a platform that never answers.
type slow struct {
	invocable
	begun chan struct{}
}

func (s slow) Invoke(ctx context.Context, _ invokeapi.Invocation) (invokeapi.Result, error) {
	close(s.begun)
	<-ctx.Done()
	return invokeapi.Result{}, ctx.Err()
}

// TestInvokeEndsWithItsInstance gives up when there is nobody to answer any more.
func TestInvokeEndsWithItsInstance(t *testing.T) {
	p := slow{begun: make(chan struct{})}
	s, err := invokeapi.Listen(invokeapi.Config{ARNs: invocableARNs, RequestMax: 1000})
	if err != nil {
		t.Fatal(err)
	}
	s.Serve(p)
	dir := t.TempDir()
	c, err := control.Listen(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Serve(unused{}, control.Addresses{Invoke: s.Addr()}, "v1"); err != nil {
		t.Fatal(err)
	}
	go func() {
		<-p.begun
		c.Close()
	}()
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), []string{"invoke", "echo", "--instance", dir}, &stdout, &stderr)
	s.Close(t.Context())
	if status != 1 || stderr.String() != "coldbrook: the instance has ended\n" {
		t.Errorf("got status %d, %q", status, stderr.String())
	}
}

// TestInvokeOfAnOlderInstance is told by one that has no Invoke API.
func TestInvokeOfAnOlderInstance(t *testing.T) {
	dir := t.TempDir()
	c, err := control.Listen(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Serve(unused{}, control.Addresses{}, "v0"); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if status := run(t.Context(), []string{"invoke", "echo", "--instance", dir}, &stdout, &stderr); status != 1 ||
		!strings.Contains(stderr.String(), "the instance has no Invoke API\ncoldbrook: hint: ") {
		t.Errorf("got status %d, %q", status, stderr.String())
	}
}

// TestFlowOfInvocationsFromOutside has no topic, events or lag.
func TestFlowOfInvocationsFromOutside(t *testing.T) {
	f := newFlow()
	f.add(&journal.Entry{Kind: journal.InvocationEnded, Function: "echo", Measured: journal.Measured{Took: 2e6}})
	f.add(&journal.Entry{Kind: journal.InvocationEnded, Function: "echo", Mapping: "echo", Topic: "in"})
	got := strings.Join(f.lines(map[string]int64{"echo": 3}), "\n")
	if want := "invoked -> echo  1 invocations/s  p50 2 ms\nin -> echo  0 events/s  1 invocations/s  p50 0 ms  lag 3"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestInvokedReasonsAreRead reads error documents of all runtimes.
func TestInvokedReasonsAreRead(t *testing.T) {
	for document, want := range map[string]string{
		`{"errorMessage":"m","errorType":"T","stackTrace":[]}`: "T: m", `{"errorMessage":"m"}`: "m", `{"errorType":"T"}`: "T",
		`null`: "Unhandled", `[1]`: "Unhandled", `{}`: "Unhandled",
	} {
		if got := (&invoked{FunctionError: "Unhandled", response: json.RawMessage(document)}).reason(); got != want {
			t.Errorf("%s: got %q, want %q", document, got, want)
		}
	}
}
