package emulator_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// TestInvokeSaysWhyNothingServesYet: a function that was never built answers with the
// compiler's message, and not when the client gives up.
func TestInvokeSaysWhyNothingServesYet(t *testing.T) {
	t.Parallel()
	var code string
	r := startReloadable(t, "pass", func(c *emulator.Config) {
		c.Reload.Watch = true
		code = filepath.Join(c.Dir, "code")
		writeFiles(t, code, map[string]string{"go.mod": "module example.com/f\n\ngo 1.24\n", "main.go": "package main\n\nfunc main() { undefined() }\n"})
		c.Functions[0].Code, c.Functions[0].Handler = "code", ""
	})
	_, err := r.Invoke(t.Context(), emulator.InvokeRequest{Function: "f"}) // waits for the build
	refused, ok := errors.AsType[*emulator.InvokeError](err)
	if !ok || refused.Status != 502 || !strings.Contains(refused.Message, "has not been built yet") || !strings.Contains(refused.Message, "main.go:3:15") {
		t.Errorf("got %v, want the compiler's message", err)
	}
	writeFiles(t, code, map[string]string{"main.go": answersNothing})
	r.reloaded(2)
	if result, err := r.Invoke(t.Context(), emulator.InvokeRequest{Function: "f"}); err != nil || string(result.Payload) != "[]" {
		t.Errorf("got %s, %v", result.Payload, err)
	}
}

// TestInvokeBeforeTheRunWaits: nothing was attempted yet, so nothing has failed.
func TestInvokeBeforeTheRunWaits(t *testing.T) {
	t.Parallel()
	s := start(t, handlerConfig(t, "pass"))
	ctx, cancel := context.WithCancelCause(t.Context())
	given := errors.New("given up")
	answer := make(chan error, 1)
	go func() {
		_, err := s.Invoke(ctx, emulator.InvokeRequest{Function: "f"})
		answer <- err
	}()
	cancel(given)
	if err := <-answer; !errors.Is(err, given) {
		t.Errorf("got %v", err)
	}
	s.run()
	if _, err := s.Invoke(t.Context(), emulator.InvokeRequest{Function: "f"}); err != nil {
		t.Errorf("got %v", err)
	}
}
