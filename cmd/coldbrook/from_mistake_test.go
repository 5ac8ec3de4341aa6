package main

import (
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// What is wrong from the start is put up with, also on another line; what became wrong is
// an error, until it is mended.
func TestNewMistake(t *testing.T) {
	var o fromOptions
	read := func(wrong ...string) error {
		p := &plan.Plan{}
		p.Add(plan.Dropped, tree.Place{File: "t.yaml", Line: 1}, "F", "VpcConfig", "means nothing", "")
		for i, text := range wrong {
			p.Add(plan.Wrong, tree.Place{File: "t.yaml", Line: 2 + i, Column: 3}, "F", "Handler", text, "")
		}
		return o.newMistake(p)
	}
	for _, c := range []struct {
		wrong []string
		want  string
	}{
		{[]string{"old"}, ""},
		{[]string{"new", "old", "newer"}, "t.yaml:2:3: F Handler: new; and 1 more"},
		{[]string{"new", "old"}, "t.yaml:2:3: F Handler: new"},
		{[]string{"old"}, ""},
		{nil, ""},
		{[]string{"old"}, "t.yaml:2:3: F Handler: old"},
	} {
		got := ""
		if err := read(c.wrong...); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("wrong %s: %q, want %q", strings.Join(c.wrong, ", "), got, c.want)
		}
	}
}
