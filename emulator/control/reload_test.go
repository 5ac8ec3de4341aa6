package control

import (
	"errors"
	"slices"
	"testing"
)

func TestOrdersAreCarriedOutInPart(t *testing.T) {
	dir := shortDir(t)
	serve(t, dir, newTarget())
	c := NewClient(find(t, dir))
	defer c.Close()
	for name, order := range map[string]func([]string, any) error{
		"reload":  func(names []string, done any) error { return c.Reload(t.Context(), names, done) },
		"kill":    func(names []string, done any) error { return c.Kill(t.Context(), names, done) },
		"recycle": func(names []string, done any) error { return c.Recycle(t.Context(), names, done) },
		"release": func(names []string, done any) error { return c.Release(t.Context(), names, done) },
	} {
		var done []string
		if err := order([]string{"a", "b"}, &done); err != nil || !slices.Equal(done, []string{"a", "b"}) {
			t.Errorf("%s: got %v, %v, want a and b", name, done, err)
		}
		done = nil
		err := order([]string{"a", "b?", "c?"}, &done)
		if !slices.Equal(done, []string{"a"}) || err == nil || err.Error() != "no b?\nno c?" {
			t.Errorf("%s: got %v, %v, want a, and b? and c? refused", name, done, err)
		}
		if r, ok := errors.AsType[*refusal](err); !ok || r.Hint() != "leave it" {
			t.Errorf("%s: got %v without its hint", name, err)
		}
		if err := order(nil, &done); err != nil || len(done) != 0 {
			t.Errorf("%s: got %v, %v for no names", name, done, err)
		}
	}
}
