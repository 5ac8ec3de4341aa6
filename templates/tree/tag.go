package tree

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// tagged reads a value with a tag. Those of CloudFormation are written out; others, such as
// !!str, say what the value is anyway.
func (r *yamlReader) tagged(v *ast.TagNode, depth int) (*Node, error) {
	tag, at := v.GetToken().Value, r.placeOf(v.GetToken())
	value := &Node{At: at}
	if v.Value != nil {
		var err error
		if value, err = r.node(v.Value, depth+1); err != nil {
			return nil, err
		}
	}
	name, found := strings.CutPrefix(tag, "!")
	if !found || name == "" || strings.HasPrefix(name, "!") {
		if tag == "!!str" && value.IsScalar() {
			value.Kind = Text
		}
		return value, nil
	}
	switch name {
	case "Ref", "Condition":
	case "GetAtt":
		name, value = "Fn::GetAtt", attribute(value)
	default:
		name = "Fn::" + name
	}
	return &Node{Kind: Map, At: at, Entries: []Entry{{Key: name, At: at, Value: value}}}, nil
}

// attribute writes out !GetAtt a.b as [a, b]; the attribute may have dots, too.
func attribute(n *Node) *Node {
	if !n.Is(Text) {
		return n
	}
	resource, name, _ := strings.Cut(n.Scalar, ".")
	return &Node{Kind: List, At: n.At, Items: []*Node{NewText(resource, n.At), NewText(name, n.At)}}
}
