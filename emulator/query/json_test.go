package query

import (
	"encoding/json"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// TestFindJSON compares with encoding/json on any document.
func TestFindJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var path []step
		document := drawJSON(t, 4)
		text, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		want, there := document, true
		for range rapid.IntRange(0, 4).Draw(t, "steps") {
			var s step
			if rapid.Bool().Draw(t, "named") {
				name := rapid.SampledFrom(jsonNames).Draw(t, "name")
				s.name = &name
				object, _ := want.(map[string]any)
				want, there = object[name], there && has(object, name)
			} else {
				s.index = rapid.IntRange(0, 2).Draw(t, "index")
				array, _ := want.([]any)
				if there = there && s.index < len(array); there {
					want = array[s.index]
				}
			}
			if path = append(path, s); !there {
				break
			}
		}
		got, ok := findJSON(text, path)
		if ok != there {
			t.Fatalf("%s: found %v, want %v", text, ok, there)
		}
		if there && string(got) != jsonText(t, want) {
			t.Fatalf("%s: got %s, want %s", text, got, jsonText(t, want))
		}
	})
}

func has(object map[string]any, name string) bool {
	_, ok := object[name]
	return ok
}

var jsonNames = []string{"a", "b c", "d\"e", "ü", ""}

func drawJSON(t *rapid.T, depth int) any {
	switch rapid.IntRange(0, 3+min(depth, 2)).Draw(t, "type") {
	case 0:
		return rapid.String().Draw(t, "text")
	case 1:
		return rapid.SampledFrom([]any{true, false, nil}).Draw(t, "word")
	case 2, 3:
		return json.Number(strconv.FormatFloat(rapid.Float64Range(-1e9, 1e9).Draw(t, "number"), 'g', -1, 64))
	case 4:
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) any { return drawJSON(t, depth-1) }), 0, 3).Draw(t, "array")
	}
	object := map[string]any{}
	for range rapid.IntRange(0, 3).Draw(t, "members") {
		object[rapid.SampledFrom(jsonNames).Draw(t, "member")] = drawJSON(t, depth-1)
	}
	return object
}

func jsonText(t *rapid.T, v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
