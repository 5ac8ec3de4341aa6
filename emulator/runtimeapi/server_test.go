package runtimeapi

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// served is an environment whose runtime is the test: its process only sleeps.
type served struct {
	*environment
	t       *testing.T
	address string
}

func serve(t *testing.T) *served {
	t.Helper()
	skipOnWindows(t)
	out := &transcript{added: make(chan struct{}, 1)}
	l := launcher(t, Config{FunctionName: "ship", Runtime: "provided.al2023", Code: "testdata", Freeze: true,
		Command: []string{"sh", "-c", "echo at $AWS_LAMBDA_RUNTIME_API; exec sleep 1000"}})
	e := newEnvironment(&l.config, function.Spec{Output: out.add})
	if err := e.start(l.program); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Stop)
	return &served{e, t, out.sees(t, "stdout: at ")}
}

// call makes a request and returns status, headers and body.
func (s *served) call(method, path, body string, headers ...string) (int, http.Header, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.address+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(text)
}

func (s *served) want(status int, answer, method, path, body string, headers ...string) {
	s.t.Helper()
	if got, _, text := s.call(method, path, body, headers...); got != status || text != answer {
		s.t.Errorf("%s %s: got %d %s, want %d %s", method, path, got, text, status, answer)
	}
}

// invokes begins an invocation; its response comes out of the channel.
func (s *served) invokes(id string) <-chan function.Response {
	response := make(chan function.Response, 1)
	go func() {
		response <- s.Invoke(s.t.Context(), function.Request{ID: id, Payload: []byte(`{"a":1}`), ARN: arn,
			Deadline: time.UnixMilli(1764979200123)})
	}()
	return response
}

func receive(t *testing.T, responses <-chan function.Response) function.Response {
	t.Helper()
	select {
	case r := <-responses:
		return r
	case <-time.After(patience):
		t.Fatal("there was no response")
		return function.Response{}
	}
}

func errorText(errorType, message string) string {
	return fmt.Sprintf(`{"errorMessage":%q,"errorType":%q}`, message, errorType)
}

const (
	root       = "/2018-06-01/runtime/"
	okText     = "{\"status\":\"OK\"}\n"
	transition = "State transition from %s to %s failed for runtime. Error: State transition is not allowed"
)

func TestRuntimeAPIAnswers(t *testing.T) {
	s := serve(t)
	s.want(200, "pong", "GET", "/ping", "")
	s.want(404, "404 page not found\n", "GET", root+"invocation/x/other", "")
	s.want(404, "404 page not found\n", "POST", "/2020-01-01/extension/register", "")
	s.want(405, "", "POST", root+"invocation/next", "")
	s.want(405, "", "GET", root+"invocation/x/response", "")
	invalid := errorText("InvalidRequestID", "Invalid request ID")
	s.want(400, invalid, "POST", root+"invocation/x/response", "{}")

	response := s.invokes("id-1")
	status, header, body := s.call("GET", root+"invocation/next", "")
	if status != 200 || body != `{"a":1}` {
		t.Errorf("got %d %s, want the event", status, body)
	}
	for key, want := range map[string]string{
		"Lambda-Runtime-Aws-Request-Id": "id-1", "Lambda-Runtime-Deadline-Ms": "1764979200123",
		"Lambda-Runtime-Invoked-Function-Arn": arn, "Content-Type": "application/json",
		"Lambda-Runtime-Client-Context": "", "Lambda-Runtime-Cognito-Identity": "",
	} {
		if got := header.Get(key); got != want {
			t.Errorf("%s: got %q, want %q", key, got, want)
		}
	}
	if trace := header.Get("Lambda-Runtime-Trace-Id"); !strings.HasPrefix(trace, "Root=1-") {
		t.Errorf("got trace %q", trace)
	}
	if _, again, _ := s.call("GET", root+"invocation/next", ""); again.Get("Lambda-Runtime-Aws-Request-Id") != "id-1" {
		t.Errorf("asked again, got %v, want the same invocation", again)
	}
	s.want(400, invalid, "POST", root+"invocation/id-2/response", "{}")
	s.want(403, errorText("InvalidStateTransition", fmt.Sprintf(transition, "Running", "InitError")), "POST", root+"init/error", "{}")
	s.want(202, okText, "POST", root+"invocation/id-1/response", `{"b":2}`)
	if r := receive(t, response); r.Outcome != journal.Succeeded || string(r.Payload) != `{"b":2}` || r.Took <= 0 {
		t.Errorf("got %+v, want the response", r)
	}
	for verb, name := range map[string]string{"response": "InvocationResponse", "error": "InvocationErrorResponse"} {
		s.want(403, errorText("InvalidStateTransition", fmt.Sprintf(transition, "RuntimeResponseSentState", name)),
			"POST", root+"invocation/id-1/"+verb, "{}")
	}
	s.want(400, invalid, "POST", root+"invocation/id-0/response", "{}")
}

func TestInvocationBeforeItIsAskedFor(t *testing.T) {
	s := serve(t)
	response := s.invokes("id-1")
	for id := range 3 {
		_, header, _ := s.call("GET", root+"invocation/next", "")
		want := fmt.Sprint("id-", id+1)
		if got := header.Get(headerRequestID); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
		s.want(202, okText, "POST", root+"invocation/"+want+"/response", "null")
		receive(t, response)
		response = s.invokes(fmt.Sprint("id-", id+2))
	}
}

