package config

import (
	"reflect"
	"strings"
)

// clearKey takes a value of a struct of the configuration away, so that the default
// counts. It does nothing where there is no such key.
func clearKey[T any](of *T, key string) {
	v := reflect.ValueOf(of).Elem()
	field := v.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, key) })
	if field.IsValid() && field.CanSet() {
		field.SetZero()
	}
}
