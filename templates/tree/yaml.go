package tree

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// yamlReader turns what the YAML package parsed into a tree.
type yamlReader struct {
	name    string
	anchors map[string]*Node
	// taggedKey is that a key has a tag: then the package misread a value (flow.go).
	taggedKey bool
	mergeable int // entries that may still be merged
}

func newYAMLReader(name string) *yamlReader {
	return &yamlReader{name: name, anchors: map[string]*Node{}, mergeable: maxMerged}
}

func parseYAML(name string, text []byte) (*Node, error) {
	r := newYAMLReader(name)
	// The package miscounts lines that end with CR LF.
	s := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(string(text), "\uFFFD"))
	n, err := r.document(s)
	if err != nil || r.taggedKey {
		return r.again(s, n, err)
	}
	return n, nil
}

// document reads the first document of a text.
func (r *yamlReader) document(s string) (*Node, error) {
	if at, deep := tooDeep(s); deep {
		return nil, &Error{At: Place{r.name, at, 1}, Message: "the nesting is too deep", Advice: "is it the right file?"}
	}
	file, err := parseText(s)
	if err != nil {
		return nil, r.syntax(err, s)
	}
	for _, doc := range file.Docs {
		if doc.Body != nil && doc.Body.Type() != ast.CommentType {
			return r.node(doc.Body, 0)
		}
	}
	return nil, &Error{At: Place{r.name, 1, 1}, Message: "there is nothing in the file"}
}

// tooDeep counts open brackets, and the marks of one line, before the parser has to.
func tooDeep(text string) (line int, deep bool) {
	open := 0
	for i, l := range strings.Split(text, "\n") {
		open = max(0, open+strings.Count(l, "[")+strings.Count(l, "{")-strings.Count(l, "]")-strings.Count(l, "}"))
		if open > maxDepth || strings.Count(l, "- ") > maxDepth || strings.Count(l, "? ") > maxDepth {
			return i + 1, true
		}
	}
	return 0, false
}

// parseText parses a text. The parser panics on some broken input.
func parseText(text string) (file *ast.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the parser gave up: %v", p)
		}
	}()
	return parser.ParseBytes([]byte(text), 0, parser.AllowDuplicateMapKey())
}

func (r *yamlReader) syntax(err error, text string) error {
	e := &Error{At: Place{r.name, 1, 1}, Message: "this is not YAML: " + err.Error()}
	if located, ok := err.(yaml.Error); ok {
		e.Message = "this is not YAML: " + strings.ReplaceAll(located.GetMessage(), "\t", `\t`)
		if t := located.GetToken(); t != nil && t.Position != nil {
			e.At = r.placeOf(t)
		}
	}
	if lines := strings.Split(text, "\n"); e.At.Line <= len(lines) {
		line := lines[e.At.Line-1]
		if strings.Contains(line[:len(line)-len(strings.TrimLeft(line, " \t"))], "\t") {
			e.Advice = "YAML is indented with blanks, not with tabs"
		}
	}
	return e
}

func (r *yamlReader) placeOf(t *token.Token) Place {
	if t == nil || t.Position == nil {
		return Place{r.name, 1, 1}
	}
	return Place{r.name, max(t.Position.Line, 1), max(t.Position.Column, 1)}
}

func (r *yamlReader) node(from ast.Node, depth int) (*Node, error) {
	if depth > maxDepth {
		return nil, &Error{At: r.placeOf(from.GetToken()), Message: "the nesting is too deep"}
	}
	switch v := from.(type) {
	case *ast.AnchorNode:
		n, err := r.node(v.Value, depth+1)
		if err == nil {
			r.anchors[v.Name.String()] = n
		}
		return n, err
	case *ast.AliasNode:
		if n := r.anchors[v.Value.String()]; n != nil {
			return n, nil
		}
		return nil, &Error{At: r.placeOf(v.GetToken()), Message: fmt.Sprintf("there is no anchor &%s before this", v.Value)}
	case *ast.TagNode:
		return r.tagged(v, depth)
	case *ast.SequenceNode:
		return r.list(v, depth)
	case *ast.MappingNode:
		return r.mapping(v, v.Values, depth)
	case *ast.MappingValueNode:
		return r.mapping(v, []*ast.MappingValueNode{v}, depth)
	}
	return r.scalar(from), nil
}

func (r *yamlReader) scalar(from ast.Node) *Node {
	if from == nil {
		return &Node{}
	}
	n := &Node{Kind: Text, At: r.placeOf(from.GetToken())}
	switch v := from.(type) {
	case *ast.NullNode:
		n.Kind = Null
	case *ast.BoolNode:
		n.Kind, n.Scalar = Bool, fmt.Sprint(v.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		n.Kind, n.Scalar = Number, v.GetToken().Value
	case *ast.StringNode:
		n.Scalar = v.Value
	case *ast.LiteralNode:
		n.Scalar = v.Value.Value
	default:
		n.Scalar = v.GetToken().Value
	}
	return n
}

func (r *yamlReader) list(v *ast.SequenceNode, depth int) (*Node, error) {
	n := &Node{Kind: List, At: r.placeOf(v.GetToken())}
	for _, value := range v.Values {
		item, err := r.node(value, depth+1)
		if err != nil {
			return nil, err
		}
		n.Items = append(n.Items, item)
	}
	return n, nil
}

// mapping reads a map. The parser's token of one is its first colon, or its brace.
func (r *yamlReader) mapping(v ast.Node, values []*ast.MappingValueNode, depth int) (*Node, error) {
	made := newMap(r.placeOf(v.GetToken()))
	var merged []*Node
	for i, e := range values {
		if i == 0 && v.GetToken().Type != token.MappingStartType {
			made.n.At = r.placeOf(e.Key.GetToken())
		}
		value, err := r.node(e.Value, depth+1)
		if err != nil {
			return nil, err
		}
		if _, merge := e.Key.(*ast.MergeKeyNode); merge {
			merged = append(merged, value)
			continue
		}
		if _, tagged := e.Key.(*ast.TagNode); tagged {
			r.taggedKey = true
		}
		if err := made.put(Entry{Key: keyOf(e.Key), At: r.placeOf(e.Key.GetToken()), Value: value}); err != nil {
			return nil, err
		}
	}
	for _, from := range merged {
		if err := made.merge(from, &r.mergeable); err != nil {
			return nil, err
		}
	}
	return made.n, nil
}

// keyOf is the text of a key.
func keyOf(k ast.Node) string {
	if s, ok := k.(*ast.StringNode); ok {
		return s.Value
	}
	return k.GetToken().Value
}
