package query

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestParsePlaces(t *testing.T) {
	for text, want := range map[string]string{
		"key":                     "key",
		" v.customer.email , key": "v .customer .email, key",
		`v."a b".c,v.'x,y'`:       "v .a b .c, v .x,y",
		"v.items[0].sku,v":        "v .items [0] .sku, v",
		"h.trace-id,h.x.y":        "h(trace-id), h(x.y)",
		"key.id":                  "key .id",
		"":                        `column 1: "" is no place in a record`,
		"v.a,":                    `column 5: "" is no place in a record`,
		"$.a":                     `column 1: "$.a" is no place in a record`,
		"topic":                   `column 1: "topic" is no place in a record`,
		"v.a b":                   `column 5: "b" does not belong to a place`,
		"v.items[*].sku":          "column 8: elements are not named all at once",
		"v.items[x]":              `column 8: "[x]" leads nowhere`,
		"h":                       "column 1: h needs the name of a header",
		"h.":                      "column 1: h needs the name of a header",
		"v.":                      `column 3: "" leads nowhere`,
		"v=1":                     `column 2: "=1" does not belong to a place`,
	} {
		places, err := ParsePlaces(text)
		var got []string
		for _, p := range places {
			s := p.Field.Name
			if p.Header != "" {
				s += "(" + p.Header + ")"
			}
			for _, step := range p.Steps {
				if step.Name != nil {
					s += " ." + *step.Name
				} else {
					s += fmt.Sprintf(" [%d]", step.Index)
				}
			}
			got = append(got, s)
		}
		if e, ok := errors.AsType[*Error](err); ok {
			got = []string{strings.TrimPrefix(e.Error(), "filter: ")}
			if e.Advice == "" && !strings.Contains(want, "belong") {
				t.Errorf("%s: no advice", text)
			}
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: got %s, want %s", text, strings.Join(got, ", "), want)
		}
	}
}
