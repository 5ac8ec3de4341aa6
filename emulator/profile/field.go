package profile

import (
	"reflect"
	"strings"
)

// Field returns the number at a path of the struct, such as Kafka.BatchSizeDefault or
// Function.TimeoutDefault, as Numbers has it, and whether there is one.
func (p *Profile) Field(path string) (Number, bool) {
	part, name, _ := strings.Cut(path, ".")
	of := reflect.ValueOf(p).Elem().FieldByName(part)
	if of.Kind() != reflect.Struct || !of.FieldByName(name).IsValid() {
		return Number{}, false
	}
	o := originOf(p.Name, path)
	value, unit := plain(of.FieldByName(name), o.unit)
	return o.number(strings.ToLower(part), lowerFirst(name), value, unit), true
}
