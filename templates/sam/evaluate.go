package sam

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// What an evaluation may cost. Intrinsic functions nest, and refer to each other.
const (
	maxSteps = 200_000
	maxDepth = 300
	maxMade  = 16 << 20 // bytes of text that it makes
)

// evaluator evaluates the intrinsic functions of a template: value makes of a value that has
// some one that has none, with the places kept. It returns nil for what AWS::NoValue takes
// away. What is wrong it says, once, and returns a null that isBroken; for what only a cloud
// knows it returns a text that stands in for it and is open.
//
// It belongs to one goroutine.
type evaluator struct {
	root    *tree.Node
	dir     string
	project tree.Project
	options plan.Options
	// deployed is what the template was deployed with.
	deployed deployment
	// say keeps a finding about the resource that is being read.
	say func(v plan.Verdict, at tree.Place, text, advice string)
	// read notes that a file was read.
	read func(file string)

	resources  map[string]*tree.Node
	openValues map[*tree.Node]open
	broken     map[*tree.Node]bool
	parameters map[string]*tree.Node
	conditions map[string]bool
	// active are the parameters, resources and conditions that are being evaluated.
	active []string
	// variables are those of Fn::Sub and Fn::ForEach.
	variables map[string]*tree.Node

	steps, depth, made int
	exhausted          bool
}

func newEvaluator(root *tree.Node, dir string, o plan.Options) *evaluator {
	return &evaluator{
		root: root, dir: dir, project: tree.ProjectOf(dir), options: o,
		say: func(plan.Verdict, tree.Place, string, string) {}, read: func(string) {},
		resources: map[string]*tree.Node{}, openValues: map[*tree.Node]open{}, broken: map[*tree.Node]bool{},
		parameters: map[string]*tree.Node{}, conditions: map[string]bool{}, variables: map[string]*tree.Node{},
	}
}

// intrinsic returns the name and the argument of an intrinsic function.
func intrinsic(n *tree.Node) (name string, argument *tree.Node, ok bool) {
	if !n.Is(tree.Map) || len(n.Entries) != 1 {
		return "", nil, false
	}
	e := n.Entries[0]
	if e.Key != "Ref" && !strings.HasPrefix(e.Key, "Fn::") || strings.HasPrefix(e.Key, forEach) {
		return "", nil, false
	}
	return e.Key, e.Value, true
}

// value evaluates all of a value.
func (e *evaluator) value(n *tree.Node) *tree.Node {
	if n == nil || !e.step(n.At) {
		return e.brokenAt(n)
	}
	e.depth++
	defer func() { e.depth-- }()
	switch n.Kind {
	case tree.List:
		return e.list(n)
	case tree.Map:
		if name, argument, ok := intrinsic(n); ok {
			return e.call(n, name, argument)
		}
		return e.entries(n)
	case tree.Text:
		return e.dynamic(n)
	}
	return n
}

// shallow evaluates a value only if it is an intrinsic function itself.
func (e *evaluator) shallow(n *tree.Node) *tree.Node {
	if _, _, ok := intrinsic(n); ok {
		return e.value(n)
	}
	return n
}

func (e *evaluator) list(n *tree.Node) *tree.Node {
	made := &tree.Node{Kind: tree.List, At: n.At}
	for _, item := range n.Items {
		if v := e.value(item); v != nil {
			made.Items = append(made.Items, v)
		}
	}
	return made
}

func (e *evaluator) entries(n *tree.Node) *tree.Node {
	made := &tree.Node{Kind: tree.Map, At: n.At}
	for _, entry := range e.expand(n) {
		if entry.Key == transform {
			made.Entries = append(made.Entries, entriesOf(e.include(entry.Value))...)
			continue
		}
		if v := e.value(entry.Value); v != nil {
			made.Entries = append(made.Entries, tree.Entry{Key: entry.Key, At: entry.At, Value: v})
		}
	}
	return made
}

