package sam

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// ifElse evaluates a Fn::If; only the side that counts is looked at.
func (e *evaluator) ifElse(n, argument *tree.Node) *tree.Node {
	if !argument.Is(tree.List) || len(argument.Items) != 3 || !argument.Items[0].IsScalar() {
		return e.wrong(n.At, "Fn::If takes a list of the name of a condition and two values", "")
	}
	if e.condition(n.At, argument.Items[0].Scalar) {
		return e.value(argument.Items[1])
	}
	return e.value(argument.Items[2])
}

// condition is the truth of a condition, by its name. One that is not there is said to be
// wrong, and false.
func (e *evaluator) condition(at tree.Place, name string) bool {
	if known, ok := e.conditions[name]; ok {
		return known
	}
	declared := e.root.Get("Conditions").Get(name)
	if declared == nil {
		var names []string
		for _, entry := range entriesOf(e.root.Get("Conditions")) {
			names = append(names, entry.Key)
		}
		e.say(plan.Wrong, at, fmt.Sprintf("there is no condition %q", name), didYouMean(name, names))
		return false
	}
	if !e.enter(at, "condition "+name) {
		return false
	}
	defer e.leave()
	truth := e.truth(declared)
	e.conditions[name] = truth
	return truth
}

// truth evaluates what is a condition.
func (e *evaluator) truth(n *tree.Node) bool {
	if n == nil || !e.step(n.At) {
		return false
	}
	e.depth++
	defer func() { e.depth-- }()
	if b, ok := n.Bool(); ok {
		return b
	}
	if len(entriesOf(n)) != 1 {
		e.say(plan.Wrong, n.At, "is not a condition", "a condition is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition")
		return false
	}
	name, argument := n.Entries[0].Key, n.Entries[0].Value
	switch name {
	case "Condition":
		return e.condition(n.At, argument.Scalar)
	case "Fn::Equals":
		return e.equals(n, argument)
	case "Fn::And", "Fn::Or", "Fn::Not":
		return e.combined(n, name, argument)
	}
	v := e.value(n) // Fn::If, Ref, Fn::FindInMap
	truth, ok := v.Bool()
	if !ok && !e.isBroken(v) {
		e.say(plan.Wrong, n.At, "is not a condition: it is neither true nor false", "")
	}
	return truth
}

func (e *evaluator) combined(n *tree.Node, name string, argument *tree.Node) bool {
	if !argument.Is(tree.List) || len(argument.Items) == 0 {
		e.say(plan.Wrong, n.At, name+" takes a list of conditions", "")
		return false
	}
	for _, item := range argument.Items {
		switch truth := e.truth(item); {
		case name == "Fn::Not":
			return !truth
		case name == "Fn::And" && !truth:
			return false
		case name == "Fn::Or" && truth:
			return true
		}
	}
	return name == "Fn::And"
}

// equals compares two values. What is open is equal to nothing.
func (e *evaluator) equals(n, argument *tree.Node) bool {
	items, ok := e.arguments(n, argument, 2, "a list of two values")
	if !ok {
		return false
	}
	for _, item := range items[:2] {
		if why, yes := e.isOpen(item); yes {
			e.say(plan.NeedsValue, n.At, fmt.Sprintf("a condition depends on it: %s, so that it is taken as not equal", why.reason), why.advice)
			return false
		}
	}
	if items[0].IsScalar() && items[1].IsScalar() {
		return items[0].Scalar == items[1].Scalar
	}
	return jsonOf(items[0]) == jsonOf(items[1])
}
