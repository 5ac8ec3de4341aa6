package filter

import (
	"strings"
	"testing"
)

// compile compiles a pattern that must be right.
func compile(t testing.TB, pattern string) *Filter {
	t.Helper()
	f, err := Compile(pattern)
	if err != nil {
		t.Fatalf("compile %s: %v", pattern, err)
	}
	return f
}

// TestOperators is Lambda's table of operators (EF) and the rules of RULER: a
// pattern for value, values that match, and values that do not.
func TestOperators(t *testing.T) {
	for _, c := range []struct{ rule, pattern, matches, not string }{
		{"null", `{"a":[null]}`, `{"a":null} {"a":[1,null]}`, `{"a":"null"} {"a":0} {} {"a":""}`},
		{"empty", `{"a":[""]}`, `{"a":""}`, `{"a":null} {"a":" "} {}`},
		{"equals", `{"a":["Alice"]}`, `{"a":"Alice"} {"a":"\u0041lice"}`, `{"a":"alice"} {"a":"Alice "} {"b":"Alice"} {"a":{"Alice":1}}`},
		{"equals of literals", `{"a":[true]}`, `{"a":true}`, `{"a":"true"} {"a":false}`},
		{"equals-ignore-case", `{"a":[{"equals-ignore-case":"alice"}]}`, `{"a":"ALICE"} {"a":"aLice"}`, `{"a":"bob"} {"a":1}`},
		{"and", `{"a":["x"],"b":["y"]}`, `{"b":"y","c":1,"a":"x"}`, `{"a":"x"} {"b":"y"} {"a":"y","b":"x"}`},
		{"or of values", `{"a":["x","y"]}`, `{"a":"x"} {"a":"y"}`, `{"a":"z"}`},
		{"$or of fields", `{"$or":[{"a":["x"]},{"b":["y"],"c":["z"]}]}`, `{"a":"x"} {"b":"y","c":"z"}`, `{"b":"y"} {"c":"z"} {}`},
		{"$or beside fields", `{"d":[1],"$or":[{"a":["x"]},{"b":["y"]}]}`, `{"d":1,"a":"x"} {"b":"y","d":1}`, `{"a":"x"} {"d":1}`},
		{"$or in $or", `{"$or":[{"a":[1]},{"$or":[{"b":[1]},{"c":[1]}],"d":[1]}]}`, `{"a":1} {"b":1,"d":1} {"c":1,"d":1}`, `{"b":1} {"d":1}`},
		{"$or of one name", `{"$or":[{"a":["x"],"b":[1]},{"a":["y"],"b":[2]}]}`, `{"a":"x","b":1} {"a":"y","b":2}`, `{"a":"x","b":2}`},
		{"$or of one alternative is a field", `{"$or":{"a":[1]}}`, `{"$or":{"a":1}}`, `{"a":1}`},
		{"$or with a reserved name is a field", `{"$or":[{"prefix":"a"},{"suffix":"b"}]}`, `{"$or":"axx"} {"$or":"xxb"}`, `{"$or":"xx"} {}`},
		{"anything-but", `{"a":[{"anything-but":["x","y"]}]}`, `{"a":"z"} {"a":1} {"a":null} {"a":["x","z"]}`, `{"a":"x"} {"a":["x","y"]} {} {"a":{"x":1}}`},
		{"anything-but of one", `{"a":[{"anything-but":"x"}]}`, `{"a":"z"}`, `{"a":"x"}`},
		{"anything-but of numbers", `{"a":[{"anything-but":[1,2]}]}`, `{"a":3} {"a":"1"}`, `{"a":1} {"a":1.0} {"a":2e0}`},
		{"numeric equals", `{"a":[{"numeric":["=",300]}]}`, `{"a":300} {"a":300.0} {"a":3.0e2}`, `{"a":"300"} {"a":301}`},
		{"numbers in plain equality are strings", `{"a":[300]}`, `{"a":300}`, `{"a":300.0} {"a":3.0e2} {"a":"300"}`},
		{"numeric less", `{"a":[{"numeric":["<",5]}]}`, `{"a":4.99} {"a":-1e300}`, `{"a":5} {"a":"4"} {}`},
		{"numeric at most", `{"a":[{"numeric":["<=",5]}]}`, `{"a":5}`, `{"a":5.0001}`},
		{"numeric more", `{"a":[{"numeric":[">",-5]}]}`, `{"a":-4}`, `{"a":-5}`},
		{"numeric at least", `{"a":[{"numeric":[">=",5]}]}`, `{"a":5}`, `{"a":4}`},
		{"numeric range", `{"a":[{"numeric":[">",0,"<=",5]}]}`, `{"a":0.1} {"a":5}`, `{"a":0} {"a":5.1} {"a":1e999}`},
		{"exists", `{"a":[{"exists":true}]}`, `{"a":null} {"a":""} {"a":[1]}`, `{} {"b":1} {"a":{"b":1}} {"a":[]}`},
		{"exists false", `{"a":[{"exists":false}]}`, `{} {"b":1} {"a":{"b":1}} {"a":[]}`, `{"a":null} {"a":0}`},
		{"exists false below", `{"a":{"b":[{"exists":false}]}}`, `{} {"a":1} {"a":{"c":1}} {"a":{}} {"a":[]} {"a":{"b":{"c":1}}}`, `{"a":{"b":1}}`},
		{"exists or value", `{"a":[{"exists":false},"x"]}`, `{} {"a":"x"}`, `{"a":"y"}`},
		{"prefix", `{"a":[{"prefix":"AB"}]}`, `{"a":"AB"} {"a":"ABC"} {"a":"\u0041B1"}`, `{"a":"A"} {"a":"xAB"} {"a":1}`},
		{"suffix", `{"a":[{"suffix":".png"}]}`, `{"a":".png"} {"a":"x.png"}`, `{"a":"png"} {"a":"x.png "}`},
		{"nesting", `{"a":{"b":{"c":[1]}}}`, `{"a":{"x":{"c":2},"b":{"c":1}}}`, `{"a":{"b":{"d":1}}} {"b":{"c":1}} {"a":{"b":1}} {"a.b.c":1}`},
		{"arrays match on intersection", `{"a":["x","y"]}`, `{"a":["z","y"]} {"a":[["x"]]}`, `{"a":["z"]} {"a":[]} {"a":[{"a":"x"}]}`},
		{"arrays of objects", `{"a":{"b":[1],"c":[2]}}`, `{"a":[{"b":0},{"b":1,"c":2}]} {"a":[[{"c":2,"b":1}],3]}`, `{"a":[{"b":1},{"c":2}]}`},
		{"the last of two keys counts", `{"a":[1]}`, `{"a":2,"a":1}`, `{"a":1,"a":2} {"a":1,"a":{}}`},
		{"the last of two keys of the pattern counts", `{"a":[1],"a":[2]}`, `{"a":2}`, `{"a":1}`},
		{"names with escapes", `{"a\"b":["\\"]}`, `{"a\"b":"\\"} {"a\u0022b":"\u005c"}`, `{"ab":"\\"}`},
		{"blanks", `{ "a" : [ 1 , 2 ] }`, " \t{ \"b\" : [ ] , \"a\" :\n2 } ", `{ "a" : 3 }`},
		{"wildcard", `{"a":[{"wildcard":"a*b*\\*"}]}`, `{"a":"ab*"} {"a":"axxbbyy*"}`, `{"a":"ab"} {"a":"b*"} {"a":"a*"}`},
		{"cidr", `{"a":[{"cidr":"10.0.0.0/24"}]}`, `{"a":"10.0.0.255"}`, `{"a":"10.0.1.0"} {"a":"x"} {"a":10}`},
		{"exactly", `{"a":[{"exactly":"x"}]}`, `{"a":"x"}`, `{"a":"X"}`},
		{"prefix ignoring case", `{"a":[{"prefix":{"equals-ignore-case":"äB"}}]}`, `{"a":"ÄbC"}`, `{"a":"b"} {"a":""}`},
		{"suffix ignoring case", `{"a":[{"suffix":{"equals-ignore-case":"äB"}}]}`, `{"a":"cÄb"}`, `{"a":"b"} {"a":""}`},
		{"anything-but prefix", `{"a":[{"anything-but":{"prefix":["x","y"]}}]}`, `{"a":"z"}`, `{"a":"xa"} {"a":"ya"} {"a":1}`},
		{"anything-but suffix", `{"a":[{"anything-but":{"suffix":"x"}}]}`, `{"a":"z"}`, `{"a":"ax"}`},
		{"anything-but ignoring case", `{"a":[{"anything-but":{"equals-ignore-case":"x"}}]}`, `{"a":"z"}`, `{"a":"X"}`},
		{"anything-but wildcard", `{"a":[{"anything-but":{"wildcard":"*.x"}}]}`, `{"a":"z"}`, `{"a":"a.x"}`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			s := &Set{Filters: []*Filter{compile(t, `{"value":`+c.pattern+`}`)}}
			check(t, s, c.matches, true)
			check(t, s, c.not, false)
		})
	}
}

