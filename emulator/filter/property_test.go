package filter

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestBuiltValuesMatch draws patterns with a value that is built to match each,
// among fields, arrays and white space that do not matter, and one that differs
// in one field that does.
func TestBuiltValuesMatch(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		pattern, good, bad := drawFields(rt, 3)
		s := &Set{Filters: []*Filter{compile(t, `{"value":`+pattern+`}`)}}
		if got, want := s.Match([]byte(good), false), (Verdict{Matched: true}); got != want {
			rt.Fatalf("pattern %s, value %s: got %+v, want %+v", pattern, good, got, want)
		}
		if got := s.Match([]byte(bad), false); got.Matched {
			rt.Fatalf("pattern %s, value %s: got %+v, want no match", pattern, bad, got)
		}
	})
}

// drawFields draws an object of a pattern, one of a value that matches, and one
// that does not.
func drawFields(rt *rapid.T, depth int) (pattern, good, bad string) {
	n := rapid.IntRange(1, 4).Draw(rt, "fields")
	wrong := rapid.IntRange(0, n-1).Draw(rt, "wrong")
	var patterns, goods, bads []string
	for i := range n {
		key := quote(fmt.Sprintf("%d%s", i, rapid.StringN(0, 4, -1).Draw(rt, "name")))
		var p, g, b string
		if depth > 0 && rapid.Bool().Draw(rt, "nested") {
			p, g, b = drawFields(rt, depth-1)
		} else {
			p, g, b = drawLeaf(rt)
		}
		if i != wrong {
			b = g
		}
		blank := rapid.SampledFrom([]string{"", " ", "\n\t"}).Draw(rt, "blank")
		noise := rapid.SampledFrom([]string{"", `"noise":[{"0":1}],`, `"x":"}\"",`}).Draw(rt, "noise")
		patterns = append(patterns, key+":"+p)
		goods = append(goods, noise+blank+key+blank+":"+blank+g+blank)
		bads = append(bads, noise+key+":"+b)
	}
	return "{" + strings.Join(patterns, ",") + "}", "{" + strings.Join(goods, ",") + "}", "{" + strings.Join(bads, ",") + "}"
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// drawLeaf draws what a field may be, with a value that is and one that is not.
func drawLeaf(rt *rapid.T) (list, good, bad string) {
	s := rapid.StringN(1, 8, -1).Draw(rt, "text")
	n := rapid.Int32().Draw(rt, "number")
	leaves := [][3]string{
		{quote(s), quote(s), quote(s + "!")},
		{fmt.Sprint(n), fmt.Sprint(n), quote(fmt.Sprint(n))},
		{"null", "null", "0"},
		{"true", "true", `"true"`},
		{`{"prefix":` + quote(s) + `}`, quote(s + "tail"), quote("\x01" + s)},
		{`{"suffix":` + quote(s) + `}`, quote("head" + s), quote(s + "\x01")},
		{`{"anything-but":[` + quote(s) + `]}`, quote(s + "!"), quote(s)},
		{`{"exists":true}`, "0", "{}"},
		{fmt.Sprintf(`{"numeric":[">=",%d]}`, n), fmt.Sprintf("%d.0", n), fmt.Sprintf("%d", int64(n)-1)},
		{fmt.Sprintf(`{"numeric":[">",%d,"<",%d]}`, int64(n)-1, int64(n)+1), fmt.Sprint(n), fmt.Sprint(int64(n) + 1)},
		{`{"equals-ignore-case":` + quote(s) + `}`, quote(s), quote(s + "!")},
	}
	leaf := rapid.SampledFrom(leaves).Draw(rt, "leaf")
	list, good, bad = "["+leaf[0]+"]", leaf[1], leaf[2]
	if rapid.Bool().Draw(rt, "or") {
		list = `["` + "\x7f\x7fno" + `",` + leaf[0] + "]"
	}
	if rapid.Bool().Draw(rt, "array") {
		good = `[{"a":1},` + good + "]"
	}
	return list, good, bad
}

// FuzzMatch compiles any pattern and matches any value: neither panics, both come
// to an end, and what compiles does so again from its own text.
func FuzzMatch(f *testing.F) {
	for _, p := range []string{
		`{"value":{"a":[1,"x",null,{"prefix":"p"}],"b":{"c":[{"exists":false}]}}}`, `{"value":["x",{"anything-but":["y"]}]}`,
		`{"value":{"$or":[{"a":[{"numeric":[">",0,"<=",5]}]},{"b":[{"wildcard":"a*b"}]}]}}`, `{"value":{"a":[{"cidr":"::/0"}]}}`, `{`, ``,
	} {
		for _, v := range []string{`{"a":[1,{"b":2}],"b":{"c":"\u0061"}}`, `x`, `[[{}]]`, "\xff", `{"a":"\ud800"}`, ``} {
			f.Add(p, []byte(v), false)
		}
	}
	f.Fuzz(func(t *testing.T, pattern string, value []byte, isNull bool) {
		filter, err := Compile(pattern)
		if err != nil {
			return
		}
		s := &Set{Filters: []*Filter{filter}}
		first := s.Match(value, isNull)
		if first.FailedOpen && (!first.Matched || first.Why == NotWhy) || !first.FailedOpen && first.Why != NotWhy {
			t.Errorf("%s of %q: got %+v", pattern, value, first)
		}
		if again := s.Match(value, isNull); again != first {
			t.Errorf("%s of %q: got %+v, then %+v", pattern, value, first, again)
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	value := []byte(`{"id":"bid-000123","auction":"auction-17","amount":12.5,"currency":"EUR","user":{"name":"anna","vip":true}}`)
	for name, pattern := range map[string]string{
		"equals":  `{"value":{"currency":["EUR"]}}`,
		"numeric": `{"value":{"amount":[{"numeric":[">",10,"<=",20]}],"user":{"vip":[true]}}}`,
		"not":     `{"value":{"currency":["USD"]}}`,
	} {
		b.Run(name, func(b *testing.B) {
			s := &Set{Filters: []*Filter{compile(b, pattern)}}
			b.ReportAllocs()
			for b.Loop() {
				s.Match(value, false)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "matches/s")
		})
	}
}
