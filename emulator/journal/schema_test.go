package journal

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestSchemaDescribesEveryField fills every field of an entry and compares with its JSON:
// what is there must be described, with its type and in its order.
func TestSchemaDescribesEveryField(t *testing.T) {
	e := Entry{Each: &Records{}}
	fillFields(t, reflect.ValueOf(&e).Elem())
	e.Each.Each, e.Each.Origins = []Known{{1, 1, 1, 1}}, []int32{1}
	if n := reflect.TypeFor[Known]().NumField(); n != 4 {
		t.Fatalf("Known has %d fields: describe the new one as each.NAME", n)
	}
	got := paths(t, e.AppendJSON(nil))
	var want []string
	for _, f := range DescribeSchema().Fields {
		want = append(want, f.Name+" "+f.Type)
		if f.Doc == "" || f.Measured != strings.HasPrefix(f.Name, "measured") {
			t.Errorf("field %s: has no doc, or is not where it says", f.Name)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// fillFields sets all fields to what is not zero.
func fillFields(t *testing.T, v reflect.Value) {
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			f.SetString("x")
		case reflect.Struct:
			fillFields(t, f)
		case reflect.Pointer:
		case reflect.Int, reflect.Int32, reflect.Int64:
			f.SetInt(1)
		case reflect.Uint8, reflect.Uint32, reflect.Uint64:
			f.SetUint(1)
		default:
			t.Fatalf("field %s is a %s, which the test cannot fill", v.Type().Field(i).Name, f.Kind())
		}
	}
}

// paths are the names of all that is in an object, with their types, in their order.
func paths(t *testing.T, text []byte) []string {
	var all []string
	d := json.NewDecoder(strings.NewReader(string(text)))
	var value func(path string)
	value = func(path string) {
		token, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		kind := "string"
		switch token := token.(type) {
		case float64:
			kind = "integer"
		case json.Delim:
			if kind = "array"; token == '{' {
				kind = "object"
			}
		}
		if path != "" && !strings.HasSuffix(path, ".") {
			all = append(all, path+" "+kind)
		}
		switch token {
		case json.Delim('{'):
			for d.More() {
				name, err := d.Token()
				if err != nil {
					t.Fatal(err)
				}
				value(strings.TrimPrefix(strings.TrimSuffix(path, ".")+"."+name.(string), "."))
			}
			d.Token()
		case json.Delim('['):
			for d.More() {
				value(path + ".")
			}
			d.Token()
		}
	}
	value("")
	return all
}

func TestSchemaDescribesEveryKind(t *testing.T) {
	d := DescribeSchema()
	docs := map[string]string{
		"run started":    "Text says with which profile and seed.",
		"run stopped":    "is the last entry of a run.",
		"build ended":    "Function, Reason (the command or the error), Outcome, Measured.Took.",
		"reader awaited": "Reason (whom), Measured.Took:",
		"world paused":   "the user made the world's clock stand still.",
	}
	for _, k := range d.Kinds {
		if k.Doc == "" {
			t.Errorf("kind %q has no doc", k.Name)
		}
		if want, ok := docs[k.Name]; ok {
			delete(docs, k.Name)
			if !strings.HasPrefix(k.Doc, want) {
				t.Errorf("kind %q: got %q, want %q", k.Name, k.Doc, want)
			}
		}
	}
	if len(docs) > 0 || len(d.Kinds) != int(kindEnd)-1 || len(d.Outcomes) != len(outcomeNames)-1 {
		t.Errorf("got %d kinds and %d outcomes, without %v", len(d.Kinds), len(d.Outcomes), docs)
	}
}
