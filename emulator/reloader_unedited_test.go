package emulator

import (
	"fmt"
	"testing"
	"time"
)

func TestUneditedIsWhatChangesAllTheTime(t *testing.T) {
	type seen struct {
		after      time.Duration
		files      []string
		isBuilding bool
	}
	times := func(n int, after time.Duration, file func(i int) []string) (all []seen) {
		for i := range n {
			all = append(all, seen{after, file(i), false})
		}
		return all
	}
	one := func(name string) func(int) []string { return func(int) []string { return []string{name} } }
	during := func(n int) (all []seen) {
		for range n {
			all = append(all, seen{time.Minute, []string{"dist/index.js"}, true})
		}
		return all
	}
	for name, c := range map[string]struct {
		seen []seen
		want string
	}{
		"at each event":            {times(20, time.Second, one("data.json")), "data.json"},
		"not yet":                  {times(5, time.Second, one("data.json")), ""},
		"as fast as one can save":  {times(20, 4*time.Second, one("index.js")), ""},
		"by an editor that saves":  {times(20, time.Second, one("src/index.js")), ""},
		"numbered":                 {times(7, time.Second, func(i int) []string { return []string{fmt.Sprintf("out/%d.json", i)} }), "out/*.json"},
		"several files":            {times(7, time.Second, func(i int) []string { return []string{fmt.Sprintf("%c", 'a'+i), "z"} }), "z"},
		"different files":          {times(7, time.Second, func(i int) []string { return []string{fmt.Sprintf("%c.js", 'a'+i)} }), ""},
		"by the build":             {during(3), "dist/index.js"},
		"while it built, perhaps":  {during(2), ""},
		"by the build, said once":  {during(9), "dist/index.js"},
		"at each event, said once": {times(50, time.Second, one("data.json")), "data.json"},
	} {
		var u unedit
		at, got := time.Unix(0, 0), ""
		for _, s := range c.seen {
			at = at.Add(s.after)
			pattern, _ := u.note(s.files, at, s.isBuilding)
			got += pattern
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
