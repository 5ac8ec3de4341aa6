package control

import (
	"context"
	"testing"
)

// readyTarget waits for one thing.
type readyTarget struct{}

func (readyTarget) Readiness(context.Context) (any, error) {
	return map[string]any{"missing": []string{"a build"}}, nil
}

func TestReadiness(t *testing.T) {
	dir := shortDir(t)
	serve(t, dir, newTarget())
	c := NewClient(find(t, dir))
	defer c.Close()
	var got struct{ Missing []string }
	if err := c.Readiness(t.Context(), &got); err != nil || len(got.Missing) != 1 || got.Missing[0] != "a build" {
		t.Errorf("got %+v, %v", got, err)
	}
}
