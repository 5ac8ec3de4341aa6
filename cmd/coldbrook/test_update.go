package main

import (
	"regexp"
	"strings"

	"github.com/coldbrook-dev/coldbrook/cases"
)

// updateMost is how many cases a hint names.
const updateMost = 5

// updateHint is the command that writes the goldens of the cases anew that differ from theirs,
// "" if none does.
func updateHint(dir string, all []*cases.Result) string {
	var names []string
	for _, r := range all {
		for i := range r.Problems {
			if len(r.Problems[i].Differences) > 0 {
				names = append(names, regexp.QuoteMeta(r.Name))
				break
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	command := "coldbrook test"
	if dir != "." {
		command += " " + dir
	}
	if len(names) <= updateMost && len(names) < len(all) {
		command += " --run '^(" + strings.Join(names, "|") + ")$'"
	}
	return "if what came out is right, " + command + " --update makes it the golden"
}
