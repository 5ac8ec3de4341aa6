package profile

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestBackoffDoublesUpToItsMaximum(t *testing.T) {
	s := int64(time.Second)
	for _, c := range []struct {
		b    Backoff
		n    int32
		want int64
	}{
		{Backoff{s, 60 * s}, 1, s},
		{Backoff{s, 60 * s}, 2, 2 * s},
		{Backoff{s, 60 * s}, 6, 32 * s},
		{Backoff{s, 60 * s}, 7, 60 * s},
		{Backoff{s, 60 * s}, math.MaxInt32, 60 * s},
		{Backoff{s, s}, 9, s},
		{Backoff{0, 60 * s}, math.MaxInt32, 0}, // returns at once, too
		{Backoff{}, 3, 0},
	} {
		if got := c.b.Delay(c.n); got != c.want {
			t.Errorf("%v.Delay(%d): got %v, want %v", c.b, c.n, time.Duration(got), time.Duration(c.want))
		}
	}
}

func TestLookup(t *testing.T) {
	for _, name := range Names() {
		p, ok := Lookup(name)
		if !ok || p.Name != name || p.Date == "" || p.Title == "" || len(p.Sources) == 0 {
			t.Errorf("profile %q: got %+v, %v", name, p, ok)
		}
		if got, want := p.Kafka.ErrorControls, strings.HasSuffix(name, "provisioned"); got != want {
			t.Errorf("profile %q: error controls: got %v, want %v", name, got, want)
		}
	}
	if p, ok := Lookup("azure"); ok {
		t.Errorf("profile azure: got %+v, want none", p)
	}
}

func TestLookupGivesACopy(t *testing.T) {
	first, _ := Lookup("aws")
	first.Function.Runtimes[0], first.Function.Placement.Value[0] = "changed", -1
	first.Function.ReservedVariables[0], first.Sources[0] = "changed", "changed"
	ColdStart("nodejs24.x", "arm64").Value[0] = -1
	again, _ := Lookup("aws")
	if again.Function.Runtimes[0] == "changed" || again.Function.Placement.Value[0] < 0 ||
		again.Function.ReservedVariables[0] == "changed" || again.Sources[0] == "changed" ||
		ColdStart("nodejs24.x", "arm64").Value[0] < 0 {
		t.Error("a change of what Lookup and ColdStart returned is seen by the next caller")
	}
}

func TestEveryRuntimeHasColdStarts(t *testing.T) {
	p, _ := Lookup("aws")
	for _, want := range []string{"nodejs24.x", "python3.13", "provided.al2023", "java21", "dotnet8", "ruby3.4"} {
		if !slices.Contains(p.Function.Runtimes, want) {
			t.Errorf("runtimes: got %v, want %q among them", p.Function.Runtimes, want)
		}
	}
	if n := len(slices.Compact(slices.Sorted(slices.Values(p.Function.Runtimes)))); n != len(p.Function.Runtimes) {
		t.Errorf("runtimes: got %v, some are there twice", p.Function.Runtimes)
	}
	for _, r := range p.Function.Runtimes {
		for _, a := range p.Function.Architectures {
			q := ColdStart(r, a)
			if q == nil {
				t.Errorf("no cold starts of %s on %s", r, a)
				continue
			}
			if !slices.IsSorted(q.P) || !slices.IsSorted(q.Value) || len(q.P) != len(q.Value) || q.Value[0] <= 0 {
				t.Errorf("cold starts of %s on %s: not a table: %v", r, a, q)
			}
		}
	}
	for _, c := range [][2]string{{"cobol", "x86_64"}, {"nodejs24.x", "riscv"}, {"", ""}} {
		if q := ColdStart(c[0], c[1]); q != nil {
			t.Errorf("cold starts of %q on %q: got %v, want none", c[0], c[1], q)
		}
	}
}
