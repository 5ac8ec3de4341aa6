package filter

import (
	"slices"
	"strings"
	"testing"
)

// TestMistakes is what is refused, with the place and the reason.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ pattern, want string }{
		{``, `the pattern is no JSON: unexpected end of JSON input, at byte 0`},
		{`{"value":`, `the pattern is no JSON: unexpected end of JSON input, at byte 9`},
		{`{"value":["a"]} x`, `the pattern is no JSON: invalid character 'x' after top-level value, at byte 17`},
		{`{"value":[a]}`, `the pattern is no JSON: invalid character 'a' looking for beginning of value, at byte 11`},
		{"{\"value\":[\"\xff\"]}", `the pattern is no UTF-8`},
		{`["a"]`, `the pattern must be an object, {"value": ...}, not a list`},
		{`{}`, `the object has no fields`},
		{`{"value":["` + strings.Repeat("ä", 4096) + `"]}`, `the pattern has 4110 characters, over the limit of 4096`},
		{`{"key":["a"]}`, `key: for Kafka, Lambda filters by value only`},
		{`{"$or":[{"value":["a"]},{"topic":["a"]}]}`, `"$or"[1].topic: for Kafka, Lambda filters by value only`},
		{`{"value":"a"}`, `value: must be a list of what the field may be, or an object of fields, not a string; write ["a"]`},
		{`{"value":{"a b":{"c":1}}}`, `value."a b".c: must be a list of what the field may be, or an object of fields, not a number; write [1]`},
		{`{"value":{}}`, `value: the object has no fields`},
		{`{"value":{"a":[]}}`, `value.a: the list is empty: nothing would match it`},
		{`{"value":{"a":["x",["y"]]}}`, `value.a[1]: must be a string, a number, true, false, null or an operator, not a list`},
		{`{"value":{"a":[{}]}}`, `value.a[0]: an operator has one name, as in {"prefix": "a"}; there are 0`},
		{`{"value":{"a":[{"prefix":"a","suffix":"b"}]}}`, `value.a[0]: an operator has one name, as in {"prefix": "a"}; there are 2`},
		{`{"value":{"a":[{"regex":"a"}]}}`, `value.a[0].regex: unknown operator; there are numeric, exists, anything-but, prefix, suffix, equals-ignore-case`},
		{`{"value":{"a":[{"prefix":1}]}}`, `value.a[0].prefix: must be a string, not a number`},
		{`{"value":{"a":[{"prefix":{"x":"a"}}]}}`, `value.a[0].prefix: must be a string or {"equals-ignore-case": ...}`},
		{`{"value":{"a":[{"exists":"yes"}]}}`, `value.a[0].exists: must be true or false, not a string`},
		{`{"value":{"a":[{"numeric":5}]}}`, `value.a[0].numeric: must be a list of one comparison or two, as in [">", 0, "<=", 5]`},
		{`{"value":{"a":[{"numeric":["<"]}]}}`, `value.a[0].numeric: must be a list of one comparison or two, as in [">", 0, "<=", 5]`},
		{`{"value":{"a":[{"numeric":["!=",5]}]}}`, `value.a[0].numeric[0]: must be one of =, <, <=, >, >=, not "!="`},
		{`{"value":{"a":[{"numeric":["<","5"]}]}}`, `value.a[0].numeric[1]: must be a number, not "5"`},
		{`{"value":{"a":[{"numeric":["<",1e999]}]}}`, `value.a[0].numeric[1]: 1e999 is more than a double can hold`},
		{`{"value":{"a":[{"numeric":["<",5,">",1]}]}}`, `value.a[0].numeric[0]: a range is > or >= and a number, then < or <= and a number; here stands "<"`},
		{`{"value":{"a":[{"numeric":[">",5,"<",5]}]}}`, `value.a[0].numeric: nothing is between 5 and 5`},
		{`{"value":{"a":[{"anything-but":["x",1]}]}}`, `value.a[0].anything-but: must be all strings or all numbers; there are both a string and a number`},
		{`{"value":{"a":[{"anything-but":null}]}}`, `value.a[0].anything-but: must be strings or numbers, not null`},
		{`{"value":{"a":[{"anything-but":[]}]}}`, `value.a[0].anything-but: the list is empty`},
		{`{"value":{"a":[{"anything-but":{"numeric":["=",1]}}]}}`, `value.a[0].anything-but.numeric: cannot stand in anything-but; there are prefix, suffix, wildcard, equals-ignore-case`},
		{`{"value":{"a":[{"anything-but":{"prefix":""}}]}}`, `value.a[0].anything-but.prefix: is empty: nothing would match it`},
		{`{"value":{"a":[{"wildcard":"a**"}]}}`, `value.a[0].wildcard: two * stand side by side`},
		{`{"value":{"a":[{"wildcard":"a\\b"}]}}`, `value.a[0].wildcard: a \ must stand before * or \`},
		{`{"value":{"a":[{"cidr":"10.0.0.1"}]}}`, `value.a[0].cidr: must be a network, as in "10.0.0.0/24", not "10.0.0.1"`},
		{`{"value":{"$or":[{"a":[1]}]}}`, `value."$or"[0].a: unknown operator; there are numeric, exists, anything-but, prefix, suffix, equals-ignore-case`},
	} {
		if f, err := Compile(c.pattern); err == nil || err.Error() != c.want || f != nil {
			t.Errorf("%s:\n got %v\nwant %s", c.pattern, err, c.want)
		}
	}
}

// Operators of EventBridge are taken, but not without a word.
func TestWarnings(t *testing.T) {
	f := compile(t, `{"value":{"a":[{"wildcard":"*"},{"anything-but":{"prefix":"x"}},{"suffix":{"equals-ignore-case":"x"}},{"prefix":"x"}]}}`)
	const what = " is an operator of EventBridge that Lambda's documentation does not list: it may be refused there"
	want := []string{
		"value.a[0].wildcard: wildcard" + what,
		"value.a[1].anything-but: anything-but with prefix" + what,
		"value.a[2].suffix: suffix with equals-ignore-case" + what,
	}
	if got := f.Warnings(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := compile(t, `{"value":{"a":[{"prefix":"x"}]}}`).Warnings(); len(got) != 0 {
		t.Errorf("a pattern of Lambda's operators: got %q", got)
	}
}