// check gives a set values that stand one behind the other.
func check(t *testing.T, s *Set, values string, want bool) {
	t.Helper()
	for _, v := range split(values) {
		if got := s.Match([]byte(v), false); got.Matched != want || got.FailedOpen {
			t.Errorf("%s: got %+v, want matched %v", v, got, want)
		}
	}
}

func split(values string) []string {
	if !strings.Contains(values, "} {") {
		return []string{values}
	}
	all := strings.Split(values, "} {")
	for i := range all {
		all[i] = "{" + strings.TrimSuffix(strings.TrimPrefix(all[i], "{"), "}") + "}"
		if n := strings.Count(all[i], "{") - strings.Count(all[i], "}"); n > 0 {
			all[i] += strings.Repeat("}", n)
		}
	}
	return all
}

// TestTextOperators is plain strings: {"value": [...]}.
func TestTextOperators(t *testing.T) {
	for _, c := range []struct {
		pattern, value string
		want           bool
	}{
		{`["error"]`, "error", true},
		{`["error"]`, "errors", false},
		{`[{"anything-but":["error"]}]`, "error", false},
		{`[{"anything-but":["error"]}]`, "fine", true},
		{`[{"prefix":"er"}]`, "error", true},
		{`[{"exists":true}]`, "", true},
		{`[{"exists":false}]`, "x", false},
		{`[""]`, "", true},
		{`[12]`, "12", false},
		{`["12"]`, "12", true},
		{`[{"numeric":["=",12]}]`, "12", false},
		{`[null]`, "null", false},
		{`["\"q\""]`, `"q"`, true},
	} {
		s := &Set{Filters: []*Filter{compile(t, `{"value":`+c.pattern+`}`)}}
		if got := s.Match([]byte(c.value), false); got.Matched != c.want || got.FailedOpen {
			t.Errorf("%s of %q: got %+v, want matched %v", c.pattern, c.value, got, c.want)
		}
	}
}

