package sam

import (
	"encoding/base64"
	"fmt"
	"iter"
	"maps"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// entriesOf are the entries of a map; none of anything else.
func entriesOf(n *tree.Node) []tree.Entry {
	if !n.Is(tree.Map) {
		return nil
	}
	return n.Entries
}

func mapKeys[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }

// arguments evaluates an argument that is a list, and says if it has fewer items than least.
func (e *evaluator) arguments(n, argument *tree.Node, least int, form string) (items []*tree.Node, ok bool) {
	list := e.value(argument)
	if e.isBroken(list) {
		return nil, false
	}
	if !list.Is(tree.List) || len(list.Items) < least {
		e.say(plan.Wrong, n.At, n.Entries[0].Key+" takes "+form, "")
		return nil, false
	}
	return list.Items, true
}

func (e *evaluator) join(n, argument *tree.Node) *tree.Node {
	items, ok := e.arguments(n, argument, 2, "a list of a separator and the list of what is joined")
	if !ok {
		return e.brokenAt(n)
	}
	switch list := items[1]; {
	case items[0].IsScalar() && list.Is(tree.List):
		return e.joined(n.At, items[0].Scalar, list.Items)
	case list.IsScalar(): // one that is open, for which a text stands in
		return list
	case e.isBroken(list):
		return list
	}
	return e.wrong(n.At, "Fn::Join takes a list of a separator and the list of what is joined", "")
}

// joined is texts with a separator between them.
func (e *evaluator) joined(at tree.Place, separator string, items []*tree.Node) *tree.Node {
	var made strings.Builder
	for i, item := range items {
		if e.isBroken(item) {
			return item
		}
		if !item.IsScalar() {
			return e.wrong(at, fmt.Sprintf("only texts can be joined, not %s", item.Kind), "")
		}
		if i > 0 {
			made.WriteString(separator)
		}
		if made.WriteString(item.Scalar); made.Len()+e.made > maxMade {
			e.made += made.Len()
			e.step(at)
			return e.brokenAt(&tree.Node{At: at})
		}
	}
	return e.dynamicOf(e.madeOf(at, made.String(), items...))
}

func (e *evaluator) split(n, argument *tree.Node) *tree.Node {
	items, ok := e.arguments(n, argument, 2, "a list of a separator and a text")
	if !ok {
		return e.brokenAt(n)
	}
	if !items[0].IsScalar() || !items[1].IsScalar() || items[0].Scalar == "" {
		if e.isBroken(items[1]) {
			return items[1]
		}
		return e.wrong(n.At, "Fn::Split takes a list of a separator and a text", "")
	}
	list := &tree.Node{Kind: tree.List, At: n.At}
	for part := range strings.SplitSeq(items[1].Scalar, items[0].Scalar) {
		list.Items = append(list.Items, e.madeOf(n.At, part, items[1]))
	}
	return list
}

func (e *evaluator) selectItem(n, argument *tree.Node) *tree.Node {
	items, ok := e.arguments(n, argument, 2, "a list of a number, from 0 on, and a list")
	if !ok {
		return e.brokenAt(n)
	}
	at, isNumber := items[0].Int()
	switch list := items[1]; {
	case e.isBroken(list):
		return list
	case list.IsScalar():
		if _, yes := e.isOpen(list); yes {
			return list
		}
	case isNumber && list.Is(tree.List) && at >= 0 && at < len(list.Items):
		return list.Items[at]
	case isNumber && list.Is(tree.List):
		if why, yes := e.isOpen(list); yes {
			return e.openText(n.At, list.Items[len(list.Items)-1].Scalar, why)
		}
		return e.wrong(n.At, fmt.Sprintf("Fn::Select: there is no item %d in a list of %d, which are counted from 0", at, len(list.Items)), "")
	}
	return e.wrong(n.At, "Fn::Select takes a list of a number, from 0 on, and a list", "")
}

func (e *evaluator) findInMap(n, argument *tree.Node) *tree.Node {
	items, ok := e.arguments(n, argument, 3, "a list of the name of a map and two keys")
	if !ok {
		return e.brokenAt(n)
	}
	found := e.root.Get("Mappings")
	for _, key := range items[:3] {
		if !key.IsScalar() {
			if e.isBroken(key) {
				return key
			}
			return e.wrong(n.At, "Fn::FindInMap takes a list of the name of a map and two keys", "")
		}
		found = found.Get(key.Scalar)
	}
	if found != nil {
		return e.value(found)
	}
	if len(items) > 3 && items[3].Get("DefaultValue") != nil {
		return items[3].Get("DefaultValue")
	}
	keys := fmt.Sprintf("%s.%s.%s", items[0].Scalar, items[1].Scalar, items[2].Scalar)
	for _, key := range items[:3] {
		if why, yes := e.isOpen(key); yes {
			return e.openText(n.At, items[2].Scalar, why)
		}
	}
	return e.wrong(n.At, fmt.Sprintf("there is no %s in Mappings", keys), "")
}

func (e *evaluator) base64(n, argument *tree.Node) *tree.Node {
	v := e.value(argument)
	if !v.IsScalar() {
		if e.isBroken(v) {
			return v
		}
		return e.wrong(n.At, "Fn::Base64 takes a text", "")
	}
	return e.madeOf(n.At, base64.StdEncoding.EncodeToString([]byte(v.Scalar)), v)
}

func (e *evaluator) length(n, argument *tree.Node) *tree.Node {
	v := e.value(argument)
	if !v.Is(tree.List) {
		if why, yes := e.isOpen(v); yes {
			return e.openText(n.At, "0", why)
		}
		if e.isBroken(v) {
			return v
		}
		return e.wrong(n.At, "Fn::Length takes a list", "")
	}
	return &tree.Node{Kind: tree.Number, Scalar: fmt.Sprint(len(v.Items)), At: n.At}
}

func (e *evaluator) toJSON(n, argument *tree.Node) *tree.Node {
	v := e.value(argument)
	if e.isBroken(v) || v == nil {
		return v
	}
	return e.madeOf(n.At, jsonOf(v), v)
}

// zones are three availability zones of the region.
func (e *evaluator) zones(n *tree.Node) *tree.Node {
	list := &tree.Node{Kind: tree.List, At: n.At}
	for _, zone := range []string{"a", "b", "c"} {
		list.Items = append(list.Items, e.text(n.At, e.region()+zone))
	}
	return list
}

// importValue is open, by the end of the export's name.
func (e *evaluator) importValue(n, argument *tree.Node) *tree.Node {
	v := e.value(argument)
	if !v.IsScalar() {
		if e.isBroken(v) {
			return v
		}
		return e.wrong(n.At, "Fn::ImportValue takes the name of an export", "")
	}
	return e.openText(n.At, lastName(v.Scalar), open{reason: fmt.Sprintf("only the stack that exports %s knows it", v.Scalar)})
}
