package query

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse holds that no text makes Parse panic; that its mistakes lie in the text; and
// that the String of a query is one that matches the same and prints the same.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"", "fn=enrich,ship & (bad | !late)", "off=120410..120480 try>1", `v."a b"[0].c?>=5 h.x!=y`,
		"key~^cust-(0|1)[)|&] dur>500ms", `"a \" \\ b" 'c'`, "kind=invocation-ended size<=1.5K at=2..3", "a.b c,d e?", "!!(a)", "((", "v.~", "h.=", "=", "?="} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := Parse(text)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Column < 1 || e.Column > utf8.RuneCountInString(text)+1 {
				t.Errorf("%q: got the error %v", text, err)
			}
			e.Hint()
			return
		}
		printed := q.String()
		again, err := Parse(printed)
		if err != nil {
			t.Fatalf("%q is printed as %q: %v", text, printed, err)
		}
		if again.String() != printed {
			t.Errorf("%q is printed as %q, and that as %q", text, printed, again)
		}
		for _, name := range names {
			if e := entries[name]; q.Match(subject(e)) != again.Match(subject(e)) {
				t.Errorf("%q and %q differ for %s", text, printed, name)
			}
		}
	})
}

// FuzzFindJSON holds that no document makes findJSON panic.
func FuzzFindJSON(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b\n":"c"}],"d":null}`), "a")
	f.Add([]byte(strings.Repeat("[", 5000)), "")
	f.Fuzz(func(t *testing.T, document []byte, name string) {
		findJSON(document, []step{{name: &name}, {index: 1}})
		findJSON(document, []step{{index: 0}, {name: &name}})
		findJSON(document, nil)
	})
}
