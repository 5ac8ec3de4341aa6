package emulator

import (
	"path"
	"strings"
)

// relativePattern makes a pattern as in a .gitignore file, relative to a folder, one
// that is relative to the folder below that rel leads to, with slashes.
func relativePattern(pattern, rel string) string {
	negated := strings.HasPrefix(pattern, "!")
	p := strings.TrimPrefix(pattern, "!")
	if rel == "." || !strings.Contains(strings.TrimSuffix(p, "/"), "/") {
		return pattern // one without a slash is about any folder
	}
	parts := strings.Split(strings.TrimPrefix(p, "/"), "/")
	folders := strings.Split(rel, "/")
	for len(folders) > 0 && len(parts) > 0 && parts[0] != "**" {
		if matches, err := path.Match(parts[0], folders[0]); err != nil || !matches {
			break
		}
		parts, folders = parts[1:], folders[1:]
	}
	switch {
	case len(parts) == 0 || len(parts) == 1 && parts[0] == "": // it is about all of the folder
		p = "**"
	case parts[0] == "**":
		p = strings.Join(parts, "/")
	case len(folders) == 0:
		p = "/" + strings.Join(parts, "/")
	default:
		p = strings.Repeat("../", len(folders)) + strings.Join(parts, "/")
	}
	if negated {
		p = "!" + p
	}
	return p
}
