package config

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// patterns reads a list of filter patterns: maps, or texts with JSON. One that
// cannot be read still takes its place, so that the paths of the others are right.
func (r *reader) patterns(path string, n ast.Node) []string {
	var patterns []string
	r.list(path, n, func(p string, element ast.Node) {
		element = r.plain(p, element)
		if element == nil {
			patterns = append(patterns, "")
			return
		}
		if _, ok := entriesOf(element); ok {
			patterns = append(patterns, r.json(p, element))
			return
		}
		text, ok := textOf(element)
		if !ok {
			r.wrongType(p, element, "a pattern, as in {value: {price: [{numeric: [\">\", 0]}]}}")
		}
		patterns = append(patterns, text)
	})
	return patterns
}

// json writes a value of the file as JSON and notes the places of its parts.
// Numbers stay as they are written, as far as JSON can: to a filter, 300 is not
// 300.0.
func (r *reader) json(path string, n ast.Node) string {
	n = r.plain(path, n)
	if n == nil {
		return "null"
	}
	if _, isMap := entriesOf(n); isMap {
		var members []string
		r.each(path, n, func(_ place, p, key string, value ast.Node) {
			members = append(members, jsonText(key)+":"+r.json(p, value))
		})
		return "{" + strings.Join(members, ",") + "}"
	}
	if n.Type() == ast.SequenceType {
		var elements []string
		r.list(path, n, func(p string, element ast.Node) { elements = append(elements, r.json(p, element)) })
		return "[" + strings.Join(elements, ",") + "]"
	}
	r.places[path] = r.placeOf(n)
	return jsonScalar(n)
}

func jsonScalar(n ast.Node) string {
	switch v := n.(type) {
	case *ast.NullNode:
		return "null"
	case *ast.BoolNode:
		return strconv.FormatBool(v.Value)
	case *ast.IntegerNode, *ast.FloatNode:
		if text := n.GetToken().Value; json.Valid([]byte(text)) {
			return text
		}
	}
	text, _ := verbatim(n)
	return jsonText(text)
}

func jsonText(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // < and > are operators, and characters count
	_ = e.Encode(s)        // a text can be written
	return strings.TrimSuffix(b.String(), "\n")
}
