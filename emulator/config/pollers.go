package config

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// provisioned reads the bounds of the number of pollers.
func (r *reader) provisioned(path string, n ast.Node) *emulator.Provisioned {
	p := new(emulator.Provisioned)
	r.object(path, n, fields{
		"minimumPollers": r.number(&p.MinimumPollers, 1),
		"maximumPollers": r.number(&p.MaximumPollers, 1),
	})
	return p
}

// instant reads a moment: Unix seconds, with or without a fraction, or a time as
// in RFC 3339, to milliseconds.
func (r *reader) instant(into *time.Time) func(string, ast.Node) {
	return func(path string, n ast.Node) {
		if n = r.scalar(path, n); n == nil {
			return
		}
		s, ok := verbatim(n)
		if !ok {
			r.wrongType(path, n, "a time")
			return
		}
		t, ok := parseInstant(s)
		if !ok {
			r.mistake(r.places[path], path, strconv.Quote(short(s))+" is not a time",
				"write Unix seconds, or a time such as 2026-10-01T12:00:00Z")
			return
		}
		*into = t
	}
}

// lastInstant bounds Unix seconds, so that milliseconds that were meant as such are
// found: the year 9999.
const lastInstant = 253_402_300_799

func parseInstant(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t.UTC().Truncate(time.Millisecond), true
	}
	seconds, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(seconds) || math.Abs(seconds) > lastInstant {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(math.Round(seconds * 1000))).UTC(), true
}
