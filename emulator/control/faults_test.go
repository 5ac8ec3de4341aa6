package control

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"
)

// faultTarget has one fault, refuses others by the name of their kind, and removes what
// is a number.
type faultTarget struct{}

func (faultTarget) Faults(context.Context) (any, error) { return []string{"slow"}, nil }

func (faultTarget) AddFault(_ context.Context, fault []byte) (any, error) {
	var f struct{ Kind string }
	if err := json.Unmarshal(fault, &f); err != nil {
		return nil, err
	}
	if f.Kind != "slow" {
		return nil, &refusal{Text: "no " + f.Kind, Advice: "there is slow"}
	}
	return f.Kind, nil
}

func (faultTarget) RemoveFaults(ctx context.Context, ids []string) (any, error) {
	return (&target{}).Reload(ctx, ids)
}

func (faultTarget) Kill(ctx context.Context, environments []string) (any, error) {
	return (&target{}).Reload(ctx, environments)
}

func (faultTarget) Recycle(ctx context.Context, functions []string) (any, error) {
	return (&target{}).Reload(ctx, functions)
}

func TestFaultsAreListedAddedAndRemoved(t *testing.T) {
	dir := shortDir(t)
	serve(t, dir, newTarget())
	c := NewClient(find(t, dir))
	defer c.Close()
	var all, removed []string
	if err := c.Faults(t.Context(), &all); err != nil || !slices.Equal(all, []string{"slow"}) {
		t.Errorf("got %v, %v, want slow", all, err)
	}
	added := ""
	if err := c.AddFault(t.Context(), map[string]any{"kind": "slow"}, &added); err != nil || added != "slow" {
		t.Errorf("got %q, %v, want slow", added, err)
	}
	err := c.AddFault(t.Context(), map[string]any{"kind": "fast"}, &added)
	if r, ok := errors.AsType[*refusal](err); !ok || r.Error() != "no fast" || r.Hint() != "there is slow" {
		t.Errorf("got %v, want what is refused with its hint", err)
	}
	if err := c.AddFault(t.Context(), "slow", &added); err == nil {
		t.Error("what is no fault is none that is refused")
	}
	err = c.RemoveFaults(t.Context(), []string{"1", "2?"}, &removed)
	if !slices.Equal(removed, []string{"1"}) || err == nil || err.Error() != "no 2?" {
		t.Errorf("got %v, %v, want 1, and 2? refused", removed, err)
	}
	if err := c.RemoveFaults(t.Context(), nil, &removed); err != nil || len(removed) != 0 {
		t.Errorf("got %v, %v for no numbers", removed, err)
	}
}
