package sam

import (
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// propertiesOf are the properties of a resource, not evaluated, with those of Globals that
// hold for it.
func (r *reader) propertiesOf(resource *tree.Node) *tree.Node {
	own := r.spread(resource.Get("Properties"))
	globals := r.root.Get("Globals", "Function")
	if typeOf(resource) != serverlessFunction || globals == nil {
		return own
	}
	return merge(withoutIgnored(r.spread(globals), resource.Get("IgnoreGlobals")), own, "")
}

// spread is a map with what Fn::ForEach and an include make of it, not evaluated otherwise;
// an empty one for what is no map.
func (r *reader) spread(n *tree.Node) *tree.Node {
	n = r.values.shallow(n)
	made := &tree.Node{Kind: tree.Map, At: n.Place()}
	for _, entry := range r.values.expand(n) {
		if entry.Key == transform {
			made.Entries = append(made.Entries, entriesOf(r.values.include(entry.Value))...)
			continue
		}
		made.Entries = append(made.Entries, entry)
	}
	return made
}

// withoutIgnored takes away the globals that a resource does not want: "*" or a list of
// properties.
func withoutIgnored(globals, ignored *tree.Node) *tree.Node {
	if ignored == nil {
		return globals
	}
	if ignored.Is(tree.Text) && ignored.Scalar == "*" {
		return nil
	}
	made := &tree.Node{Kind: tree.Map, At: globals.At}
	for _, entry := range globals.Entries {
		isIgnored := false
		for _, name := range ignored.Items {
			isIgnored = isIgnored || name.Scalar == entry.Key
		}
		if !isIgnored {
			made.Entries = append(made.Entries, entry)
		}
	}
	return made
}

// merge is what SAM makes of a global value and a function's own (SAM developer guide,
// "Globals section"): maps are merged, lists one after the other, the global first, and of
// all else, also of intrinsic functions, the function's own counts. Of Architectures, of
// which a function has one, its own counts as well.
func merge(global, own *tree.Node, key string) *tree.Node {
	switch {
	case global == nil:
		return own
	case own == nil:
		return global
	case isValue(global) || isValue(own) || global.Kind != own.Kind || key == "Architectures":
		return own
	case own.Kind == tree.List:
		made := &tree.Node{Kind: tree.List, At: own.At}
		made.Items = append(append(made.Items, global.Items...), own.Items...)
		return made
	case own.Kind != tree.Map:
		return own
	}
	made := &tree.Node{Kind: tree.Map, At: own.At}
	for _, entry := range global.Entries {
		if mine := own.Get(entry.Key); mine != nil {
			entry.Value = merge(entry.Value, mine, entry.Key)
			entry.At = keyPlace(own, entry.Key)
		}
		made.Entries = append(made.Entries, entry)
	}
	for _, entry := range own.Entries {
		if global.Get(entry.Key) == nil {
			made.Entries = append(made.Entries, entry)
		}
	}
	return made
}

// isValue says that a value is merged as a whole.
func isValue(n *tree.Node) bool {
	_, _, is := intrinsic(n)
	return is
}

// keyPlace is where a key of a map stands.
func keyPlace(n *tree.Node, key string) tree.Place {
	for _, entry := range n.Entries {
		if entry.Key == key {
			return entry.At
		}
	}
	return n.At
}
