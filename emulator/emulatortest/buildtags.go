package emulatortest

import (
	"runtime/debug"
	"slices"
	"strings"
)

// synctestsTag is the build tag with which kgo locks with channels, which let
// virtual time pass, in place of mutexes, which do not.
const synctestsTag = "synctests"

// builtWith reports whether the running program was built with tag. The go
// command records that, in test binaries too; where another build system does
// not, the answer is false.
func builtWith(tag string) bool {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return false
	}
	has, _ := hasTag(build, tag)
	return has
}

// hasTag reports whether a program was built with tag according to the record
// of its build, and whether the record says.
func hasTag(build *debug.BuildInfo, tag string) (has, known bool) {
	for _, setting := range build.Settings {
		if setting.Key == "-tags" {
			tags := strings.FieldsFunc(setting.Value, func(r rune) bool { return r == ',' || r == ' ' })
			return slices.Contains(tags, tag), true
		}
	}
	// Without tags there is no such setting; there are others, though, if the
	// go command built the program.
	return false, len(build.Settings) > 0
}

// synctestsNote returns what a test in virtual time says when the program lacks
// kgo's tag, "" when it has it, or when that cannot be known.
func synctestsNote() string {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return noteFor(build)
}

// noteFor is synctestsNote for the record of a build.
func noteFor(build *debug.BuildInfo) string {
	if has, known := hasTag(build, synctestsTag); has || !known {
		return ""
	}
	return "built without the tag " + synctestsTag + ": mutexes of the Kafka client can hold virtual time up. " +
		"Run: go test -tags " + synctestsTag + " (or set GOFLAGS=-tags=" + synctestsTag + ")"
}
