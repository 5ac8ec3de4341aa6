package cases

import "testing"

func TestInCommonSumsUpManyDifferences(t *testing.T) {
	at := func(paths ...string) Difference {
		d := Difference{Kind: changed}
		for _, p := range paths {
			d.Paths = append(d.Paths, PathDifference{p, "1", "2"})
		}
		return d
	}
	for _, c := range []struct {
		all  []Difference
		want string
	}{
		{[]Difference{at("a"), at("a")}, ""},
		{[]Difference{at(), at(), at()}, ""},
		{[]Difference{at("a"), at("b", "a"), at()}, ": 2 times at a, 1 times at b"},
		{[]Difference{at("a", "b", "c", "d", "e"), at("e"), at("e")}, ": 3 times at e, 1 times at a, 1 times at b, and at 2 other places"},
		{[]Difference{at("a"), at("a"), {Kind: changed, Paths: []PathDifference{{Path: "and 2 more places"}}}}, ": 2 times at a"},
	} {
		if got := inCommon(c.all); got != c.want {
			t.Errorf("%v: got %q, want %q", c.all, got, c.want)
		}
	}
}
