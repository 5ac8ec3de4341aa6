package invokeapi

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestInvokeAnswers(t *testing.T) {
	f := &fake{}
	s := serve(t, f)
	a := invoke(t, s, "ship", `{"id": 1}`)
	a.want(t, 200, `{"id": 1}`, "X-Amz-Executed-Version: $LATEST", "X-Amzn-RequestId: 11111111-2222-4333-8444-555555555555",
		"Content-Type: application/json", "Content-Length: 9")
	for _, missing := range []string{headerFunctionError, headerLogResult, "X-Amzn-Errortype", "Access-Control-Allow-Origin"} {
		if got := a.header.Values(missing); got != nil {
			t.Errorf("got %s: %q, want none", missing, got)
		}
	}
	if in, _ := f.last(); in.Function != "ship" || in.Type != RequestResponse || string(in.Payload) != `{"id": 1}` {
		t.Errorf("the platform was asked for %+v", in)
	}
	for how, status := range map[Type]int{RequestResponse: 200, Event: 202, DryRun: 204} {
		a := invoke(t, s, "ship", "[]", headerType, string(how), headerLog, "Tail")
		a.want(t, status, "X-Amzn-Requestid: 11111111-2222-4333-8444-555555555555")
		if in, _ := f.last(); in.Type != how {
			t.Errorf("%s: the platform was asked for %+v", how, in)
		}
		if log := a.header.Get(headerLogResult); (log != "") != (how == RequestResponse) {
			t.Errorf("%s: got log %q: only synchronous invocations have one", how, log)
		}
		if version := a.header.Get(headerVersion); (version != "") != (how == RequestResponse) {
			t.Errorf("%s: got version %q", how, version)
		}
		if how != RequestResponse && a.body != "" {
			t.Errorf("%s: got body %q, want none", how, a.body)
		}
	}
	send(t, s, "POST", "/2014-11-13/functions/bill/invoke-async", strings.NewReader(`{"a":1}`)).want(t, 202, "{}")
	if in, _ := f.last(); in.Function != "bill" || in.Type != Event || string(in.Payload) != `{"a":1}` {
		t.Errorf("the platform was asked for %+v", in)
	}
}

func TestInvokeFunctionErrorAndLog(t *testing.T) {
	long := strings.Repeat("0123456789abcde\n", 300)
	s := serve(t, &fake{answer: func(context.Context, Invocation) (Result, error) {
		return Result{RequestID: "r", Payload: []byte(`{"errorMessage":"no"}`), FunctionError: "Unhandled", Log: []byte(long)}, nil
	}})
	a := invoke(t, s, "ship", "", headerLog, "Tail")
	a.want(t, 200, `{"errorMessage":"no"}`, "X-Amz-Function-Error: Unhandled", "X-Amz-Executed-Version: $LATEST")
	log, err := base64.StdEncoding.DecodeString(a.header.Get(headerLogResult))
	if err != nil || string(log) != long[len(long)-4096:] {
		t.Errorf("got a log of %d bytes, %v, want the last 4,096", len(log), err)
	}
	if a := invoke(t, s, "ship", "", headerLog, "None"); a.header.Get(headerLogResult) != "" {
		t.Error("got a log that was not asked for")
	}
}

func TestInvokeNames(t *testing.T) {
	f := &fake{}
	s := serve(t, f)
	for _, name := range []string{
		"ship", "ship:$LATEST", arns + "ship", arns + "ship:$LATEST", "123456789012:function:ship", "123456789012:ship",
		"function:ship", "us-east-1:123456789012:function:ship", "ship?Qualifier=$LATEST",
	} {
		path, query, _ := strings.Cut(name, "?")
		for _, written := range []string{path, url.QueryEscape(path)} {
			send(t, s, "POST", "/2015-03-31/functions/"+written+"/invocations?"+query, nil).want(t, 200)
			if in, _ := f.last(); in.Function != "ship" {
				t.Errorf("%s: the platform was asked for %q", written, in.Function)
			}
		}
	}
	for name, arn := range map[string]string{
		"shop":    arns + "shop",
		"ship:1":  arns + "ship:1",
		"ship:v2": arns + "ship:v2",
		"arn:aws:lambda:eu-west-1:123456789012:function:ship": "arn:aws:lambda:eu-west-1:123456789012:function:ship",
		"999999999999:function:ship":                          "arn:aws:lambda:us-east-1:999999999999:function:ship",
		"ship?Qualifier=prod":                                 arns + "ship:prod",
		"function":                                            arns + "function",
	} {
		path, query, _ := strings.Cut(name, "?")
		a := send(t, s, "POST", "/2015-03-31/functions/"+path+"/invocations?"+query, nil)
		a.want(t, 404, "X-Amzn-Errortype: ResourceNotFoundException")
		if want := `{"Type":"User","Message":"Function not found: ` + arn + `"}`; a.body != want {
			t.Errorf("%s: got %s, want %s", name, a.body, want)
		}
	}
	invoke(t, s, "ship%20it", "").want(t, 400, `"message":"1 validation error detected: Value 'ship it' at 'functionName'`)
	invoke(t, s, strings.Repeat("x", 257), "").want(t, 400, "less than or equal to 256")
	send(t, s, "POST", "/2015-03-31/functions/ship:$LATEST/invocations?Qualifier=1", nil).want(t, 400, "InvalidParameterValueException", textQualifiers)
	send(t, s, "POST", "/2015-03-31/functions/ship/invocations?Qualifier=a%20b", nil).want(t, 400, "'qualifier'")
}

