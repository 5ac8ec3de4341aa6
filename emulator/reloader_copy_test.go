package emulator_test

import (
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// TestWhatStartsWithinTheDebounceIsTheOldRevision: from the first event of a save on, the
// revision that serves starts from its copy, and from its folder again if nothing is
// another.
func TestWhatStartsWithinTheDebounceIsTheOldRevision(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not installed")
	}
	text := func(version string) map[string]string {
		return map[string]string{"index.js": "const version = '" + version + "';\n" +
			"exports.handler = async () => [version + (__dirname.includes('.coldbrook') ? ' of the copy' : ' of the folder')];\n"}
	}
	cfg := oneFunction(nil)
	cfg.Dir, cfg.Reload.Watch, cfg.Watch.Debounce = t.TempDir(), true, 2*time.Second
	code := filepath.Join(cfg.Dir, "code")
	writeFiles(t, code, text("one"))
	f := &cfg.Functions[0]
	f.InProcess, f.Runtime, f.Code, f.Handler, f.Timeout = nil, "nodejs24.x", "code", "index.handler", 10*time.Second
	f.KeepAlive = new(time.Duration(0)) // each invocation begins in an environment of its own
	s := start(t, cfg)
	s.run()
	r, invocations := &reloadable{started: s}, 0
	answer := func() string {
		r.handled(t)
		invocations++
		return string(s.read("out", invocations)[invocations-1].Value)
	}
	if got := answer(); got != "one of the folder" {
		t.Errorf("got %q before any save", got)
	}
	writeFiles(t, code, text("one"))
	if got := answer(); got != "one of the copy" {
		t.Errorf("got %q after a save that is not looked at yet", got)
	}
	for begun := time.Now(); answer() != "one of the folder"; { // when it was
		if time.Since(begun) > 30*time.Second {
			t.Fatal("it runs from the copy 30 s after a save that changed nothing")
		}
	}
	writeFiles(t, code, text("two"))
	if got := answer(); got != "one of the copy" {
		t.Errorf("got %q after a save, want the revision that serves", got)
	}
	r.reloaded(2)
	if got := answer(); got != "two of the folder" {
		t.Errorf("got %q after the reload", got)
	}
	warnings := map[string]int{}
	s.await(func(e *journal.Entry) bool {
		if e.Kind == journal.Warning {
			warnings[e.Text]++
		}
		return e.Kind == journal.Reloaded
	})
	for text, n := range warnings {
		if n > 1 {
			t.Errorf("got warning %q %d times, want each once", text, n)
		}
	}
	s.end()
}
