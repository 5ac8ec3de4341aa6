package control

import (
	"errors"
	"slices"
	"testing"
)

// TestSet: what was changed comes back, and what is refused does with its hints.
func TestSet(t *testing.T) {
	dir := shortDir(t)
	serve(t, dir, newTarget())
	c := NewClient(find(t, dir))
	defer c.Close()
	var got []string
	if err := c.Set(t.Context(), []string{"a=1", "b=2"}, &got); err != nil || !slices.Equal(got, []string{"a=1", "b=2"}) {
		t.Errorf("got %v, %v", got, err)
	}
	err := c.Set(t.Context(), []string{"a=1", "b?", "c?"}, &got)
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || len(joined.Unwrap()) != 2 {
		t.Fatalf("got %v, want two errors", err)
	}
	for i, want := range []string{"no b?", "no c?"} {
		r, ok := errors.AsType[*refusal](joined.Unwrap()[i])
		if !ok || r.Error() != want || r.Hint() != "leave it" {
			t.Errorf("error %d: got %v, want %s with its hint", i, joined.Unwrap()[i], want)
		}
	}
}