// TestInvokeAsTheInterfaceEmulator is the convention of the RIE.
func TestInvokeAsTheInterfaceEmulator(t *testing.T) {
	f := &fake{functions: named("only")}
	invoke(t, serve(t, f), "function", "1").want(t, 200, "1")
	if in, _ := f.last(); in.Function != "only" {
		t.Errorf("the platform was asked for %q, want the one function", in.Function)
	}
	f = &fake{functions: named("only", "function")}
	invoke(t, serve(t, f), "function", "1").want(t, 200)
	if in, _ := f.last(); in.Function != "function" {
		t.Errorf("the platform was asked for %q, want the one of that name", in.Function)
	}
}

func TestInvokeRefusesWhatItCannotRead(t *testing.T) {
	f := &fake{}
	s := serve(t, f)
	a := invoke(t, s, "ship", "{}", headerType, "dry_run")
	a.want(t, 400, "X-Amzn-Errortype: ValidationException")
	// Verbatim, github.com/ex-aws/ex_aws/pull/442.
	if want := `{"message":"1 validation error detected: Value 'dry_run' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [DryRun, RequestResponse, Event]"}`; a.body != want {
		t.Errorf("got %s, want %s", a.body, want)
	}
	invoke(t, s, "ship", "{}", headerLog, "All").want(t, 400, "'logType'", "[None, Tail]")
	for payload, why := range map[string]string{
		"{":             "unexpected end of JSON input at line 1, column 1",
		"e30":           "Could not parse request body into json: invalid character 'e' looking for beginning of value at line 1, column 1",
		"{\n \"a\": x}": "at line 2, column 7", "1 2": "line 1, column 3", "\"\xff\"": "not UTF-8", "NaN": "invalid character", "\xef\xbb\xbf{}": "invalid",
	} {
		for _, how := range []Type{RequestResponse, Event, DryRun} {
			invoke(t, s, "ship", payload, headerType, string(how)).want(t, 400,
				"X-Amzn-Errortype: InvalidRequestContentException", `"Type":"User","message":"Could not parse request body into json: `, why)
		}
	}
	context := base64.StdEncoding.EncodeToString([]byte(`{"custom":{"a":"b"}}`))
	invoke(t, s, "ship", "", headerContext, context).want(t, 200)
	if in, _ := f.last(); in.ClientContext != context || len(in.Payload) != 0 {
		t.Errorf("the platform was asked for %+v", in)
	}
	invoke(t, s, "ship", "", headerContext, context, headerType, "Event").want(t, 202)
	if in, _ := f.last(); in.ClientContext != "" {
		t.Errorf("an event has client context %q, want none", in.ClientContext)
	}
	for _, bad := range []string{"string", "e30", base64.StdEncoding.EncodeToString([]byte("[]")), base64.StdEncoding.EncodeToString([]byte("null"))} {
		invoke(t, s, "ship", "", headerContext, bad).want(t, 400, "InvalidRequestContentException", textClientContext)
	}
	padded := func(n int) string {
		return base64.StdEncoding.EncodeToString([]byte(`{"a":"` + strings.Repeat("x", n-8) + `"}`))
	}
	invoke(t, s, "ship", "", headerContext, padded(2685)).want(t, 200)                                    // 3,580 bytes
	invoke(t, s, "ship", "", headerContext, padded(2688)).want(t, 400, "3584 bytes", "limit of 3583")     // 3,584
	invoke(t, s, "ship", "", headerTenant, "blue").want(t, 400, headerTenant, "not emulated")             // no silent fallback
	invoke(t, s, "ship", "", headerDurable, "once").want(t, 400, "Durable-Execution-Name", "leave it ou") // nor here
}

// endless is a body of n bytes that is never in memory.
func endless(n int64) io.Reader { return io.LimitReader(spaces{}, n) }

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// unsized hides how long a body is, so that it is sent in chunks.
type unsized struct{ io.Reader }

