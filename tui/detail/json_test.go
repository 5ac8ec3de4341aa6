package detail

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/record"
)

type recordLine = record.Line

func area(w, h int) frame.Area {
	var f frame.Frame
	f.Resize(w, h)
	return f.Area()
}

// asText is lines without their styles.
func asText(lines text) string {
	var b strings.Builder
	for _, l := range lines {
		for _, p := range l {
			b.WriteString(p.text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Whatever is set out is the same document, and what is no JSON stands as it is.
func FuzzSetOut(f *testing.F) {
	for _, seed := range []string{`{"a":1,"b":[1,2,{"c":"} ]\" "}],"d":{},"e":[]}`, `"x"`, `-1.5e3`, `null`, `[[[]]]`, ` { "a" : [ ] } `, `{`, "a\nb", "", `{"a":"` + strings.Repeat("x", 80) + `"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		lines, isJSON := setOut(value)
		if !isJSON {
			return
		}
		var want, got bytes.Buffer
		if err := json.Compact(&want, value); err != nil {
			t.Fatal(err)
		}
		if err := json.Compact(&got, []byte(asText(lines))); err != nil {
			t.Fatalf("%q is set out as %q: %v", value, asText(lines), err)
		}
		if got.String() != want.String() {
			t.Errorf("got %s, want %s", got.String(), want.String())
		}
	})
}

func TestSetOut(t *testing.T) {
	lines, _ := setOut([]byte(`{"id":9920,"customer":{"id":"c","tier":"gold"},"lines":[{"sku":"","qty":0}],"none":{},"ok":true}`))
	want := `{
  "id": 9920,
  "customer": { "id": "c", "tier": "gold" },
  "lines": [
    { "sku": "", "qty": 0 }
  ],
  "none": {},
  "ok": true
}
`
	if got := asText(lines); got != want {
		t.Errorf("got\n%s", got)
	}
}
