package invokeapi

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

const arns = "arn:aws:lambda:us-east-1:123456789012:function:"

// fake is a Platform that answers as answer says, and remembers what it was asked.
type fake struct {
	answer    func(context.Context, Invocation) (Result, error)
	functions []Function
	mappings  []Mapping

	mu    sync.Mutex // guards all below
	asked []Invocation
}

func (f *fake) Invoke(ctx context.Context, in Invocation) (Result, error) {
	f.mu.Lock()
	f.asked = append(f.asked, in)
	f.mu.Unlock()
	return f.answer(ctx, in)
}

func (f *fake) Functions() []Function { return f.functions }
func (f *fake) Mappings() []Mapping   { return f.mappings }

// last is what was asked last, and how often something was.
func (f *fake) last() (Invocation, int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.asked) == 0 {
		return Invocation{}, 0
	}
	return f.asked[len(f.asked)-1], len(f.asked)
}

// echo answers with the payload.
func echo(_ context.Context, in Invocation) (Result, error) {
	return Result{RequestID: "11111111-2222-4333-8444-555555555555", Payload: in.Payload, Log: []byte("START\nEND\n")}, nil
}

// refusing answers with an error.
func refusing(err error) func(context.Context, Invocation) (Result, error) {
	return func(context.Context, Invocation) (Result, error) { return Result{}, err }
}

func named(names ...string) []Function {
	var all []Function
	for _, name := range names {
		all = append(all, Function{Name: name, ARN: arns + name, Runtime: "python3.13", Handler: "app.handler"})
	}
	return all
}

// serve starts a server that ends with the test.
func serve(t *testing.T, f *fake) *Server {
	t.Helper()
	if f.answer == nil {
		f.answer = echo
	}
	if f.functions == nil {
		f.functions = named("ship", "bill")
	}
	s, err := Listen(Config{ARNs: arns, RequestMax: 6 << 20, EventMax: 1 << 20, Warn: func(sentence string) { t.Log(sentence) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(t.Context()) })
	s.Serve(f)
	return s
}

// answer is what a client got.
type answer struct {
	status int
	header http.Header
	body   string
}

// send sends a request; headers are pairs of name and value, Host among them.
func send(t *testing.T, s *Server, method, path string, body io.Reader, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.Addr()+path, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if r.Header.Set(headers[i], headers[i+1]); headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	client := http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(text)}
}

// invoke sends an invocation.
func invoke(t *testing.T, s *Server, name, payload string, headers ...string) answer {
	t.Helper()
	return send(t, s, "POST", "/2015-03-31/functions/"+name+"/invocations", strings.NewReader(payload), headers...)
}

// want fails the test unless the answer has a status, and headers and parts of the
// body that say something: parts with ": " are headers, and an exception alone is
// that of the header for it.
func (a answer) want(t *testing.T, status int, parts ...string) {
	t.Helper()
	if a.status != status {
		t.Fatalf("got status %d, want %d: %s", a.status, status, a.body)
	}
	for _, p := range parts {
		if strings.HasSuffix(p, "Exception") && !strings.Contains(p, " ") {
			p = "X-Amzn-Errortype: " + p
		}
		if name, value, ok := strings.Cut(p, ": "); ok && !strings.Contains(p, `"`) && len(a.header.Values(name)) > 0 {
			if got := a.header.Get(name); got != value {
				t.Errorf("got %s: %s, want %s", name, got, value)
			}
			continue
		}
		if !strings.Contains(a.body, p) {
			t.Errorf("got %s, with %v, want it to say %s", a.body, a.header, p)
		}
	}
}

// compact is a document without its spaces.
func compact(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(text)); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return b.String()
}
