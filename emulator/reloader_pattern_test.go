package emulator

import "testing"

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
