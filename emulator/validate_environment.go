package emulator

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// variableName is that of the API model: at least two characters, a letter
// first.
var variableName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]+$`)

// environment checks a function's variables against the platform's rules.
func (v *validation) environment(path string, env map[string]string) {
	p, size := &v.profile.Function, int64(0)
	for _, name := range slices.Sorted(maps.Keys(env)) {
		at, value := Path(path, name), env[name]
		size += int64(len(name) + len(value))
		switch {
		case slices.Contains(p.ReservedVariables, name):
			v.addKey(at, name, fmt.Sprintf("%s is reserved: only the platform sets it", name), "")
		case !variableName.MatchString(name):
			v.addKey(at, name, fmt.Sprintf("%q is not a name for an environment variable on AWS", name),
				"at least two letters, digits and underscores, a letter first")
		}
		v.value(at, value, referencesOfFunctions)
	}
	if size > p.EnvironmentBytesMax {
		v.add(path, "", fmt.Sprintf("%d bytes of names and values are over the limit of %d", size, p.EnvironmentBytesMax), "")
	}
}

// value checks the value of a variable: what the system cannot pass on, and
// references that do not exist, or to variables that are not set.
func (v *validation) value(path, value string, allowed []string) {
	if strings.ContainsRune(value, 0) {
		v.add(path, value, "the value has a NUL character in it", "")
	}
	if message, advice := badReferences(value, allowed); message != "" {
		v.add(path, value, message, advice)
	}
}
