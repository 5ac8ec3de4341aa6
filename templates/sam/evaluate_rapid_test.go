package sam

import (
	"testing"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
	"pgregory.net/rapid"
)

// names are those that a drawn template refers to; some are there and some not.
var names = []string{"P", "Q", "R", "F", "C", "D", "M", "AWS::NoValue", "AWS::Region", "F.Arn", "nobody", "${P}", "${F.Arn}-${Q}", "{{resolve:ssm:/x/y:1}}", "0", "1", ",", ""}

// drawValue draws a value with intrinsic functions, right or wrong ones.
func drawValue(t *rapid.T, depth int) *tree.Node {
	scalar := rapid.SampledFrom(names)
	at := tree.Place{File: "t", Line: rapid.IntRange(1, 9).Draw(t, "line"), Column: 1}
	switch kind := rapid.IntRange(0, 9).Draw(t, "kind"); {
	case depth == 0 || kind < 3:
		return tree.NewText(scalar.Draw(t, "text"), at)
	case kind < 5:
		n := &tree.Node{Kind: tree.List, At: at}
		for range rapid.IntRange(0, 4).Draw(t, "items") {
			n.Items = append(n.Items, drawValue(t, depth-1))
		}
		return n
	case kind < 6:
		n := &tree.Node{Kind: tree.Map, At: at}
		for range rapid.IntRange(0, 3).Draw(t, "entries") {
			n.Entries = append(n.Entries, tree.Entry{Key: scalar.Draw(t, "key"), At: at, Value: drawValue(t, depth-1)})
		}
		return n
	}
	function := rapid.SampledFrom(append([]string{"Odd"}, intrinsics...)).Draw(t, "function")
	key := rapid.SampledFrom([]string{"Fn::" + function, "Fn::" + function, "Ref", "Condition", forEach + function}).Draw(t, "call")
	return &tree.Node{Kind: tree.Map, At: at, Entries: []tree.Entry{{Key: key, At: at, Value: drawValue(t, depth-1)}}}
}

// Whatever refers to whatever: the evaluation ends, and all that is not a value was said to
// be wrong.
func TestEvaluateAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		section := func(names ...string) *tree.Node {
			n := &tree.Node{Kind: tree.Map}
			for _, name := range names {
				n.Entries = append(n.Entries, tree.Entry{Key: name, Value: drawValue(t, 3)})
			}
			return n
		}
		named := func(key string, value *tree.Node) *tree.Node {
			return &tree.Node{Kind: tree.Map, Entries: []tree.Entry{{Key: key, Value: value}}}
		}
		function := named("Properties", named("FunctionName", drawValue(t, 3)))
		function.Entries = append(function.Entries, tree.Entry{Key: "Type", Value: tree.NewText(lambdaFunction, tree.Place{})})
		root := &tree.Node{Kind: tree.Map, Entries: []tree.Entry{
			{Key: "Parameters", Value: &tree.Node{Kind: tree.Map, Entries: []tree.Entry{
				{Key: "P", Value: named("Default", drawValue(t, 2))}, {Key: "Q", Value: named("Type", tree.NewText("CommaDelimitedList", tree.Place{}))},
			}}},
			{Key: "Conditions", Value: section("C", "D")},
			{Key: "Mappings", Value: section("M")},
		}}
		e := newEvaluator(root, "/x", plan.Options{Parameters: map[string]string{"Q": "a,b"}})
		e.resources["F"], e.resources["R"] = function, section("x")
		said := 0
		e.say = func(plan.Verdict, tree.Place, string, string) { said++ }
		v := e.value(drawValue(t, 6))
		if len(e.active) != 0 || e.depth != 0 {
			t.Fatalf("it ended with %v active, at depth %d", e.active, e.depth)
		}
		if e.hasBroken(v) && said == 0 {
			t.Fatalf("%s is broken, and nothing was said", jsonOf(v))
		}
	})
}

func (e *evaluator) hasBroken(n *tree.Node) bool {
	if n == nil {
		return false
	}
	broken := e.isBroken(n)
	for _, item := range n.Items {
		broken = broken || e.hasBroken(item)
	}
	for _, entry := range n.Entries {
		broken = broken || e.hasBroken(entry.Value)
	}
	return broken
}
