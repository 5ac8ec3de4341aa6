package emulator

import (
	"fmt"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/internal/nearest"
)

// DidYouMean returns the candidate that name is probably a slip of, or "": what nearest.Name
// says, for those who read or write configurations.
func DidYouMean(name string, candidates []string) string { return nearest.Name(name, candidates) }

// choice is the hint for a value that is none of those allowed.
func choice(value string, allowed []string) string {
	if near := DidYouMean(value, allowed); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "there are " + strings.Join(allowed, ", ")
}
