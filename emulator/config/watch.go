package config

import (
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// watch reads off, on, or a map of what is watched. All of it has a debounce; to a part
// it is known only so that Validate can say where it belongs.
func (r *reader) watch(w *emulator.Watch) func(string, ast.Node) {
	return func(path string, n ast.Node) {
		n = r.plain(path, n)
		if n == nil {
			return
		}
		if _, ok := entriesOf(n); ok {
			r.object(path, n, fields{
				"include":  func(path string, n ast.Node) { w.Include = r.texts(path, n) },
				"exclude":  func(path string, n ast.Node) { w.Exclude = r.texts(path, n) },
				"debounce": r.duration(&w.Debounce, "1ms"),
			})
			return
		}
		if n = r.scalar(path, n); n == nil {
			return
		}
		word, _ := verbatim(n)
		switch strings.ToLower(word) {
		case "on", "true", "yes":
		case "off", "false", "no":
			w.Off = true
		default:
			r.mistake(r.places[path], path, "must be on, off or a map, not "+describe(n),
				`write off, or {exclude: ["*.log"]}`)
		}
	}
}

// texts reads a list of texts, or one. What cannot be read still takes its place, so
// that the paths of the others are right.
func (r *reader) texts(path string, n ast.Node) []string {
	n = r.plain(path, n)
	if n == nil {
		return nil
	}
	if text, ok := textOf(n); ok {
		r.places[path+"[0]"] = r.placeOf(n)
		return []string{text}
	}
	var texts []string
	r.list(path, n, func(p string, element ast.Node) {
		var s string
		if element = r.scalar(p, element); element != nil {
			var ok bool
			if s, ok = textOf(element); !ok {
				r.wrongType(p, element, "a text")
			}
		}
		texts = append(texts, s)
	})
	return texts
}
