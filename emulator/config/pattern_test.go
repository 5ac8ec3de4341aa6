package config_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/config"
)

const filtered = `topics: {a: }
functions:
  f:
    command: x
    events:
      - kafka:
          topic: a
          filterNulls: drop
          commitFiltered: batch
          filters:
`

// Patterns are maps, written as JSON with the numbers as they stand there, or JSON.
func TestParseReadsFilters(t *testing.T) {
	got, err := config.Parse("coldbrook.yaml", []byte(filtered+`
            - value:
                price: [{numeric: [">", 0, "<=", 1.50]}, 3.0e2, -7]
                "a.b": ["x<y", yes, 'null', null, true, ""]
                user: {name: [{prefix: A}]}
            - '{"value": ["plain"]}'
            - |
              {"value": {"a": [1]}}
`))
	if err != nil {
		t.Fatal(err)
	}
	e := got.Functions[0].Events[0]
	want := []string{
		`{"value":{"price":[{"numeric":[">",0,"<=",1.50]},3.0e2,-7],"a.b":["x<y","yes","null",null,true,""],"user":{"name":[{"prefix":"A"}]}}}`,
		`{"value": ["plain"]}`,
		"{\"value\": {\"a\": [1]}}\n",
	}
	if !reflect.DeepEqual(e.Filters, want) || e.FilterNulls != "drop" || e.CommitFiltered != "batch" {
		t.Errorf("got %q, %q, %q\nwant %q", e.Filters, e.FilterNulls, e.CommitFiltered, want)
	}
}

// Mistakes of a pattern are where they are made, also within it.
func TestMistakesOfFilters(t *testing.T) {
	const f = "functions.f.events[0].kafka."
	for name, c := range map[string]struct {
		yaml string
		want []string
	}{
		"in a map": {`            - value:
                price: [{numeric: ["!", 0]}]
                "a b": 7
            - key: [x]
`, []string{
			`12:36: ` + f + `filters[0].value.price[0].numeric[0]: must be one of =, <, <=, >, >=, not "!"`,
			`14:15: ` + f + `filters[1].key: for Kafka, Lambda filters by value only`,
		}},
		"a value that is no list": {"            - value: {\"a b\": 7}\n", []string{
			`11:30: ` + f + `filters[0].value."a b": must be a list of what the field may be, or an object of fields, not a number; write [7]`,
		}},
		"in a text": {"            - '{\"value\": {\"a\": []}}'\n            - '{'\n", []string{
			`11:15: ` + f + `filters[0].value.a: the list is empty: nothing would match it`,
			`12:15: ` + f + `filters[1]: the pattern is no JSON: unexpected end of JSON input, at byte 1`,
		}},
		"no pattern": {"            - 7\n            -\n", []string{
			`11:15: ` + f + `filters[0]: must be a pattern, as in {value: {price: [{numeric: [">", 0]}]}}, not 7`,
			`12:14: ` + f + `filters[1]: must be a pattern, as in {value: {price: [{numeric: [">", 0]}]}}, not nothing`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := config.Parse("x.yaml", []byte(filtered+c.yaml))
			if err == nil {
				t.Fatal("got no error")
			}
			if got := firstLines(err); !slices.Equal(got, c.want) {
				t.Errorf("got %q\nwant %q", got, c.want)
			}
		})
	}
}
