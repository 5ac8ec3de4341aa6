package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// childEnv makes the test binary an instance of the folder it names.
const childEnv = "COLDBROOK_CONTROL_TEST_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		s, err := Listen(dir)
		if err == nil {
			err = s.Serve(&target{}, Addresses{Kafka: "127.0.0.1:9092"}, "child")
		}
		if err != nil {
			os.Stderr.WriteString(err.Error())
			os.Exit(1)
		}
		os.Stdout.WriteString("ready\n")
		select {}
	}
	os.Exit(m.Run())
}

// target is an instance that ends when it is told to.
type target struct {
	faultTarget
	readyTarget
	stopped chan string
	aborted chan struct{}
	undone  bool
}

func (t *target) Settings() any { return map[string]any{"file": "coldbrook.yaml"} }

// Undo has one thing to take back.
func (t *target) Undo(context.Context) (any, error) {
	if t.undone {
		return nil, errors.New("nothing to undo")
	}
	t.undone = true
	return []string{"a=1"}, nil
}

func (t *target) Status() any        { return map[string]any{"profile": "aws", "seed": 42} }
func (t *target) Stop(reason string) { t.stopped <- reason }
func (t *target) Abort()             { close(t.aborted) }

// Set refuses what ends with a question mark.
func (t *target) Set(_ context.Context, assignments []string) (any, error) {
	var errs []error
	for _, a := range assignments {
		if strings.HasSuffix(a, "?") {
			errs = append(errs, &refusal{Text: "no " + a, Advice: "leave it"})
		}
	}
	return assignments, errors.Join(errs...)
}

// Reload refuses what ends with a question mark and does the rest.
func (t *target) Reload(_ context.Context, names []string) (any, error) {
	done, errs := []string{}, []error(nil)
	for _, n := range names {
		if strings.HasSuffix(n, "?") {
			errs = append(errs, &refusal{Text: "no " + n, Advice: "leave it"})
		} else {
			done = append(done, n)
		}
	}
	return done, errors.Join(errs...)
}

func (t *target) Release(ctx context.Context, functions []string) (any, error) {
	return t.Reload(ctx, functions)
}

// Order is a report, unless it was stopped.
func (t *target) Pause(context.Context) (any, error)  { return "stands", nil }
func (t *target) Resume(context.Context) (any, error) { return "goes on", nil }

func (t *target) Step(_ context.Context, steps int) (any, error) {
	if steps > 2 {
		return []int{1, 2}, &refusal{Text: "no more", Advice: "leave it"}
	}
	return make([]int, steps), nil
}

func (t *target) Order() any { return map[string]any{"domain": "key"} }

// Journal writes a beginning, and when it follows the end that Stop asks for.
func (t *target) Journal(ctx context.Context, w io.Writer, flush func(), follow bool) error {
	io.WriteString(w, "entries")
	if !follow {
		return nil
	}
	flush()
	select {
	case reason := <-t.stopped:
		io.WriteString(w, " "+reason)
	case <-ctx.Done():
	}
	return nil
}

func newTarget() *target {
	return &target{stopped: make(chan string, 1), aborted: make(chan struct{})}
}

// serve starts an instance in dir that ends with the test.
func serve(t *testing.T, dir string, target Target) *Server {
	t.Helper()
	s, err := Listen(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if err := s.Serve(target, Addresses{Kafka: "127.0.0.1:9092", Invoke: "127.0.0.1:9001"}, "v1.2.3"); err != nil {
		t.Fatal(err)
	}
	return s
}

func find(t *testing.T, dir string) *Instance {
	t.Helper()
	i, err := Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// shortDir is a folder with a path that is short enough for a socket.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "cb")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func TestInstanceIsFoundFromBelow(t *testing.T) {
	dir := shortDir(t)
	serve(t, dir, newTarget())
	below := filepath.Join(dir, "a", "b")
	if err := os.MkdirAll(below, 0o700); err != nil {
		t.Fatal(err)
	}
	i := find(t, below)
	if i.PID != os.Getpid() || i.Kafka != "127.0.0.1:9092" || i.Invoke != "127.0.0.1:9001" || i.Version != "v1.2.3" || time.Since(i.Started) > time.Minute {
		t.Errorf("got %+v", i)
	}
	if named, err := Read(i.Path()); err != nil || named.PID != i.PID || named.Dir() != i.Dir() {
		t.Errorf("Read(%s) = %+v, %v", i.Path(), named, err)
	}
}

func TestOnlyTheUserMayLookOrDrive(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes; the folder of a user is the user's own")
	}
	dir := shortDir(t)
	// A folder that was there before, and open to all.
	if err := os.Mkdir(filepath.Join(dir, Folder), 0o777); err != nil {
		t.Fatal(err)
	}
	serve(t, dir, newTarget())
	i := find(t, dir)
	for path, want := range map[string]os.FileMode{i.Path(): 0o600, filepath.Dir(i.Path()): 0o700, i.Socket: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: got mode %v, %v; want %v", path, info.Mode().Perm(), err, want)
		}
	}
}

