package profile

import (
	"slices"
	"testing"
	"time"
)

func TestFirstCallIsThatOfTheNextMeasuredMemory(t *testing.T) {
	for _, c := range []struct {
		runtime, architecture string
		megabytes             int64
		want                  time.Duration
	}{
		{"dotnet8", "x86_64", 128, 720 * time.Millisecond},
		{"dotnet8", "x86_64", 129, 358 * time.Millisecond},
		{"dotnet8", "x86_64", 512, 165 * time.Millisecond},
		{"dotnet8", "x86_64", 1024, 75 * time.Millisecond},
		{"dotnet8", "x86_64", 1025, 0},
		{"dotnet8", "arm64", 128, 0},
		{"nodejs22.x", "x86_64", 128, 12500 * time.Microsecond},
		{"nodejs22.x", "x86_64", 256, 0},
		{"java11", "x86_64", 128, 0},
		{"", "x86_64", 128, 0},
	} {
		if got := FirstCall(c.runtime, c.architecture, c.megabytes*mebibyte); got != c.want {
			t.Errorf("%s %s with %d MB: got %v, want %v", c.runtime, c.architecture, c.megabytes, got, c.want)
		}
	}
}

// More memory is never slower, and every runtime is one of the profile.
func TestFirstCallsFallWithMemory(t *testing.T) {
	p, _ := Lookup("aws")
	for _, row := range firstCalls {
		if !slices.Contains(p.Function.Runtimes, row.runtime) {
			t.Errorf("%s is no runtime of the profile", row.runtime)
		}
		for i := 1; i < len(row.points); i++ {
			if a, b := row.points[i-1], row.points[i]; a.megabytes >= b.megabytes || a.tenths < b.tenths {
				t.Errorf("%s: %v before %v", row.runtime, a, b)
			}
		}
	}
}
