// Package languages tests that the handlers of this example are one handler.
package languages

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// The words of the test, in two partitions, and what each handler must answer.
var (
	words = [][]string{
		{"Coldbrook", "rhythm", "", "AEIOUaeiou", "two\nlines\n\n", "\ta\x1b", "%s %d \\n."},
		{`"quoted"`, `back\slash`, "Æther", "two words", "日本語", "x'y$(z)`"},
	}
	want = []string{
		"Coldbrook: 3 vowels", "rhythm: 0 vowels", ": 0 vowels", "AEIOUaeiou: 10 vowels", "two\nlines\n\n: 3 vowels", "\ta\x1b: 1 vowels", "%s %d \\n.: 0 vowels",
		`"quoted": 3 vowels`, `back\slash: 2 vowels`, "Æther: 1 vowels", "two words: 2 vowels", "日本語: 0 vowels", "x'y$(z)`: 0 vowels",
	}
)

// event returns the document that a function gets for words.
func event(t *testing.T) []byte {
	t.Helper()
	var partitions []string
	for p, in := range words {
		var records []string
		for offset, word := range in {
			value := ""
			if word != "" { // a record without value
				value = fmt.Sprintf(`"value":%q,`, base64.StdEncoding.EncodeToString([]byte(word)))
			}
			records = append(records, fmt.Sprintf(
				`{"topic":"words","partition":%d,"offset":%d,"timestamp":1767225600000,"timestampType":"CREATE_TIME","key":%q,%s"headers":[{"value":[118,-36]}]}`,
				p, offset, base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "k%d.%d", p, offset)), value))
		}
		partitions = append(partitions, fmt.Sprintf(`"words-%d":[%s]`, p, strings.Join(records, ",")))
	}
	return fmt.Appendf(nil, `{"eventSource":"SelfManagedKafka","bootstrapServers":"127.0.0.1:9092","records":{%s}}`, strings.Join(partitions, ","))
}

// check compares a response, an array of texts, with what is wanted.
func check(t *testing.T, response []byte) {
	t.Helper()
	var got []string
	if err := json.Unmarshal(response, &got); err != nil {
		t.Fatalf("%s: %v", response, err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// find skips the test if a program is missing.
func find(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("%s is not installed", program)
	}
	return path
}

// call runs a program that reads the event and prints the response.
func call(t *testing.T, program string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), find(t, program), args...)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(event(t)), t.Output()
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	response, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	check(t, response)
}

func TestNode(t *testing.T) {
	call(t, "node", "-e", `
		const event = JSON.parse(require('fs').readFileSync(0));
		require('./node/index.js').handler(event).then((r) => console.log(JSON.stringify(r)));`)
}

func TestPython(t *testing.T) {
	call(t, "python3", "-c", `
import json, sys
sys.path.insert(0, "python")
import index
print(json.dumps(index.handler(json.loads(sys.stdin.buffer.read()), None)))`)
}

// TestShell runs the bootstrap against a Runtime API of two invocations.
func TestShell(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not start a file because of its #! line")
	}
	find(t, "curl")
	find(t, "awk")
	shell := find(t, "sh")
	var responses [][]byte
	invocations := 0
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := strings.TrimPrefix(r.URL.Path, "/2018-06-01/runtime/invocation/"); {
		case path == "next" && invocations < 2:
			invocations++
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", fmt.Sprint("request-", invocations))
			w.Write(event(t))
		case path == "next":
			w.WriteHeader(http.StatusGone) // it ends
		case path == fmt.Sprintf("request-%d/response", invocations):
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			responses = append(responses, body)
			w.WriteHeader(http.StatusAccepted)
		default:
			t.Errorf("unexpected: %s %s", r.Method, r.URL)
		}
	}))
	defer api.Close()
	cmd := exec.CommandContext(t.Context(), shell, "shell/bootstrap")
	cmd.Env = append(os.Environ(), "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(api.URL, "http://"))
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	if err := cmd.Run(); err == nil || cmd.ProcessState.ExitCode() != 1 {
		t.Errorf("the bootstrap ended with %v, want exit status 1", err)
	}
	if len(responses) != 2 {
		t.Fatalf("got %d responses, want 2", len(responses))
	}
	for _, r := range responses {
		check(t, r)
	}
}
