package runtimeapi

import (
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

func TestNodeContext(t *testing.T) {
	e := launch(t, nodeConfig(t, "index.handler"))
	c := object(t, e.succeeds(`{"do":"context"}`))
	for key, want := range map[string]any{
		"awsRequestId": "00000000-0000-4000-8000-000000000001", "invokedFunctionArn": arn, "functionName": "ship",
		"functionVersion": "$LATEST", "memoryLimitInMB": "128", "logGroupName": "/aws/lambda/ship",
		"callbackWaitsForEmptyEventLoop": true,
	} {
		if c[key] != want {
			t.Errorf("%s: got %v, want %v", key, c[key], want)
		}
	}
	if left := time.Duration(c["remaining"].(float64)) * time.Millisecond; left <= 0 || left > patience {
		t.Errorf("got %v remaining, want at most %v", left, patience)
	}
	if stream := c["logStreamName"].(string); !strings.Contains(stream, "/[$LATEST]") {
		t.Errorf("got log stream %q", stream)
	}
	if !strings.HasPrefix(c["trace"].(string), "Root=1-") {
		t.Errorf("got trace %v", c["trace"])
	}
}

func TestNodeHandlerNames(t *testing.T) {
	for handler, want := range map[string]string{
		"index.nested.deep.handler": `"deep"`, "src/index.handler": `"src"`, "./src/index.handler": `"src"`,
		"module.handler": `"mjs"`, "esm/index.handler": `"x"`,
	} {
		t.Run(handler, func(t *testing.T) {
			if got := launch(t, nodeConfig(t, handler)).succeeds(`{}`); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestNodeResponses(t *testing.T) {
	e := launch(t, nodeConfig(t, "index.handler"))
	if got := e.succeeds(`{"do":"undefined"}`); got != "null" {
		t.Errorf("got %s, want null", got)
	}
	if got, want := e.succeeds(`{"city":"Zürich"}`), `{"city":"Zürich"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	r := e.invoke(`{"do":"error"}`)
	wantResponse(t, r, journal.FunctionError, "RangeError", "out of stock")
	if trace := object(t, string(r.Payload))["trace"].([]any); trace[0] != "RangeError: out of stock" || !strings.Contains(trace[1].(string), "index.js:4") {
		t.Errorf("got trace %v", trace)
	}
	wantResponse(t, e.invoke(`{"do":"throw text"}`), journal.FunctionError, "string", "just text")
	wantResponse(t, e.invoke(`{"do":"circular"}`), journal.FunctionError, "Error", "Unable to stringify response body")
	wantResponse(t, e.invoke(`{"do":"never"}`), journal.FunctionError, "Runtime.NodeJsExit",
		"the event loop is empty, but the promise of the handler was never settled")
	e.succeeds(`{"do":"print"}`)
	e.sees(t, "stdout: to stdout")
	e.sees(t, "stderr: to stderr")
}

func TestNodeErrorsOutsideThePromiseEndTheRuntime(t *testing.T) {
	for _, test := range []struct{ do, errorType, message, reason string }{
		{"rejection", "Runtime.UnhandledPromiseRejection", "Error: forgotten", "Runtime exited with error: exit status 128"},
		{"exception", "Error", "too late", "Runtime exited with error: exit status 129"},
	} {
		e := launch(t, nodeConfig(t, "index.handler"))
		wantResponse(t, e.invoke(`{"do":"`+test.do+`"}`), journal.FunctionError, test.errorType, test.message)
		e.closes()
		if e.Reason() != test.reason {
			t.Errorf("got %q, want %q", e.Reason(), test.reason)
		}
	}
	e := launch(t, nodeConfig(t, "index.handler"))
	wantResponse(t, e.invoke(`{"do":"exit"}`), journal.Exited, "Runtime.ExitError",
		"RequestId: 00000000-0000-4000-8000-000000000001 Error: Runtime exited with error: exit status 4")
}

func TestNodeCallbackStyle(t *testing.T) {
	e := launch(t, nodeConfig(t, "index.callback"))
	for _, step := range []struct{ event, want string }{
		{`{}`, `{"ticks":0}`},           // waits for the timer of this invocation
		{`{"do":"now"}`, `{"ticks":1}`}, // does not wait for its own
	} {
		if got := e.succeeds(step.event); got != step.want {
			t.Errorf("%s: got %s, want %s", step.event, got, step.want)
		}
	}
	wantResponse(t, e.invoke(`{"do":"error"}`), journal.FunctionError, "Error", "by callback")
	for handler, want := range map[string]string{"index.waited": `"waited"`, "index.legacy": `"succeeded"`, "index.sync": "null"} {
		if got := launch(t, nodeConfig(t, handler)).succeeds(`{}`); got != want {
			t.Errorf("%s: got %s, want %s", handler, got, want)
		}
	}
}

func TestNode24HasNoCallback(t *testing.T) {
	c := nodeConfig(t, "index.callback")
	c.Runtime = "nodejs24.x"
	_, err := tryLaunch(t, c, &transcript{})
	wantInitFailure(t, err, "Runtime.CallbackHandlerDeprecated", "removed support for callback-based function handlers")
	c.Handler = "index.sync"
	if got := launch(t, c).succeeds(`{}`); got != `"nobody reads this"` {
		t.Errorf("got %s, want what the handler returned", got)
	}
}

func TestTimersRunOnlyDuringInvocationsIfFrozen(t *testing.T) {
	skipOnWindows(t)
	beats := func(freeze bool) string {
		c := nodeConfig(t, "index.beating")
		c.Freeze = freeze
		e := launch(t, c)
		e.succeeds(`{}`)
		e.succeeds(`{}`)
		time.Sleep(300 * time.Millisecond) // why: what is measured: whether time passes for it
		return e.succeeds(`{}`)
	}
	if frozen, free := beats(true), beats(false); len(frozen) > 2 || len(free) < 2 {
		t.Errorf("got %s beats frozen and %s free, want a few and about 300", frozen, free)
	}
}

func TestPythonContext(t *testing.T) {
	e := launch(t, pythonConfig(t, "app.handler"))
	c := object(t, e.succeeds(`{"do":"context"}`))
	for key, want := range map[string]any{
		"aws_request_id": "00000000-0000-4000-8000-000000000001", "invoked_function_arn": arn, "function_name": "ship",
		"function_version": "$LATEST", "memory_limit_in_mb": "128", "log_group_name": "/aws/lambda/ship",
	} {
		if c[key] != want {
			t.Errorf("%s: got %v, want %v", key, c[key], want)
		}
	}
	if left := time.Duration(c["remaining"].(float64)) * time.Millisecond; left <= 0 || left > patience {
		t.Errorf("got %v remaining, want at most %v", left, patience)
	}
}

func TestPythonResponses(t *testing.T) {
	e := launch(t, pythonConfig(t, "app.handler"))
	if got, want := e.succeeds(`{"do":"decimal"}`), `[1.5, 2]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	r := e.invoke(`{"do":"error"}`)
	wantResponse(t, r, journal.FunctionError, "OutOfStock", "no bicycles")
	o := object(t, string(r.Payload))
	if trace := o["stackTrace"].([]any); len(trace) != 1 || !strings.Contains(trace[0].(string), `app.py", line 25, in handler`) {
		t.Errorf("got stack trace %v", trace)
	}
	wantResponse(t, e.invoke(`{"do":"set"}`), journal.FunctionError, "Runtime.MarshalError",
		"Unable to marshal response: Object of type set is not JSON serializable")
	if r := e.invoke(`not JSON`); r.ErrorType != "Runtime.UnmarshalError" {
		t.Errorf("got %+v, want Runtime.UnmarshalError", r)
	}
	wantResponse(t, e.invoke(`{"do":"exit"}`), journal.Exited, "Runtime.ExitError",
		"RequestId: 00000000-0000-4000-8000-000000000005 Error: Runtime exited with error: exit status 4")
}

func TestPythonOutputAndLogging(t *testing.T) {
	e := launch(t, pythonConfig(t, "app.handler"))
	if got := e.succeeds(`{"do":"print"}`); got != "null" {
		t.Errorf("got %s, want null", got)
	}
	e.sees(t, "stdout: to stdout")
	e.sees(t, "stderr: to stderr")
	line := e.sees(t, "stdout: partial[INFO]\t")
	if !strings.HasSuffix(line, "Z\t00000000-0000-4000-8000-000000000001\tlogged") {
		t.Errorf("got %q, want time, request id and message", line)
	}
	if strings.Contains(e.transcript.String(), "not logged") {
		t.Error("a message below the level was printed")
	}
}

func TestPythonHandlerNames(t *testing.T) {
	for _, test := range []struct{ runtime, handler, want string }{
		{"python3.11", "pkg.mod.handler", `"pkg"`}, {"python3.11", "pkg/mod.handler", `"pkg"`},
		{"python3.11", "app.umlaut", `"Z\u00fcrich"`}, {"python3.12", "app.umlaut", `"Zürich"`},
	} {
		c := pythonConfig(t, test.handler)
		c.Runtime = test.runtime
		if got := launch(t, c).succeeds(`{}`); got != test.want {
			t.Errorf("%s: got %s, want %s", test.handler, got, test.want)
		}
	}
}
