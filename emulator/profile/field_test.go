package profile

import (
	"reflect"
	"testing"
)

// TestField: a number by its path is the one that Numbers has.
func TestField(t *testing.T) {
	for _, name := range Names() {
		p, _ := Lookup(name)
		found := 0
		for _, want := range p.Numbers() {
			for path := range map[string]string{"Kafka.BatchSizeDefault": "batchSizeDefault", "Function.IdleMin": "idleMin"} {
				got, ok := p.Field(path)
				if ok && got.Name == want.Name && got.Group == want.Group {
					found++
					if !reflect.DeepEqual(got, want) {
						t.Errorf("%s %s: got %+v, want %+v", name, path, got, want)
					}
				}
			}
		}
		if found != 2 {
			t.Errorf("%s: %d numbers were compared, want 2", name, found)
		}
		for _, path := range []string{"", "Kafka", "Kafka.", "Kafka.batchSizeDefault", "Name.x", "Nothing.Is"} {
			if got, ok := p.Field(path); ok {
				t.Errorf("%s %q: got %+v, want none", name, path, got)
			}
		}
	}
}