func TestErrorsOfTheHandler(t *testing.T) {
	s := serve(t)
	for i, test := range []struct{ body, header, errorType, message, payload string }{
		{`{"errorType":"E","errorMessage":"m","stackTrace":["s"]}`, "Function.E", "E", "m", `{"errorType":"E","errorMessage":"m","stackTrace":["s"]}`},
		{`{"errorMessage":"m"}`, "Function.E", "Function.E", "m", `{"errorMessage":"m"}`},
		{`{}`, "", "Runtime.Unknown", "", `{}`},
		{`["a"]`, "", "Runtime.Unknown", "", `["a"]`},
		{`text`, "", "Runtime.Unknown", "text", `{"errorMessage":"text","errorType":"Runtime.Unknown"}`},
		{"", "", "Runtime.Unknown", "", `{"errorMessage":"","errorType":"Runtime.Unknown"}`},
	} {
		id := fmt.Sprint("id-", i)
		response := s.invokes(id)
		s.call("GET", root+"invocation/next", "")
		s.want(202, okText, "POST", root+"invocation/"+id+"/error", test.body, headerErrorType, test.header)
		r := receive(t, response)
		if r.Outcome != journal.FunctionError || r.ErrorType != test.errorType || r.ErrorMessage != test.message || string(r.Payload) != test.payload {
			t.Errorf("%s: got %+v with %s, want %+v", test.body, r, r.Payload, test)
		}
	}
}

func TestRefusedResponses(t *testing.T) {
	s := serve(t)
	for i, test := range []struct {
		name, mode string
		size       int
		status     int
		answer     string
		outcome    journal.Outcome
		errorType  string
	}{
		{"too large", "", 6<<20 + 101, 413, errorText("RequestEntityTooLarge", "Exceeded maximum allowed payload size (6291556 bytes)."),
			journal.BadResponse, "Function.ResponseSizeTooLarge"},
		{"unknown mode", "backwards", 2, 400, errorText("InvalidFunctionResponseMode", "Invalid function response mode"),
			journal.FunctionError, "Runtime.InvalidResponseModeHeader"},
		{"as large as it may be", "streaming", 6<<20 + 100, 202, okText, journal.Succeeded, ""},
	} {
		id := fmt.Sprint("id-", i)
		response := s.invokes(id)
		s.call("GET", root+"invocation/next", "")
		s.want(test.status, test.answer, "POST", root+"invocation/"+id+"/response", strings.Repeat("a", test.size), headerResponseMode, test.mode)
		if r := receive(t, response); r.Outcome != test.outcome || r.ErrorType != test.errorType || r.Ended {
			t.Errorf("%s: got %v %s, want %v %s", test.name, r.Outcome, r.ErrorType, test.outcome, test.errorType)
		}
	}
}

// half sends half of a response and returns the connection.
func (s *served) half(id string) net.Conn {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		s.t.Fatal(err)
	}
	fmt.Fprintf(conn, "POST %sinvocation/%s/response HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"half", root, id)
	return conn
}

func TestTruncatedResponse(t *testing.T) {
	s := serve(t)
	response := s.invokes("id-1")
	s.call("GET", root+"invocation/next", "")
	s.half("id-1").Close()
	wantResponse(t, receive(t, response), journal.FunctionError, "Runtime.TruncatedResponse", "HTTP request detected as truncated")
}

func TestExitSaysMoreThanATruncatedResponse(t *testing.T) {
	s := serve(t)
	response := s.invokes("id-1")
	s.call("GET", root+"invocation/next", "")
	conn := s.half("id-1")
	s.process.Stop(0)
	conn.Close()
	wantResponse(t, receive(t, response), journal.Exited, "Runtime.ExitError", "RequestId: id-1 Error: Runtime exited with error: signal: killed")
}

// A client that gives up its next, and asks again, gets the invocation.
func TestNextThatWasGivenUpLosesNothing(t *testing.T) {
	s := serve(t)
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", "http://"+s.address+pathNext, nil)
	if err != nil {
		t.Fatal(err)
	}
	gaveUp := make(chan error)
	go func() {
		_, err := http.DefaultClient.Do(r)
		gaveUp <- err
	}()
	<-s.initDone
	cancel()
	if err := <-gaveUp; err == nil {
		t.Fatal("got an answer without an invocation")
	}
	response := s.invokes("id-1")
	if _, header, _ := s.call("GET", root+"invocation/next", ""); header.Get(headerRequestID) != "id-1" {
		t.Errorf("got %v, want the invocation", header)
	}
	s.want(202, okText, "POST", root+"invocation/id-1/response", "null")
	receive(t, response)
}

func TestRubbishDoesNotDisturb(t *testing.T) {
	s := serve(t)
	for _, rubbish := range []string{"\x00\x01\x02", "GET\r\n\r\n", "POST " + root + "init/error HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"} {
		conn, err := net.Dial("tcp", s.address)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(conn, rubbish)
		conn.(*net.TCPConn).CloseWrite()
		bufio.NewReader(conn).ReadString(0)
		conn.Close()
	}
	s.want(200, "pong", "GET", "/ping", "")
}

func FuzzErrorDocuments(f *testing.F) {
	for _, seed := range []string{`{"errorType":"E","errorMessage":"m"}`, `[]`, `text`, "", "\xff", `{"errorType":1}`} {
		f.Add([]byte(seed), "Function.E")
	}
	f.Fuzz(func(t *testing.T, body []byte, header string) {
		document, payload := readError(body, header)
		if !json.Valid(payload) {
			t.Errorf("got %q, want JSON", payload)
		}
		if document.Type == "" {
			t.Error("got no error type")
		}
	})
}