// call evaluates one intrinsic function.
func (e *evaluator) call(n *tree.Node, name string, argument *tree.Node) *tree.Node {
	switch name {
	case "Ref":
		return e.ref(n, argument)
	case "Fn::GetAtt":
		return e.getAtt(n, argument)
	case "Fn::Sub":
		return e.sub(n, argument)
	case "Fn::Join":
		return e.join(n, argument)
	case "Fn::Split":
		return e.split(n, argument)
	case "Fn::Select":
		return e.selectItem(n, argument)
	case "Fn::FindInMap":
		return e.findInMap(n, argument)
	case "Fn::If":
		return e.ifElse(n, argument)
	case "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals":
		return &tree.Node{Kind: tree.Bool, Scalar: fmt.Sprint(e.truth(n)), At: n.At}
	case "Fn::Base64":
		return e.base64(n, argument)
	case "Fn::Length":
		return e.length(n, argument)
	case "Fn::ToJsonString":
		return e.toJSON(n, argument)
	case "Fn::GetAZs":
		return e.zones(n)
	case "Fn::ImportValue":
		return e.importValue(n, argument)
	case "Fn::Cidr":
		return e.openText(n.At, "Cidr", open{reason: "Fn::Cidr is not evaluated"})
	case transform:
		return e.include(argument)
	}
	return e.unknown(n.At, name)
}

// unknown says that there is no such function.
func (e *evaluator) unknown(at tree.Place, name string) *tree.Node {
	advice := ""
	if near := emulator.DidYouMean(strings.TrimPrefix(name, "Fn::"), intrinsics); near != "" {
		advice = fmt.Sprintf("did you mean Fn::%s?", near)
	}
	return e.wrong(at, fmt.Sprintf("there is no intrinsic function %s", name), advice)
}

// intrinsics are those that call knows, without Fn::, for suggestions.
var intrinsics = []string{"GetAtt", "Sub", "Join", "Split", "Select", "FindInMap", "If", "And", "Or", "Not", "Equals", "Base64", "Length",
	"ToJsonString", "GetAZs", "ImportValue", "Cidr", "Transform", "ForEach"}

// didYouMean is an advice that names what is close; "" if nothing is.
func didYouMean(name string, names []string) string {
	if near := emulator.DidYouMean(name, names); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return ""
}

// step counts the work, and says whether there may be more.
func (e *evaluator) step(at tree.Place) bool {
	e.steps++
	if e.steps <= maxSteps && e.depth < maxDepth && e.made <= maxMade {
		return true
	}
	if !e.exhausted {
		e.exhausted = true
		e.say(plan.Wrong, at, "what is nested here is too much to evaluate", "is it the right file?")
	}
	return false
}

// text makes a text.
func (e *evaluator) text(at tree.Place, s string) *tree.Node {
	e.made += len(s)
	return tree.NewText(s, at)
}

// wrong says that something is wrong, and returns what stands for it.
func (e *evaluator) wrong(at tree.Place, text, advice string) *tree.Node {
	e.say(plan.Wrong, at, text, advice)
	return e.brokenAt(&tree.Node{At: at})
}

// brokenAt is the null that stands for a value that is wrong, which was said.
func (e *evaluator) brokenAt(n *tree.Node) *tree.Node {
	if n == nil {
		return nil
	}
	null := &tree.Node{At: n.At}
	e.broken[null] = true
	return null
}

func (e *evaluator) isBroken(n *tree.Node) bool { return e.broken[n] }

// enter notes that something is being evaluated; it is not ok, and said to be wrong, if it
// is already. The caller leaves if it is ok.
func (e *evaluator) enter(at tree.Place, what string) (ok bool) {
	if i := slices.Index(e.active, what); i >= 0 {
		circle := append(slices.Clone(e.active[i:]), what)
		e.say(plan.Wrong, at, "a circle: "+strings.Join(circle, " needs "), "")
		return false
	}
	e.active = append(e.active, what)
	return true
}

func (e *evaluator) leave() { e.active = e.active[:len(e.active)-1] }
