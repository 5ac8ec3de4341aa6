package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// scalar prepares a value that is neither map nor list: its place is the value's
// own from now on. It returns nil if there is none.
func (r *reader) scalar(path string, n ast.Node) ast.Node {
	n = r.plain(path, n)
	if n == nil {
		return nil
	}
	if n.Type() == ast.NullType {
		r.mistake(r.find(path), path, "has no value", "leave the key out for the default")
		return nil
	}
	r.places[path] = r.placeOf(n)
	return n
}

// textOf returns the value of a text.
func textOf(n ast.Node) (string, bool) {
	switch s := n.(type) {
	case *ast.StringNode:
		return s.Value, true
	case *ast.LiteralNode:
		return s.Value.Value, true
	}
	return "", false
}

// verbatim returns a simple value as it is written: 08 stays 08.
func verbatim(n ast.Node) (string, bool) {
	switch n.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return textOf(n)
}

// text reads a text that is not empty.
func (r *reader) text(into *string) func(string, ast.Node) {
	return func(path string, n ast.Node) {
		if n = r.scalar(path, n); n == nil {
			return
		}
		s, ok := textOf(n)
		switch {
		case !ok:
			r.wrongType(path, n, "a text")
			if v, simple := verbatim(n); simple {
				r.mistakes[len(r.mistakes)-1].Advice = fmt.Sprintf("write %q, with quotes", v)
			}
		case strings.TrimSpace(s) == "":
			r.mistake(r.places[path], path, "is empty", "leave the key out for the default")
		default:
			*into = s
		}
	}
}

// boolean reads true or false.
func (r *reader) boolean(into *bool) func(string, ast.Node) {
	return func(path string, n ast.Node) {
		if n = r.scalar(path, n); n == nil {
			return
		}
		b, ok := n.(*ast.BoolNode)
		if !ok {
			r.wrongType(path, n, "true or false")
			word, _ := textOf(n)
			switch strings.ToLower(word) {
			case "yes", "on":
				r.mistakes[len(r.mistakes)-1].Advice = "write true"
			case "no", "off":
				r.mistakes[len(r.mistakes)-1].Advice = "write false"
			}
			return
		}
		*into = b.Value
	}
}

// number reads a whole number. Where zero is a number that is refused, and not
// only by leaving the key out, least is the smallest one allowed; else 0.
func (r *reader) number(into *int, least int) func(string, ast.Node) {
	return func(path string, n ast.Node) {
		if n = r.scalar(path, n); n == nil {
			return
		}
		i, ok := n.(*ast.IntegerNode)
		if !ok {
			r.wrongType(path, n, "a whole number")
			return
		}
		v, ok := i.Value.(int64)
		if u, unsigned := i.Value.(uint64); unsigned && u <= math.MaxInt32 {
			v, ok = int64(u), true
		}
		if !ok || v > math.MaxInt32 || v < math.MinInt32 {
			r.mistake(r.places[path], path, short(i.Token.Value)+" is far out of range", "")
			return
		}
		if *into = int(v); v == 0 && least > 0 {
			r.mistake(r.places[path], path, fmt.Sprintf("0 is under the minimum of %d", least), "leave the key out for the default")
		}
	}
}

// seed reads a number of 64 bits without sign.
func (r *reader) seed(into **uint64) func(string, ast.Node) {
	return func(path string, n ast.Node) {
		if n = r.scalar(path, n); n == nil {
			return
		}
		var v uint64
		i, ok := n.(*ast.IntegerNode)
		if ok {
			switch value := i.Value.(type) {
			case uint64:
				v = value
			case int64:
				v, ok = uint64(value), value >= 0
			default:
				ok = false
			}
		}
		if !ok {
			r.wrongType(path, n, "a whole number from 0 to "+strconv.FormatUint(math.MaxUint64, 10))
			return
		}
		*into = &v
	}
}

// duration reads a duration with its unit. least is as for number.
func (r *reader) duration(into *time.Duration, least string) func(string, ast.Node) {
	return func(path string, n ast.Node) {
		if n = r.scalar(path, n); n == nil {
			return
		}
		s, ok := verbatim(n)
		if !ok {
			r.wrongType(path, n, "a duration, such as 500ms or 3s")
			return
		}
		d, advice, ok := parseDuration(s)
		if !ok {
			r.mistake(r.places[path], path, fmt.Sprintf("%q is not a duration with a unit", short(s)), advice)
			return
		}
		if *into = d; d == 0 && least != "" {
			r.mistake(r.places[path], path, fmt.Sprintf("%s is under the minimum of %s", s, least), "leave the key out for the default")
		}
	}
}

// size reads a size with its unit. least is as for number.
func (r *reader) size(into *int64, least string) func(string, ast.Node) {
	return func(path string, n ast.Node) {
		if n = r.scalar(path, n); n == nil {
			return
		}
		s, ok := verbatim(n)
		if !ok {
			r.wrongType(path, n, "a size, such as 128MB")
			return
		}
		bytes, advice, ok := parseSize(s)
		if !ok {
			r.mistake(r.places[path], path, fmt.Sprintf("%q is not a size with a unit", short(s)), advice)
			return
		}
		if *into = bytes; bytes == 0 && least != "" {
			r.mistake(r.places[path], path, fmt.Sprintf("%s is under the minimum of %s", s, least), "leave the key out for the default")
		}
	}
}

// pointer reads into a field where nil is the default.
func pointer[T any](field **T, read func(*T) func(string, ast.Node)) func(string, ast.Node) {
	return func(path string, n ast.Node) {
		value := new(T)
		read(value)(path, n)
		*field = value
	}
}