func TestInvokePayloadLimits(t *testing.T) {
	f := &fake{answer: func(context.Context, Invocation) (Result, error) { return Result{Payload: []byte("1")}, nil }}
	s := serve(t, f)
	const limit = 6291456
	sized := func(n int) string { return `"` + strings.Repeat("x", n-2) + `"` }
	invoke(t, s, "ship", sized(limit)).want(t, 200)
	if in, _ := f.last(); len(in.Payload) != limit {
		t.Errorf("the platform got %d bytes", len(in.Payload))
	}
	send(t, s, "POST", "/2015-03-31/functions/ship/invocations", unsized{strings.NewReader(sized(limit))}).want(t, 200)
	_, before := f.last()
	for _, c := range []struct {
		bytes int64
		body  io.Reader
	}{
		{limit + 1, strings.NewReader(sized(limit + 1))},
		{limit + 1, unsized{endless(limit + 1)}},
		{6991583, strings.NewReader(sized(6991583))},
		{100 << 20, unsized{endless(100 << 20)}},
	} {
		a := send(t, s, "POST", "/2015-03-31/functions/ship/invocations", c.body)
		a.want(t, 413, "X-Amzn-Errortype: RequestTooLargeException")
		if want := fmt.Sprintf(`{"Type":"User","message":"%d byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)"}`, c.bytes); a.body != want {
			t.Errorf("got %s, want %s", a.body, want)
		}
	}
	invoke(t, s, "ship", sized(limit+1), headerType, "Event").want(t, 413, "6291457 byte payload is too large for the Event invocation type (limit 1048576 bytes)")
	if _, after := f.last(); after != before {
		t.Errorf("the platform was asked %d times more", after-before)
	}
	// What would be less than a limit is for the platform to say.
	invoke(t, s, "ship", sized(1<<20+1), headerType, "Event").want(t, 202)
}

// TestErrorsHaveTheirForm is platforms.md 3.1: which field has the text depends on
// the exception.
func TestErrorsHaveTheirForm(t *testing.T) {
	for _, c := range []struct {
		err    *Error
		body   string
		header string
	}{
		{&Error{Status: 429, Code: tooManyRequests, Message: "Rate Exceeded.", Reason: "ReservedFunctionConcurrentInvocationLimitExceeded", RetryAfter: 1500 * time.Millisecond},
			`{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}`, "Retry-After: 2"},
		{&Error{Status: 429, Code: tooManyRequests, Message: "Rate Exceeded.", Reason: "ConcurrentInvocationLimitExceeded"},
			`{"Reason":"ConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}`, "Retry-After: 1"},
		{&Error{Status: 413, Code: tooLarge, Message: "m"}, `{"Type":"User","message":"m"}`, "X-Amzn-Errortype: RequestTooLargeException"},
		{&Error{Status: 409, Code: "ResourceConflictException", Message: "m"}, `{"Type":"User","message":"m"}`, "X-Amzn-Errortype: ResourceConflictException"},
		{&Error{Status: 502, Code: "InvalidRuntimeException", Message: "m"}, `{"Type":"Service","Message":"m"}`, "X-Amzn-Errortype: InvalidRuntimeException"},
		{&Error{Status: 500, Code: service, Message: "<m>"}, `{"Type":"Service","Message":"<m>"}`, "X-Amzn-Errortype: ServiceException"},
	} {
		// Wrapped, as a platform may.
		a := invoke(t, serve(t, &fake{answer: refusing(fmt.Errorf("invoke: %w", c.err))}), "ship", "")
		a.want(t, c.err.Status, c.header)
		if a.body != c.body {
			t.Errorf("got %s, want %s", a.body, c.body)
		}
		if a.header.Get("X-Amzn-Requestid") == "" {
			t.Error("the answer has no request id")
		}
	}
	invoke(t, serve(t, &fake{answer: refusing(errors.New("over"))}), "ship", "").want(t, 503, "ServiceException", "over")
}

func TestPanicIsAnAnswerAndAWarning(t *testing.T) {
	warned := make(chan string, 1)
	s, err := Listen(Config{ARNs: arns, RequestMax: 1000, Warn: func(sentence string) { warned <- sentence }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(t.Context())
	s.Serve(&fake{functions: named("ship"), answer: func(context.Context, Invocation) (Result, error) { panic("at the disco") }})
	invoke(t, s, "ship", "").want(t, 500, "ServiceException", textPanic)
	if got := <-warned; !strings.Contains(got, "at the disco") {
		t.Errorf("got warning %q", got)
	}
}

func TestClientThatGoesIsNoticed(t *testing.T) {
	begun, gone := make(chan struct{}), make(chan error, 1)
	s := serve(t, &fake{answer: func(ctx context.Context, _ Invocation) (Result, error) {
		close(begun)
		<-ctx.Done()
		gone <- ctx.Err()
		return Result{}, ctx.Err()
	}})
	ctx, cancel := context.WithCancel(t.Context())
	r, _ := http.NewRequestWithContext(ctx, "POST", "http://"+s.Addr()+"/2015-03-31/functions/ship/invocations", strings.NewReader("{}"))
	go func() {
		<-begun
		cancel()
	}()
	if _, err := http.DefaultClient.Do(r); err == nil {
		t.Error("got an answer, want none")
	}
	if err := <-gone; err == nil {
		t.Error("the platform was not told")
	}
}
