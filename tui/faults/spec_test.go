package faults

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

func TestSpecsAreReadAsTheyAreWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(faultKinds).Draw(t, "kind").kind
		f := ui.FaultSpec{Kind: kind, Times: rapid.IntRange(0, 1e9).Draw(t, "times")}
		f.Probability = float64(rapid.IntRange(0, 1e6).Draw(t, "millionths")) / 1e6
		f.For = time.Duration(rapid.Int64Range(0, 1e18).Draw(t, "for"))
		if kind != "crash" && kind != "rebalance" {
			f.Delay = time.Duration(rapid.Int64Range(1, 1e18).Draw(t, "delay"))
		}
		f.AfterHandler = kind == "crash" && rapid.Bool().Draw(t, "after")
		words := strings.Fields(formatSpec(&f))
		text := strings.Join(rapid.Permutation(words).Draw(t, "order"), rapid.SampledFrom([]string{" ", "  "}).Draw(t, "gap"))
		if got, mistake := parseSpec(kind, text); mistake != nil || got != f {
			t.Fatalf("%q: got %+v, %v, want %+v", text, got, mistake, f)
		}
	})
}

func FuzzParseSpec(f *testing.F) {
	f.Add("slow", "p=0.05 delay=200ms for=30s times=3")
	f.Add("crash", "after-handler p=NaN")
	f.Fuzz(func(t *testing.T, kind, text string) {
		got, mistake := parseSpec(kind, text)
		if mistake != nil {
			if n := len([]rune(text)); mistake.at < -1 || mistake.at > n || mistake.text == "" {
				t.Errorf("%q: got %+v", text, mistake)
			}
			return
		}
		if again, mistake := parseSpec(kind, formatSpec(&got)); mistake != nil || again != got {
			t.Errorf("%q: got %+v, and then %+v, %v", text, got, again, mistake)
		}
	})
}

func TestMistakesInSpecs(t *testing.T) {
	for _, c := range []struct {
		kind, text, want string
		at               int
	}{
		{"crash", "delay=1s", `"delay=1s": crash takes p=0.05 for=30s times=3 after-handler`, 0},
		{"slow", "p=0.1", "slow needs a delay, such as delay=2s", -1},
		{"slow", "delay=1s p=2", `"p=2": a probability is within 0.000001 and 1`, 9},
		{"slow", "delay=1s p=NaN", `"p=NaN": a probability is within 0.000001 and 1`, 9},
		{"crash", "times=0", `"times=0": it fires once at least, times=1`, 0},
		{"throttle", "for=5", `"for=5": a duration above 0, such as for=30s`, 0},
		{"crash", "p=0.1 p=0.2", "p stands there twice", 6},
		{"crash", "after-handler=yes", `"after-handler=yes": after-handler has no value`, 0},
	} {
		if _, got := parseSpec(c.kind, c.text); got == nil || got.text != c.want || got.at != c.at {
			t.Errorf("%s %q: got %+v, want %q at %d", c.kind, c.text, got, c.want, c.at)
		}
	}
	for kind, text := range firstSpec {
		if _, mistake := parseSpec(kind, text); mistake != nil {
			t.Errorf("what is offered for %s: %v", kind, mistake)
		}
	}
	if got := completeSpec("slow", "p=0.1 d", 7); !slices.Equal(got, []string{"delay=200ms"}) {
		t.Errorf("got %q", got)
	}
	if got := completeSpec("crash", "p=0.1 ", 6); !slices.Equal(got, []string{"for=30s", "times=3", "after-handler"}) {
		t.Errorf("got %q", got)
	}
}
