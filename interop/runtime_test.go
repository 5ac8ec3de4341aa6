package interop

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/twmb/franz-go/pkg/kgo"
)

// installMax is how long a test waits for a registry or a build.
const installMax = 40 * time.Second

// serves starts a handler by its command, and demands that it answers one batch
// from Kafka and one invocation. To a Kafka event the handler answers with an
// array of the value of each record, and to anything else with what it got.
func serves(t *testing.T, runtime, code string, command ...string) {
	t.Helper()
	e, err := emulator.Start(t.Context(), emulator.Config{
		Kafka:  emulator.Kafka{Port: new(0)},
		Topics: []emulator.Topic{{Name: "orders", Partitions: 1}, {Name: "accepted", Partitions: 1}},
		Functions: []emulator.Function{{
			Name: "accept", Runtime: runtime, Code: code, Handler: "index.handler", Command: command, Output: "accepted",
			Timeout: 10 * time.Second, ColdStart: &emulator.ColdStart{Off: true},
			Events: []emulator.Event{{Topic: "orders", BatchSize: 2, BatchWindow: new(2 * time.Second)}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- e.Run(context.Background()) }()
	t.Cleanup(func() {
		e.Stop("the test is over")
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), installMax)
	defer cancel()
	batch(ctx, t, e.KafkaAddr())
	invocation(ctx, t, "http://"+e.InvokeAddr())
}

// batch produces two records, and reads what the handler made of them.
func batch(ctx context.Context, t *testing.T, address string) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(address), kgo.ConsumeTopics("accepted"),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for _, value := range []string{`"one"`, `"two"`} {
		if err := client.ProduceSync(ctx, &kgo.Record{Topic: "orders", Value: []byte(value)}).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for len(got) < 2 && ctx.Err() == nil {
		client.PollFetches(ctx).EachRecord(func(r *kgo.Record) { got = append(got, string(r.Value)) })
	}
	if s := strings.Join(got, " "); s != "one two" {
		t.Errorf("the handler made %s of its batch", s)
	}
}

// invocation invokes the handler from outside.
func invocation(ctx context.Context, t *testing.T, endpoint string) {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint+"/2015-03-31/functions/accept/invocations", strings.NewReader(`{"id":1}`))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if got := strings.ReplaceAll(string(body), " ", ""); err != nil || response.StatusCode != http.StatusOK || response.Header.Get("X-Amz-Function-Error") != "" || got != `{"id":1}` {
		t.Errorf("got %s, %s, %v", response.Status, body, err)
	}
}

// install runs a command that needs a network, and skips the test where it fails.
func install(t *testing.T, what, dir, name string, args ...string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("no %s: %s cannot be installed", name, what)
	}
	ctx, cancel := context.WithTimeout(t.Context(), installMax)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.WaitDelay = dir, time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		if len(out) > 300 {
			out = out[len(out)-300:]
		}
		t.Skipf("%s cannot be installed, in %s: %v\n%s", what, installMax, err, out)
	}
}

// handlers copies the handlers of a language to a folder of the test.
func handlers(t *testing.T, language string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", language))); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestOfficialGoClient(t *testing.T) {
	dir := t.TempDir()
	bootstrap := filepath.Join(dir, "bootstrap.exe")
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", bootstrap, "./gohandler")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	serves(t, "provided.al2023", dir, bootstrap)
}

func TestOfficialPythonClient(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 found")
	}
	dir, venv := handlers(t, "pyhandler"), filepath.Join(t.TempDir(), "venv")
	install(t, "a venv", dir, python, "-m", "venv", venv)
	python = filepath.Join(venv, "bin", "python3")
	install(t, "awslambdaric", dir, python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "awslambdaric")
	serves(t, "python3.13", dir, python, "-m", "awslambdaric", "index.handler")
}

func TestOfficialNodeClient(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node found")
	}
	dir := handlers(t, "nodehandler")
	install(t, "aws-lambda-ric", dir, "npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "aws-lambda-ric")
	client, err := filepath.Glob(filepath.Join(dir, "node_modules", "aws-lambda-ric", "bin", "index.*js"))
	if err != nil || len(client) == 0 {
		t.Skip("aws-lambda-ric has no bin/index.js or index.mjs")
	}
	serves(t, "nodejs24.x", dir, node, client[0], "index.handler")
}