func TestNothingFound(t *testing.T) {
	_, err := Find(t.TempDir())
	e, ok := errors.AsType[*NotRunningError](err)
	if !ok || e.PID != 0 || !strings.Contains(e.Hint(), "coldbrook dev") {
		t.Errorf("got %v", err)
	}
}

func TestBrokenDescription(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, Folder, fileName)
	os.Mkdir(filepath.Dir(path), 0o700)
	os.WriteFile(path, []byte(`{"pid": "x`), 0o600)
	_, err := Find(dir)
	if _, notRunning := errors.AsType[*NotRunningError](err); err == nil || notRunning || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v, want an error naming %s", err, path)
	}
}

func TestVerbs(t *testing.T) {
	dir := shortDir(t)
	target := newTarget()
	s := serve(t, dir, target)
	c := NewClient(find(t, dir))
	defer c.Close()

	var status struct {
		Profile string
		Seed    int
	}
	if err := c.Status(t.Context(), &status); err != nil || status.Profile != "aws" || status.Seed != 42 {
		t.Errorf("status: got %+v, %v", status, err)
	}

	stopped := make(chan error)
	go func() { stopped <- c.Stop(t.Context(), "asked by a test", false) }()
	if got := <-target.stopped; got != "asked by a test" {
		t.Errorf("stopped for %q", got)
	}
	select {
	case err := <-stopped:
		t.Fatalf("Stop returned %v before the instance ended", err)
	default:
	}
	s.Close()
	if err := <-stopped; err != nil {
		t.Errorf("Stop: %v", err)
	}
	// When Stop returns, the next instance can start.
	serve(t, dir, newTarget()).Close()
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestStopAtOnce(t *testing.T) {
	dir := shortDir(t)
	target := newTarget()
	s := serve(t, dir, target)
	go func() {
		<-target.aborted
		s.Close()
	}()
	c := NewClient(find(t, dir))
	defer c.Close()
	if err := c.Stop(t.Context(), "", true); err != nil {
		t.Error(err)
	}
}

func TestStopGivesUpWithItsContext(t *testing.T) {
	dir := shortDir(t)
	target := newTarget()
	serve(t, dir, target)
	late := errors.New("no more time")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		<-target.stopped
		cancel(late)
	}()
	c := NewClient(find(t, dir))
	defer c.Close()
	if err := c.Stop(ctx, "", false); !errors.Is(err, late) {
		t.Errorf("got %v, want the cause of the context", err)
	}
	// The same is said where it ends before the order has arrived.
	want := fmt.Sprintf("wait for the end of pid %d: %v", os.Getpid(), late)
	if err := c.Stop(ctx, "", false); err == nil || err.Error() != want || !errors.Is(err, late) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestNoAnswerInTimeNamesTheProcess: "context deadline exceeded" says nothing to a user.
func TestNoAnswerInTimeNamesTheProcess(t *testing.T) {
	dir := shortDir(t)
	serve(t, dir, newTarget())
	c := NewClient(find(t, dir))
	defer c.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	want := fmt.Sprintf("ask for status: pid %d has not answered in time", os.Getpid())
	if err := c.Status(ctx, new(any)); err == nil || err.Error() != want || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestSecondInstanceIsRefused(t *testing.T) {
	dir := shortDir(t)
	first := serve(t, dir, newTarget())
	_, err := Listen(dir)
	e, ok := errors.AsType[*RunningError](err)
	if !ok || e.PID != os.Getpid() {
		t.Fatalf("got %v, want a RunningError that names pid %d", err, os.Getpid())
	}
	find(t, dir) // the first is unharmed
	first.Close()
	first.Close()
	serve(t, dir, newTarget())
}

func TestMissingFolderIsAnError(t *testing.T) {
	if _, err := Listen(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("an instance in a folder that does not exist")
	}
}

// One process after the other, never two, however they meet.
func TestClaimIsExclusive(t *testing.T) {
	dir := shortDir(t)
	var mu sync.Mutex // guards holders
	holders, claims := 0, 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				s, err := Listen(dir)
				if err != nil {
					if _, ok := errors.AsType[*RunningError](err); !ok {
						t.Errorf("Listen: %v", err)
					}
					continue
				}
				mu.Lock()
				if holders++; holders > 1 {
					t.Error("two instances in one folder")
				}
				claims++
				holders--
				mu.Unlock()
				s.Close()
			}
		})
	}
	wg.Wait()
	if claims == 0 {
		t.Error("nobody ever got the folder")
	}
}

