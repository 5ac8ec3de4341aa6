package emulator

import (
	"path/filepath"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/reload"
)

func TestPatternsOfTheProjectWithinAFolder(t *testing.T) {
	for _, c := range []struct{ pattern, rel, want string }{
		{"*.sql", "functions/ship", "*.sql"},
		{"generated/", "functions/ship", "generated/"},
		{"functions/ship/gen", "functions/ship", "/gen"},
		{"/functions/*/gen/*.go", "functions/ship", "/gen/*.go"},
		{"functions/ship", "functions/ship", "**"},
		{"functions/", "functions/ship", "functions/"},
		{"/functions/", "functions/ship", "**"},
		{"**/gen/x", "functions/ship", "**/gen/x"},
		{"functions/**/gen", "functions/ship", "**/gen"},
		{"shared/**", "functions/ship", "../../shared/**"},
		{"functions/shared/**", "functions/ship", "../shared/**"},
		{"!functions/ship/keep.log", "functions/ship", "!/keep.log"},
		{"shared/x.go", ".", "shared/x.go"},
	} {
		if got := relativePattern(c.pattern, c.rel); got != c.want {
			t.Errorf("%q within %q: got %q, want %q", c.pattern, c.rel, got, c.want)
		}
	}
}

func TestWhatIsExcludedCountsInSharedPackagesToo(t *testing.T) {
	project := t.TempDir()
	for _, c := range []struct {
		all, own string
		want     bool
	}{
		{"*.gen.go", "", true},
		{"shared/*.gen.go", "", true},
		{"/shared/**", "", true},
		{"**/words.gen.go", "", true},
		{"ship/*.gen.go", "", false},
		{"", "*.gen.go", true},
		{"", "../shared/*.gen.go", true},
		{"", "/words.gen.go", false},
	} {
		var all, own []string
		if c.all != "" {
			all = []string{c.all}
		} else {
			own = []string{c.own}
		}
		dir := filepath.Join(project, "shared")
		excludes, err := reload.Excluded(reload.Root{Dir: dir, Exclude: excludedIn(dir, project, all, filepath.Join(project, "ship"), own)})
		if err != nil {
			t.Fatal(err)
		}
		if got := excludes("words.gen.go", false); got != c.want || excludes("words.go", false) != (c.all == "/shared/**") || !excludes("words_test.go", false) {
			t.Errorf("%q of the project, %q of the function: got %v, want %v", c.all, c.own, got, c.want)
		}
	}
}