// TestFormats is the table of FILT, "Properly filtering Kafka messages": what
// happens where the format of the value is not that of the pattern.
func TestFormats(t *testing.T) {
	const plain, fields = `{"value":["yes"]}`, `{"value":{"a":["yes"]}}`
	matched, dropped := Verdict{Matched: true}, Verdict{}
	open := func(why Why) Verdict { return Verdict{Matched: true, FailedOpen: true, Why: why} }
	for _, c := range []struct {
		value, pattern string
		want           Verdict
	}{
		{"yes", plain, matched},
		{"no", plain, dropped},
		{"yes", fields, open(NoJSON)},
		{`{"a":`, fields, open(NoJSON)},
		{`{"a":"yes"} {}`, fields, open(NoJSON)},
		{"42", fields, open(NoJSON)},
		{"", fields, open(NoJSON)},
		{`{"a":"yes"}`, plain, open(NoText)},
		{`["yes"]`, plain, open(NoText)},
		{`{"a":"yes"}`, fields, matched},
		{`{"a":"no"}`, fields, dropped},
		{`[{"a":"yes"}]`, fields, matched},
		{`[]`, fields, dropped},
		{"yes", "", matched},
		{`{"a":"no"}`, "", matched},
		{"\xff", plain, open(NoUTF8)},
		{"\xff", fields, open(NoUTF8)},
		{"\xff", "", matched},
	} {
		s := &Set{}
		if c.pattern != "" {
			s.Filters = append(s.Filters, compile(t, c.pattern))
		}
		if got := s.Match([]byte(c.value), false); got != c.want {
			t.Errorf("value %q, pattern %s: got %+v, want %+v", c.value, c.pattern, got, c.want)
		}
	}
}

func TestRecordsWithoutValue(t *testing.T) {
	for _, pattern := range []string{`{"value":["yes"]}`, `{"value":{"a":[1]}}`} {
		s := &Set{Filters: []*Filter{compile(t, pattern)}}
		if got, want := s.Match(nil, true), (Verdict{Matched: true, FailedOpen: true, Why: NoValue}); got != want {
			t.Errorf("%s: got %+v, want %+v", pattern, got, want)
		}
		s.DropNull = true
		if got := s.Match(nil, true); got.Matched {
			t.Errorf("%s: got %+v, want it dropped", pattern, got)
		}
	}
	if got := (&Set{DropNull: true}).Match(nil, true); !got.Matched {
		t.Error("without filters a record without value does not match")
	}
}

// The filters of a set are ORed, and one that matches is better than one that
// fails open.
func TestSetsAreOred(t *testing.T) {
	s := &Set{Filters: []*Filter{compile(t, `{"value":{"a":[1]}}`), compile(t, `{"value":["x"]}`), compile(t, `{"value":{"b":[1]}}`)}}
	for value, want := range map[string]Verdict{
		`{"a":1}`: {Matched: true}, `{"b":1}`: {Matched: true}, "x": {Matched: true},
		"y":       {Matched: true, FailedOpen: true, Why: NoJSON},
		`{"c":1}`: {Matched: true, FailedOpen: true, Why: NoText},
	} {
		if got := s.Match([]byte(value), false); got != want {
			t.Errorf("%s: got %+v, want %+v", value, got, want)
		}
	}
}

// An $or over formats fails open only where no other alternative matches.
func TestOrOfFormats(t *testing.T) {
	s := &Set{Filters: []*Filter{compile(t, `{"$or":[{"value":["x"]},{"value":{"a":[1]}}]}`)}}
	for value, want := range map[string]Verdict{
		"x": {Matched: true}, `{"a":1}`: {Matched: true}, "y": {Matched: true, FailedOpen: true, Why: NoJSON},
	} {
		if got := s.Match([]byte(value), false); got != want {
			t.Errorf("%s: got %+v, want %+v", value, got, want)
		}
	}
}
