package store

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestIndexEqualsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var x index
		want := map[string]int32{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			name := "n" + strconv.Itoa(rapid.IntRange(0, 20).Draw(t, "name"))
			if i, ok := want[name]; ok != (x.find(name) >= 0) || ok && x.find(name) != i {
				t.Fatalf("%s: got %d, want %d, %v", name, x.find(name), i, ok)
			}
			if _, ok := want[name]; !ok {
				held := x.clone()
				want[name] = int32(len(want))
				x.add(name)
				if held.find(name) >= 0 {
					t.Fatalf("a clone has got %s with what it was made of", name)
				}
			}
		}
	})
}
