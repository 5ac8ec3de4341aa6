package plan

import (
	"slices"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// Runtime is the emulator's runtime for the name of one that a file gives: itself, or where
// the platform has it no more, the oldest of the same language that is not older, else the
// newest. It is "" for what is no runtime.
func Runtime(name string) string {
	known := emulator.Runtimes("")
	if slices.Contains(known, name) {
		return name
	}
	language, wanted := cutVersion(name)
	switch language {
	case "go", "provided":
		return "provided.al2023"
	case "dotnetcore":
		language = "dotnet"
	}
	var nearest string
	var at [2]int
	for _, candidate := range known {
		of, version := cutVersion(candidate)
		if of != language {
			continue
		}
		old, newer := slices.Compare(at[:], wanted[:]) < 0, slices.Compare(version[:], at[:]) > 0
		fits := slices.Compare(version[:], wanted[:]) >= 0
		if nearest == "" || old && newer || fits && !newer {
			nearest, at = candidate, version
		}
	}
	return nearest
}

// cutVersion splits nodejs18.x into nodejs and 18, python3.9 into python and 3, 9.
func cutVersion(name string) (language string, version [2]int) {
	end := strings.IndexAny(name, "0123456789.")
	if end < 0 {
		return name, version
	}
	for i, part := range strings.SplitN(name[end:], ".", 3) {
		if n, err := strconv.Atoi(part); err == nil && i < len(version) {
			version[i] = n
		}
	}
	return name[:end], version
}
