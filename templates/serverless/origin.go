package serverless

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// origin is where a part of the configuration comes from: the place in the file, and its
// key within the function.
type origin struct {
	at  tree.Place
	key string
}

// originOf is that of a part, or of what it is part of.
func (f *file) originOf(path string) (o origin, exact bool) {
	for p := path; p != ""; p = p[:max(strings.LastIndexAny(p, ".["), 0)] {
		if o, ok := f.origins[p]; ok {
			return o, p == path
		}
	}
	return origin{at: f.root.At}, false
}

// forget gives what is known of the elements of a list behind one that is taken away the
// paths that they have then. list ends with its bracket.
func (f *file) forget(list string, gone int) {
	origins := map[string]origin{}
	for path, o := range f.origins {
		if to, stays := moved(path, list, gone); stays {
			origins[to] = o
		}
	}
	comments := map[string]string{}
	for path, text := range f.plan.Comments {
		if to, stays := moved(path, list, gone); stays {
			comments[to] = text
		}
	}
	f.origins, f.plan.Comments = origins, comments
}

// moved is the path of a part when an element of a list has gone; stays is false for a part
// of that one.
func moved(path, list string, gone int) (to string, stays bool) {
	rest, found := strings.CutPrefix(path, list)
	number, below, closed := strings.Cut(rest, "]")
	i, err := strconv.Atoi(number)
	switch {
	case !found || !closed || err != nil || i < gone:
		return path, true
	case i == gone:
		return "", false
	}
	return fmt.Sprintf("%s%d]%s", list, i-1, below), true
}

// taken says what was taken over, once it is known that it stays.
func (f *file) taken() {
	for i := range f.plan.Config.Functions {
		out := &f.plan.Config.Functions[i]
		path := emulator.Path("functions", out.Name)
		o, _ := f.originOf(path)
		f.plan.Add(plan.Taken, o.at, out.Name, "", summary(out), "")
		for j := range out.Events {
			e := &out.Events[j]
			o, _ := f.originOf(fmt.Sprintf("%s.events[%d].kafka", path, j))
			text := "topic " + e.Topic
			if e.BatchSize != 0 {
				text += fmt.Sprintf(", batches of %d", e.BatchSize)
			}
			if e.Group != "" {
				text += ", group " + e.Group
			}
			f.plan.Add(plan.Taken, o.at, out.Name, o.key, text, "")
		}
	}
}
