package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// caseFile reads the top of a case.yaml.
func (r *reader) caseFile(c *Case, root ast.Node) {
	r.object("", root, fields{
		"description": r.text(&c.Description),
		"project":     r.text(&c.Project),
		"input":       func(path string, n ast.Node) { c.Inputs = r.texts(path, n) },
		"at":          r.boolean(&c.At),
		"set":         func(path string, n ast.Node) { c.Set = r.assignments(path, n) },
		"seed":        r.seed(&c.Seed),
		"profile":     r.text(&c.Profile),
		"within":      r.duration(&c.Within, "1ms"),
		"real":        r.boolean(&c.Real),
		"without":     func(path string, n ast.Node) { c.Without = r.texts(path, n) },
		"expect":      func(path string, n ast.Node) { r.expect(&c.Expect, path, n) },
	})
	if _, ok := profile.Lookup(c.Profile); c.Profile != "" && !ok {
		r.mistake(r.find("profile"), "profile", fmt.Sprintf("there is no profile %q", c.Profile), "coldbrook profiles lists them")
	}
	if c.Within < 0 {
		r.mistake(r.find("within"), "within", fmt.Sprintf("%v is negative", c.Within), "")
	}
}

func (r *reader) assignments(path string, n ast.Node) []string {
	all := r.texts(path, n)
	for i, text := range all {
		if at := fmt.Sprintf("%s[%d]", path, i); text != "" && !strings.Contains(text, "=") {
			r.mistake(r.find(at), at, fmt.Sprintf("%q is not KEY=VALUE", text), "as coldbrook set takes it: ship.timeout=5s")
		}
	}
	return all
}

func (r *reader) expect(e *Expect, path string, n ast.Node) {
	r.object(path, n, fields{
		"topics":      func(path string, n ast.Node) { e.Topics = r.topicExpects(path, n) },
		"order":       r.oneOf(&e.Order, "key", "partition", "none"),
		"deadLetters": r.bound(&e.DeadLetters),
		"lost":        r.bound(&e.Lost),
		"records":     r.bound(&e.Records),
		"invocations": r.bound(&e.Invocations),
		"retries":     r.bound(&e.Retries),
		"coldStarts":  r.bound(&e.ColdStarts),
		"throttles":   r.bound(&e.Throttles),
		"latency":     func(path string, n ast.Node) { e.Latency = r.latencies(path, n) },
		"cost":        func(path string, n ast.Node) { r.object(path, n, fields{"max": r.dollars(&e.CostMost)}) },
		"functions":   func(path string, n ast.Node) { e.Functions = r.functionExpects(path, n) },
		"eachFunction": func(path string, n ast.Node) {
			e.EachFunction = &FunctionExpect{}
			r.functionExpect(e.EachFunction, path, r.find(path), n)
		},
	})
}

func (r *reader) topicExpects(path string, n ast.Node) []TopicExpect {
	var all []TopicExpect
	r.each(path, n, func(at place, p, name string, value ast.Node) {
		t := TopicExpect{Topic: name, Compare: ComparePerKey}
		r.object(p, value, fields{
			"golden":  r.text(&t.Golden),
			"compare": r.oneOf(&t.Compare, CompareExact, ComparePerKey, CompareMultiset),
			"ignore":  func(path string, n ast.Node) { t.Ignore = r.texts(path, n) },
			"headers": r.boolean(&t.Headers),
		})
		if t.Golden == "" && !r.unknown(emulator.Path(p, "golden")) {
			r.mistake(at, p, "has no golden", "golden: "+name+".jsonl names the fixture to compare with; coldbrook test --update writes it")
		}
		all = append(all, t)
	})
	return all
}

// oneOf reads one of some words.
func (r *reader) oneOf(into *string, allowed ...string) func(string, ast.Node) {
	return func(path string, n ast.Node) {
		if n = r.scalar(path, n); n == nil {
			return
		}
		word, _ := textOf(n)
		if slices.Contains(allowed, word) {
			*into = word
			return
		}
		advice := "one of " + strings.Join(allowed, ", ")
		if near := emulator.DidYouMean(word, allowed); near != "" {
			advice = fmt.Sprintf("did you mean %q?", near)
		}
		r.mistake(r.places[path], path, "must be "+strings.Join(allowed, ", ")+", not "+describe(n), advice)
	}
}

// bound reads a number, or {min, max}.
func (r *reader) bound(into **Bound) func(string, ast.Node) {
	return func(path string, n ast.Node) {
		b := &Bound{Most: -1}
		if n = r.plain(path, n); n == nil {
			return
		}
		var least, most *int
		if _, isMap := entriesOf(n); isMap {
			r.object(path, n, fields{"min": pointer(&least, r.anyNumber), "max": pointer(&most, r.anyNumber)})
		} else {
			pointer(&most, r.anyNumber)(path, n)
			least = most
		}
		if least != nil {
			b.Least = int64(*least)
		}
		if most != nil {
			b.Most = int64(*most)
		}
		switch {
		case r.broken[path]:
		case b.Least < 0 || most != nil && b.Most < 0:
			r.mistake(r.find(path), path, "is negative", "")
		case least == nil && most == nil:
			r.mistake(r.find(path), path, "has neither min nor max", "a number, or {min: 1, max: 5}")
		case most != nil && b.Least > b.Most:
			r.mistake(r.find(path), path, fmt.Sprintf("min %d is over max %d", b.Least, b.Most), "")
		default:
			*into = b
		}
	}
}

var percentileForm = regexp.MustCompile(`^p([0-9]{1,3}(?:\.[0-9]{1,4})?)$`)

// latencies reads {ship: {p99: 500ms}}.
func (r *reader) latencies(path string, n ast.Node) []LatencyExpect {
	var all []LatencyExpect
	r.each(path, n, func(_ place, p, function string, value ast.Node) {
		for _, l := range r.percentiles(p, value) {
			l.Function = function
			all = append(all, l)
		}
	})
	return all
}

var dollarForm = regexp.MustCompile(`^\$([0-9]{1,6})(?:\.([0-9]{1,10}))?$`)

// dollars reads $0.01, in units of profile.PriceUnit.
func (r *reader) dollars(into **int64) func(string, ast.Node) {
	return func(path string, n ast.Node) {
		if n = r.scalar(path, n); n == nil {
			return
		}
		text, _ := verbatim(n)
		m := dollarForm.FindStringSubmatch(text)
		if m == nil {
			r.mistake(r.places[path], path, "must be an amount in dollars, not "+describe(n), "as in $0.01")
			return
		}
		whole, _ := strconv.ParseInt(m[1], 10, 64)
		units := whole * profile.PriceUnit
		part := int64(profile.PriceUnit)
		for _, digit := range m[2] {
			part /= 10
			units += int64(digit-'0') * part
		}
		*into = &units
	}
}
