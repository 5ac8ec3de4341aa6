package platform

import (
	"testing"

	"pgregory.net/rapid"
)

// TestOpenInvocations compares with a map, with numbers that want the same places.
func TestOpenInvocations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, want := openInvocations{rest: map[InvocationID]*batch{}}, map[InvocationID]*batch{}
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			id := InvocationID(rapid.IntRange(1, 3).Draw(t, "place") + ringSize*rapid.IntRange(0, 3).Draw(t, "round"))
			switch b := want[id]; {
			case b == nil:
				b = &batch{invocation: id}
				want[id] = b
				o.put(b)
			case rapid.Bool().Draw(t, "again"):
				o.put(b)
			default:
				delete(want, id)
				o.remove(b)
				o.remove(b)
			}
			for place := range 4 {
				for round := range 4 {
					id := InvocationID(place + ringSize*round)
					if got := o.get(id); got != want[id] {
						t.Fatalf("%d: got %v, want %v", id, got, want[id])
					}
				}
			}
			n := 0
			o.all(func(b *batch) { n++ })
			if n != len(want) {
				t.Fatalf("%d are open, want %d", n, len(want))
			}
		}
	})
}

// all calls f with each, in no order.
func (o *openInvocations) all(f func(*batch)) {
	for _, b := range o.ring {
		if b != nil {
			f(b)
		}
	}
	for _, b := range o.rest {
		f(b)
	}
}
