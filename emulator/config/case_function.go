package config

import (
	"fmt"
	"strconv"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// FunctionExpect is what a function may come to. What is nil or empty is not looked at.
type FunctionExpect struct {
	// Function is its name, "" for each of those that the project has.
	Function string
	// Invocations, Retries, ColdStarts and Throttles are its own.
	Invocations, Retries, ColdStarts, Throttles *Bound
	// Duration are the percentiles of the durations of its invocations, as the model has
	// them, however they ended. Their Function is "".
	Duration []LatencyExpect
	// CostMost is the most that its invocations may cost, compute and requests, in units of
	// profile.PriceUnit. Event pollers are not in it: they are of mappings.
	CostMost *int64
}

// functionExpects reads {ship: {coldStarts: 1}}.
func (r *reader) functionExpects(path string, n ast.Node) []FunctionExpect {
	var all []FunctionExpect
	r.each(path, n, func(at place, p, name string, value ast.Node) {
		x := FunctionExpect{Function: name}
		r.functionExpect(&x, p, at, value)
		all = append(all, x)
	})
	return all
}

func (x *FunctionExpect) isEmpty() bool {
	return x.Invocations == nil && x.Retries == nil && x.ColdStarts == nil && x.Throttles == nil && len(x.Duration) == 0 && x.CostMost == nil
}

func (r *reader) functionExpect(x *FunctionExpect, path string, at place, n ast.Node) {
	before := len(r.mistakes)
	r.object(path, n, fields{
		"invocations": r.bound(&x.Invocations),
		"retries":     r.bound(&x.Retries),
		"coldStarts":  r.bound(&x.ColdStarts),
		"throttles":   r.bound(&x.Throttles),
		"duration":    func(path string, n ast.Node) { x.Duration = r.percentiles(path, n) },
		"cost":        func(path string, n ast.Node) { r.object(path, n, fields{"max": r.dollars(&x.CostMost)}) },
	})
	if len(r.mistakes) == before && x.isEmpty() {
		r.mistake(at, path, "expects nothing", "one of invocations, retries, coldStarts, throttles, duration, cost")
	}
}

// percentiles reads {p99: 500ms, max: 2s}.
func (r *reader) percentiles(path string, n ast.Node) []LatencyExpect {
	var all []LatencyExpect
	r.each(path, n, func(at place, p, key string, value ast.Node) {
		l := LatencyExpect{Percentile: 100}
		if m := percentileForm.FindStringSubmatch(key); m != nil {
			l.Percentile, _ = strconv.ParseFloat(m[1], 64)
		} else if key != "max" {
			l.Percentile = 0
		}
		if l.Percentile <= 0 || l.Percentile > 100 {
			r.mistake(at, p, fmt.Sprintf("%q is no percentile", key), "p50, p99 or p99.9, for example, or max")
			return
		}
		before := len(r.mistakes)
		if r.duration(&l.Most, "1ns")(p, value); len(r.mistakes) > before {
			return
		}
		if l.Most <= time.Duration(0) {
			r.mistake(r.find(p), p, fmt.Sprintf("%v is not over 0", l.Most), "")
			return
		}
		all = append(all, l)
	})
	return all
}

// checkFunctions says which functions that something is expected of are not there.
func (c *Case) checkFunctions(r *reader, functions []string) {
	for _, l := range c.Expect.Latency {
		r.isThere(emulator.Path("expect.latency", l.Function), "function", l.Function, functions)
	}
	for i := range c.Expect.Functions {
		name := c.Expect.Functions[i].Function
		r.isThere(emulator.Path("expect.functions", name), "function", name, functions)
	}
}
