package config

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// The parser takes time that grows with the square of the nesting, so that a
// wrong file could keep it busy for minutes. Configurations are nested ten deep
// and have some kilobytes.
const (
	maxText  = 256 << 10
	maxDepth = 500
)

// document parses the text and returns the one document in it, or nil if there
// is a mistake.
func (r *reader) document() ast.Node {
	if at, why := r.excess(); why != "" {
		r.mistake(at, "", why, "is it the right file?")
		return nil
	}
	file, err := parseYAML(r.yaml)
	if err != nil {
		r.syntax(err)
		return nil
	}
	var root ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if root != nil {
			at := r.placeOf(doc.Body)
			if doc.Start != nil {
				at = r.placeOfToken(doc.Start)
			}
			r.mistake(at, "", "a second document begins here", "one file is one configuration")
			return nil
		}
		root = doc.Body
	}
	if root == nil || root.Type() == ast.CommentType || root.Type() == ast.NullType {
		r.mistake(place{1, 1, 1}, "", "there is nothing in the file", "coldbrook init writes a small working project")
		return nil
	}
	return root
}

// parseYAML parses a text. The parser panics on some broken input; for us that
// is input which does not parse.
func parseYAML(text string) (file *ast.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the parser gave up: %v", p)
		}
	}()
	return parser.ParseBytes([]byte(text), 0, parser.AllowDuplicateMapKey())
}

// syntax reports what the parser found.
func (r *reader) syntax(err error) {
	message, at := err.Error(), place{1, 1, 1}
	if located, ok := err.(yaml.Error); ok {
		message = located.GetMessage()
		if t := located.GetToken(); t != nil && t.Position != nil {
			at = place{t.Position.Line, t.Position.Column, 1}
		}
	}
	advice := ""
	if at = r.inside(at); strings.Contains(indentation(r.lines[at.line-1]), "\t") {
		advice = "YAML is indented with blanks, not with tabs"
	}
	r.mistake(at, "", "this is not YAML: "+strings.ReplaceAll(message, "\t", `\t`), advice)
}

func indentation(line string) string {
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}

// excess says why a text is not even parsed, or "". It counts brackets also
// where they are text; nobody has hundreds of them open in a text.
func (r *reader) excess() (at place, why string) {
	if len(r.yaml) > maxText {
		return place{1, 1, 1}, fmt.Sprintf("%d bytes are over the limit of %d", len(r.yaml), maxText)
	}
	open := 0
	for i, line := range r.lines {
		open = max(0, open+strings.Count(line, "[")+strings.Count(line, "{")-strings.Count(line, "]")-strings.Count(line, "}"))
		marks := 0
		for _, word := range strings.Fields(line) {
			if strings.ContainsRune("-?&!", rune(word[0])) {
				marks++
			}
		}
		if open > maxDepth || marks > maxDepth {
			return place{i + 1, 1, 1}, "the nesting is too deep"
		}
	}
	return place{}, ""
}
