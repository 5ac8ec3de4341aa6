package control

import (
	"strings"
	"testing"
)

// unordered is a target that checks no order.
type unordered struct{ *target }

func (unordered) Order() any { return nil }

func TestOrder(t *testing.T) {
	for _, checks := range []bool{true, false} {
		dir, own := shortDir(t), newTarget()
		var of Target = own
		if !checks {
			of = unordered{own}
		}
		serve(t, dir, of)
		c := NewClient(find(t, dir))
		defer c.Close()
		var report struct{ Domain string }
		err := c.Order(t.Context(), &report)
		if checks && (err != nil || report.Domain != "key") {
			t.Errorf("got %+v, %v", report, err)
		}
		if !checks && (err == nil || !strings.Contains(err.Error(), "does not check order")) {
			t.Errorf("got error %v", err)
		}
	}
}
