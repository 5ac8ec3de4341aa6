package emulator

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// SettingNamed returns the setting that a key stands for in a configuration: its Path,
// with or without functions., its Short, or what else set takes for it. now is the
// configuration that Turn hands to its change. It returns an error, with what was probably
// meant, if there is none.
func (e *Emulator) SettingNamed(now *Config, key string) (Setting, error) {
	all := settingsOf(now, e.file.said.Load())
	plain := func(path string) string { return strings.TrimPrefix(path, "functions.") }
	key = plain(strings.TrimSpace(key))
	names := make([]string, len(all))
	for i := range all {
		if names[i] = all[i].Short; plain(all[i].Path) == key || plain(all[i].Short) == key {
			return all[i], nil
		}
	}
	if near := DidYouMean(key, names); near != "" {
		return Setting{}, fmt.Errorf("there is no key %q that can be changed here; did you mean %q?", key, near)
	}
	return Setting{}, fmt.Errorf("there is no key %q that can be changed here; coldbrook set lists them", key)
}

// Reset returns a configuration in which a setting of it has the value of the file again,
// or none where the file does not say it; with FromDefault, none, so that the default
// counts. now is not changed.
func (e *Emulator) Reset(now Config, s *Setting, to SettingFrom) Config {
	said := &Config{}
	if to == FromFile {
		said = e.file.said.Load()
	}
	if s.Function == "" {
		reset(&now, said, s.field)
		return now
	}
	now.Functions = slices.Clone(now.Functions)
	i := slices.IndexFunc(now.Functions, func(f Function) bool { return f.Name == s.Function })
	if i < 0 {
		return now
	}
	f, was := &now.Functions[i], said.function(s.Function)
	if s.event < 0 {
		reset(f, was, s.field)
		return now
	}
	f.Events = slices.Clone(f.Events)
	if s.event < len(f.Events) {
		event := &f.Events[s.event]
		reset(event, was.event(event, s.event), s.field)
	}
	return now
}

// reset gives a field the value that another struct has in it.
func reset[T any](into, from *T, field string) {
	reflect.ValueOf(into).Elem().FieldByName(field).Set(reflect.ValueOf(from).Elem().FieldByName(field))
}

// function is the function with a name, or one of which nothing is said.
func (c *Config) function(name string) *Function {
	if i := slices.IndexFunc(c.Functions, func(f Function) bool { return f.Name == name }); i >= 0 {
		return &c.Functions[i]
	}
	return &Function{}
}
