package control

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

// TestPauseAndStep: what was done comes back, also beside what is refused.
func TestPauseAndStep(t *testing.T) {
	dir := shortDir(t)
	serve(t, dir, newTarget())
	c := NewClient(find(t, dir))
	defer c.Close()
	var said string
	if err := c.Pause(t.Context(), &said); err != nil || said != "stands" {
		t.Errorf("pause: got %q, %v", said, err)
	}
	if err := c.Resume(t.Context(), &said); err != nil || said != "goes on" {
		t.Errorf("resume: got %q, %v", said, err)
	}
	var steps []int
	if err := c.Step(t.Context(), 2, &steps); err != nil || len(steps) != 2 {
		t.Errorf("step: got %v, %v", steps, err)
	}
	err := c.Step(t.Context(), 3, &steps)
	if r, ok := errors.AsType[*refusal](err); !ok || r.Hint() != "leave it" || len(steps) != 2 {
		t.Errorf("step: got %v, %v, want what was done and a refusal with its hint", steps, err)
	}
	for body, want := range map[string]string{
		`{"steps": 0}`: "0 is not within 1 and 10000", `{"steps": 10001}`: "10001 is not within", `{`: "400", "": "400",
	} {
		if _, err := c.do(t.Context(), http.MethodPost, "step", []byte(body)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("step %s: got %v, want %q", body, err, want)
		}
	}
}
