package reload

import "path/filepath"

// Excluded returns what reports whether Exclude of a root names a path, which is relative
// to its Dir. What lies in a folder that is named is not asked for. It returns an error
// that names it if a pattern cannot be one.
func Excluded(root Root) (func(rel string, isFolder bool) bool, error) {
	s, err := readRules(&root)
	if err != nil {
		return nil, err
	}
	return func(rel string, isFolder bool) bool { return s.excluded(filepath.Join(s.dir, rel), isFolder) }, nil
}
