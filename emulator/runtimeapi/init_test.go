package runtimeapi

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
)

func TestInitFailures(t *testing.T) {
	notAProgram := filepath.Join(t.TempDir(), "bootstrap")
	os.WriteFile(notAProgram, []byte("\x7fELF but not really"), 0o700)
	t.Run("exit at start", func(t *testing.T) {
		c := goConfig(t)
		c.Env = []string{"EXIT_AT_START=1"}
		_, err := tryLaunch(t, c, &transcript{})
		failure := wantInitFailure(t, err, "Runtime.ExitError", " Error: Runtime exited with error: exit status 3")
		if !strings.Contains(failure.Hint, "no database") {
			t.Errorf("got hint %q, want what it printed", failure.Hint)
		}
	})
	t.Run("not a program", func(t *testing.T) {
		skipOnWindows(t)
		c := goConfig(t)
		c.Binary = notAProgram
		_, err := tryLaunch(t, c, &transcript{})
		wantInitFailure(t, err, "Runtime.InvalidEntrypoint", "Error: fork/exec "+notAProgram+": exec format error")
	})
	t.Run("never asks", func(t *testing.T) {
		need(t, "sleep")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 200*time.Millisecond, function.ErrTimeout)
		defer cancel()
		l := launcher(t, Config{FunctionName: "ship", Runtime: "provided.al2023", Code: "testdata", Command: []string{"sleep", "1000"}})
		_, err := l.Launch(ctx, function.Spec{})
		wantInitFailure(t, err, "Sandbox.Timedout", "did not ask for its first invocation within 0.2")
	})
	t.Run("stopped", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := launcher(t, goConfig(t)).Launch(ctx, function.Spec{})
		wantInitFailure(t, err, "Runtime.Unknown", "stopped before")
	})
	for _, test := range []struct{ handler, errorType, message string }{
		{"broken.handler", "Runtime.UserCodeSyntaxError", "SyntaxError: Unexpected end of input (broken.js:"},
		{"brokenmodule.handler", "Runtime.UserCodeSyntaxError", "SyntaxError: missing ) after argument list (brokenmodule.mjs:2:"},
		{"missing.handler", "Runtime.ImportModuleError", "Error: Cannot find module 'no-such-package'"},
		{"index.none", "Runtime.HandlerNotFound", "index.none is undefined or not exported"},
		{"index.text", "Runtime.HandlerNotFound", "index.text is not a function"},
		{"throws.handler", "TypeError", "no database"},
	} {
		t.Run("node "+test.handler, func(t *testing.T) {
			_, err := tryLaunch(t, nodeConfig(t, test.handler), &transcript{})
			wantInitFailure(t, err, test.errorType, test.message)
		})
	}
	for _, test := range []struct{ handler, errorType, message string }{
		{"broken.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'broken'"},
		{"missing.handler", "Runtime.ImportModuleError", "Unable to import module 'missing': No module named 'no_such_package'"},
		{"app.none", "Runtime.HandlerNotFound", "Handler 'none' missing on module 'app'"},
		{"throws.handler", "ValueError", "no database"},
	} {
		t.Run("python "+test.handler, func(t *testing.T) {
			_, err := tryLaunch(t, pythonConfig(t, test.handler), &transcript{})
			wantInitFailure(t, err, test.errorType, test.message)
		})
	}
}

func TestNothingRemainsAfterAFailedInit(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	c := goConfig(t)
	c.Env = []string{"EXIT_AT_START=1"}
	if _, err := tryLaunch(t, c, &transcript{}); err == nil {
		t.Fatal("got nil, want an init failure")
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("got %v, %v, want an empty folder", left, err)
	}
}

func TestAStartHasAHint(t *testing.T) {
	for err, want := range map[error]string{syscall.EMFILE: "ulimit -n", syscall.ENOEXEC: "must be a program"} {
		if got := startHint(fmt.Errorf("start: %w", os.NewSyscallError("pipe2", err))); !strings.Contains(got, want) {
			t.Errorf("%v: got hint %q, want %q", err, got, want)
		}
	}
}
