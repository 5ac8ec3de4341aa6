package sam

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

const (
	transform = "Fn::Transform"
	forEach   = "Fn::ForEach::"
)

// include evaluates a Fn::Transform: AWS::Include of a local file. There are no other macros.
func (e *evaluator) include(argument *tree.Node) *tree.Node {
	name, location := argument.Get("Name"), e.value(argument.Get("Parameters", "Location"))
	switch {
	case !name.IsScalar():
		return e.wrong(argument.Place(), "Fn::Transform has no Name", "")
	case name.Scalar != "AWS::Include":
		e.say(plan.Dropped, argument.At, fmt.Sprintf("the macro %s runs in the cloud only", name.Scalar), "write out what it makes")
		return e.brokenAt(argument)
	case !location.IsScalar():
		return e.wrong(argument.At, "AWS::Include has no Location", "give the path of a file")
	case strings.Contains(location.Scalar, "://"):
		e.say(plan.Dropped, argument.At, fmt.Sprintf("%s is not fetched", location.Scalar), "give the path of a local file")
		return e.brokenAt(argument)
	}
	path := filepath.FromSlash(location.Scalar)
	if !filepath.IsAbs(path) {
		path = filepath.Join(e.dir, path)
	}
	if _, err := os.Stat(path); err == nil && !e.project.Holds(path) {
		return e.wrong(argument.At, fmt.Sprintf("file %s is not read: it lies outside of the project", location.Scalar), "copy it into the project")
	}
	if !e.enter(argument.At, "file "+location.Scalar) {
		return e.brokenAt(argument)
	}
	defer e.leave()
	included, err := tree.Load(path)
	if err != nil {
		return e.wrong(argument.At, fmt.Sprintf("%s cannot be included: %v", location.Scalar, err), "")
	}
	e.read(filepath.ToSlash(path))
	return e.value(included)
}

// expand returns the entries of a map, with those that Fn::ForEach makes in place of it.
func (e *evaluator) expand(n *tree.Node) []tree.Entry {
	var all []tree.Entry
	for _, entry := range entriesOf(n) {
		if !strings.HasPrefix(entry.Key, forEach) {
			all = append(all, entry)
			continue
		}
		all = append(all, e.forEach(entry)...)
	}
	return all
}

// forEach writes out [identifier, collection, {key: value}] once for each item.
func (e *evaluator) forEach(loop tree.Entry) []tree.Entry {
	v := loop.Value
	if !v.Is(tree.List) || len(v.Items) != 3 || !v.Items[0].IsScalar() || !v.Items[2].Is(tree.Map) {
		e.say(plan.Wrong, loop.At, loop.Key+" takes a list of a name, a list and a map", "")
		return nil
	}
	items := e.value(v.Items[1])
	if !items.Is(tree.List) {
		if why, yes := e.isOpen(items); yes {
			e.say(plan.NeedsValue, loop.At, loop.Key+" is left out: "+why.reason, why.advice)
		} else if !e.isBroken(items) {
			e.say(plan.Wrong, loop.At, loop.Key+" takes a list of a name, a list and a map", "")
		}
		return nil
	}
	var all []tree.Entry
	for _, item := range items.Items {
		w := writer{e: e, name: v.Items[0].Scalar, value: item}
		all = append(all, e.expand(w.node(v.Items[2]))...)
	}
	return all
}

// writer writes out the body of a Fn::ForEach for one item.
type writer struct {
	e     *evaluator
	name  string
	value *tree.Node
}

func (w writer) node(n *tree.Node) *tree.Node {
	if !w.e.step(n.At) {
		return w.e.brokenAt(n)
	}
	w.e.depth++
	defer func() { w.e.depth-- }()
	switch n.Kind {
	case tree.Text:
		if s := w.text(n.Scalar); s != n.Scalar {
			return w.e.madeOf(n.At, s, w.value)
		}
	case tree.List:
		made := &tree.Node{Kind: tree.List, At: n.At}
		for _, item := range n.Items {
			made.Items = append(made.Items, w.node(item))
		}
		return made
	case tree.Map:
		if name, argument, ok := intrinsic(n); ok && name == "Ref" && argument.IsScalar() && argument.Scalar == w.name {
			return w.value
		}
		made := &tree.Node{Kind: tree.Map, At: n.At}
		for _, entry := range n.Entries {
			made.Entries = append(made.Entries, tree.Entry{Key: w.text(entry.Key), At: entry.At, Value: w.node(entry.Value)})
		}
		return made
	}
	return n
}

// text replaces ${Name}, and &{Name}, which leaves out what a logical ID cannot have.
func (w writer) text(s string) string {
	value := ""
	if w.value.IsScalar() {
		value = w.value.Scalar
	}
	plain := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, value)
	if !strings.Contains(s, "{"+w.name+"}") {
		return s
	}
	made := strings.NewReplacer("${"+w.name+"}", value, "&{"+w.name+"}", plain).Replace(s)
	w.e.made += len(made)
	return made
}