func TestKilledInstanceIsRecognised(t *testing.T) {
	dir := shortDir(t)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childEnv+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer child.Process.Kill()
	if _, err := out.Read(make([]byte, 6)); err != nil {
		t.Fatal("the child did not become ready:", err)
	}
	if i := find(t, dir); i.PID != child.Process.Pid || i.Version != "child" {
		t.Errorf("got %+v, want the child's", i)
	}
	_, err = Listen(dir)
	if e, ok := errors.AsType[*RunningError](err); !ok || e.PID != child.Process.Pid {
		t.Errorf("got %v, want a RunningError that names pid %d", err, child.Process.Pid)
	}

	child.Process.Kill()
	child.Wait()
	_, err = Find(dir)
	if e, ok := errors.AsType[*NotRunningError](err); !ok || e.PID != child.Process.Pid {
		t.Errorf("got %v, want a NotRunningError that names pid %d", err, child.Process.Pid)
	}
	s := serve(t, dir, newTarget())
	if i := find(t, dir); i.PID != os.Getpid() {
		t.Errorf("got %+v, want the new instance", i)
	}
	s.Close()
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestLongPath(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows listens on loopback")
	}
	dir := filepath.Join(shortDir(t), strings.Repeat("long", 20), strings.Repeat("path", 20))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	temp := shortDir(t)
	t.Setenv("TMPDIR", temp)
	s := serve(t, dir, newTarget())
	i := find(t, dir)
	if !strings.HasPrefix(i.Socket, temp) {
		t.Errorf("socket is %q, want it below %s", i.Socket, temp)
	}
	if info, err := os.Stat(filepath.Dir(i.Socket)); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("its folder: %v, %v; want mode 0700", info.Mode(), err)
	}
	s.Close()
	if left, _ := os.ReadDir(temp); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestLoopbackWantsItsToken(t *testing.T) {
	dir := filepath.Join(shortDir(t), strings.Repeat("long", 20), strings.Repeat("path", 20))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", dir) // no room for a socket anywhere
	serve(t, dir, newTarget())
	i := find(t, dir)
	if i.Socket != "" || i.Address == "" || i.Token == "" {
		t.Fatalf("got %+v, want a loopback address with a token", i)
	}
	c := NewClient(i)
	defer c.Close()
	var status json.RawMessage
	if err := c.Status(t.Context(), &status); err != nil {
		t.Errorf("with the token: %v", err)
	}
	for _, token := range []string{"", "wrong"} {
		request, _ := http.NewRequest(http.MethodGet, "http://"+i.Address+"/v1/status", nil)
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusUnauthorized {
			t.Errorf("token %q: got %s", token, response.Status)
		}
	}
}

func TestBadOrders(t *testing.T) {
	dir := shortDir(t)
	target := newTarget()
	serve(t, dir, target)
	c := NewClient(find(t, dir))
	defer c.Close()
	if _, err := c.do(t.Context(), http.MethodPost, "stop", []byte("{")); err == nil || !strings.Contains(err.Error(), "400") {
		t.Errorf("stop with half a body: %v", err)
	}
	if _, err := c.do(t.Context(), http.MethodPost, "stop", make([]byte, 1<<17)); err == nil {
		t.Error("stop with a large body was accepted")
	}
	if _, err := c.do(t.Context(), http.MethodGet, "stop", nil); err == nil || !strings.Contains(err.Error(), "405") {
		t.Errorf("GET stop: %v", err)
	}
	if _, err := c.do(t.Context(), http.MethodGet, "nonsense", nil); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("unknown verb: %v", err)
	}
	select {
	case <-target.stopped:
		t.Error("a bad order stopped the instance")
	default:
	}
}
