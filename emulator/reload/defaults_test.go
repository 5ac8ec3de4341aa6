package reload

import "testing"

// Maven's plugins write beside pom.xml while they build: watched, each build led to another.
func TestWhatBuildsLeaveIsNoSource(t *testing.T) {
	for name, want := range map[string]bool{
		"dependency-reduced-pom.xml": true, ".flattened-pom.xml": true, "__pycache__": true, "app.tsbuildinfo": true,
		"pom.xml": false, "vendor": false, "target.go": false,
	} {
		if got := bulk.has(name); got != want {
			t.Errorf("%s is left out: %v, want %v", name, got, want)
		}
	}
}
