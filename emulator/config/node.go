package config

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// plain takes off what YAML can put around a value and we do not support. It
// returns nil where nothing is left.
func (r *reader) plain(path string, n ast.Node) ast.Node {
	for {
		switch wrapped := n.(type) {
		case *ast.AnchorNode:
			r.mistake(r.placeOf(n), path, "anchors are not supported", "write the value out where it is needed")
			n = wrapped.Value
		case *ast.TagNode:
			r.mistake(r.placeOf(n), path, "tags are not supported", "leave "+wrapped.GetToken().Value+" out")
			n = wrapped.Value
		case *ast.AliasNode:
			r.mistake(r.placeOf(n), path, "aliases are not supported", "write the value out")
			return nil
		default:
			return n
		}
	}
}

// entriesOf returns the entries of a map.
func entriesOf(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch m := n.(type) {
	case *ast.MappingNode:
		return m.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{m}, true
	}
	return nil, false
}

// key returns the text of a key, and whether it is one.
func (r *reader) key(path string, n ast.Node) (string, bool) {
	switch k := n.(type) {
	case *ast.StringNode:
		return k.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode, *ast.InfinityNode, *ast.NanNode:
		return k.GetToken().Value, true
	case *ast.MergeKeyNode:
		r.mistake(r.placeOf(n), path, "merging with << is not supported", "write the keys out")
	default:
		r.mistake(r.placeOf(n), path, "a key must be a simple text", "")
	}
	return "", false
}

// placeOf returns where a value begins, and its width as far as it is on one
// line. The parser's token of a map is its first colon.
func (r *reader) placeOf(n ast.Node) place {
	if n == nil {
		return place{1, 1, 1}
	}
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return r.placeOf(m.Values[0].Key)
	}
	if m, ok := n.(*ast.MappingValueNode); ok {
		return r.placeOf(m.Key)
	}
	return r.placeOfToken(n.GetToken())
}

func (r *reader) placeOfToken(t *token.Token) place {
	if t == nil || t.Position == nil {
		return place{1, 1, 1}
	}
	width := utf8.RuneCountInString(t.Value)
	if t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType {
		width = utf8.RuneCountInString(strings.TrimSpace(t.Origin))
	}
	return r.inside(place{t.Position.Line, t.Position.Column, width})
}

// wrongType reports a value that is not what it should be.
func (r *reader) wrongType(path string, n ast.Node, want string) {
	at, advice := r.placeOf(n), ""
	if s, ok := n.(*ast.StringNode); ok && quoted(s) {
		advice = "without the quotes?"
	}
	r.mistake(at, path, fmt.Sprintf("must be %s, not %s", want, describe(n)), advice)
}

func quoted(s *ast.StringNode) bool {
	return s.Token.Type == token.SingleQuoteType || s.Token.Type == token.DoubleQuoteType
}

// describe says what a value is.
func describe(n ast.Node) string {
	switch v := n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a map"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "nothing"
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return v.GetToken().Value
	case *ast.StringNode:
		return fmt.Sprintf("the text %q", short(v.Value))
	case *ast.LiteralNode:
		return "a text"
	}
	return "this"
}

// short cuts a text for a message.
func short(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return s
}
