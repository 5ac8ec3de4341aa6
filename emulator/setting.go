package emulator

import (
	"fmt"
	"reflect"
	"runtime"
	"slices"
)

// SettingFrom says where the value of a Setting is from.
type SettingFrom string

// FromDefault is a key that nobody set, FromFile one that has the value of the
// configuration that the run was started with or that was read since, FromLive one that
// was changed by hand since then.
const (
	FromDefault SettingFrom = "default"
	FromFile    SettingFrom = "file"
	FromLive    SettingFrom = "live"
)

// SettingKind is what kind of value a Setting has.
type SettingKind string

// Kinds of settings, by how their values are written: 500ms; 256MB; 10; one of Choices;
// true or false; a text; [a, b]; {a: 1, b: 2}; and a distribution of durations,
// {p50: 1s, p99: 2s}.
const (
	KindDuration     SettingKind = "duration"
	KindSize         SettingKind = "size"
	KindNumber       SettingKind = "number"
	KindChoice       SettingKind = "choice"
	KindSwitch       SettingKind = "switch"
	KindText         SettingKind = "text"
	KindList         SettingKind = "list"
	KindMap          SettingKind = "map"
	KindDistribution SettingKind = "distribution"
)

// What the change of a setting comes to while running, as docs/reload.md has it.
const (
	SettingApplies      = "applies"
	SettingNewRevision  = "new revision"
	SettingBeginsAnew   = "begins anew"
	SettingComesAndGoes = "comes and goes"
)

// Setting is a key of the configuration that can be changed while running.
type Setting struct {
	// Path is the key, and Short the shortest form that set takes for it.
	Path  string `json:"path"`
	Short string `json:"short"`
	// Function is whose key it is; "" for one of the whole run.
	Function string `json:"function,omitempty"`
	// Value is what counts now, Default what counts where nobody says anything, under the
	// profile that applies here, and File what the file says. They are as they are written
	// in the file; a Default that is no single value is said in words, and File is "" where
	// the file does not say it. Of variables only the names are there: some hold
	// credentials.
	Value   string `json:"value"`
	Default string `json:"default"`
	File    string `json:"file,omitempty"`
	// IsSet is whether Value is anybody's and not the Default.
	IsSet bool `json:"isSet"`
	// IsHidden is whether Value is not all of it, but the names of variables.
	IsHidden bool `json:"isHidden,omitempty"`
	// From is where Value is from.
	From SettingFrom `json:"from"`
	// Kind is how it is written, Choices the values of a KindChoice, the default first.
	Kind    SettingKind `json:"kind"`
	Choices []string    `json:"choices,omitempty"`
	// Min and Max are the bounds that Validate holds it to; "" for none.
	Min string `json:"min,omitempty"`
	Max string `json:"max,omitempty"`
	// Unit is what a KindNumber counts, "percent"; "" for others.
	Unit string `json:"unit,omitempty"`
	// Meaning is what it does, in a few words.
	Meaning string `json:"meaning"`
	// Source is where the default is from: a source of the profile with its date, or
	// "Coldbrook".
	Source string `json:"source"`
	// Change is what a change comes to: one of SettingApplies and those beside it.
	Change string `json:"change"`

	field string // of Config, Function or Event
	event int    // the number of the event; -1 for a key of the function or run
}

// Settings returns every key that Turn can change in a run and that has an effect under
// the profiles of this one: those of the whole run, then those of the functions and their
// events, in the order of the configuration. It is safe for concurrent use and waits for
// nothing.
func (e *Emulator) Settings() []Setting {
	now := e.parts().config
	all := settingsOf(&now, e.file.said.Load())
	if e.world.Virtual() {
		return all
	}
	i := slices.IndexFunc(all, func(s Setting) bool { return s.Path == "maxProcesses" })
	all[i].Default = showCount(processesPerCore * runtime.NumCPU())
	if !all[i].IsSet {
		all[i].Value = all[i].Default
	}
	return all
}

// Settings returns the settings of a configuration that is no run's, where it counts as
// what the file says. It must be valid.
func (c Config) Settings() []Setting { return settingsOf(&c, &c) }

// settingsOf are the settings of a configuration. said is what the file says, or nil.
func settingsOf(now, said *Config) []Setting {
	if said == nil {
		said = &Config{}
	}
	s := settings{said: said}
	at := knobAt{config: now, profile: lookup(now.profileName())}
	s.addAll(runKnobs, &at, "", reflect.ValueOf(now).Elem(), reflect.ValueOf(said).Elem())
	for i := range now.Functions {
		s.function(now, &now.Functions[i])
	}
	return s.all
}

// settings are being collected.
type settings struct {
	said *Config
	all  []Setting
}

func (s *settings) function(now *Config, f *Function) {
	was := s.said.function(f.Name)
	path := Path("functions", f.Name)
	at := knobAt{config: now, function: f, profile: now.functionProfile(f)}
	s.addAll(functionKnobs, &at, path, reflect.ValueOf(f).Elem(), reflect.ValueOf(was).Elem())
	for i := range f.Events {
		e := &f.Events[i]
		at.event, at.number, at.profile = e, i, now.eventProfile(f, e)
		s.addAll(eventKnobs, &at, fmt.Sprintf("%s.events[%d].kafka", path, i), reflect.ValueOf(e).Elem(), reflect.ValueOf(was.event(e, i)).Elem())
	}
}

// event is the event of a function that another one is a change of: that with the same
// topic and group, or else that with the same number.
func (f *Function) event(of *Event, number int) *Event {
	if i := slices.IndexFunc(f.Events, func(e Event) bool { return e.identity() == of.identity() }); i >= 0 {
		return &f.Events[i]
	}
	if number < len(f.Events) {
		return &f.Events[number]
	}
	return &Event{}
}

// addAll adds the settings of a table that can be set at a place.
func (s *settings) addAll(table []knob, at *knobAt, path string, now, said reflect.Value) {
	for i := range table {
		k := &table[i]
		if k.lacking != nil && k.lacking(at) {
			continue
		}
		field, _ := now.Type().FieldByName(k.field)
		one := k.setting(at, now.FieldByName(k.field), said.FieldByName(k.field))
		one.Path = joinPath(path, keyOf(&field))
		one.Short = at.short(one.Path, keyOf(&field))
		one.Change, one.field, one.event = at.change(k.field), k.field, -1
		if at.event != nil {
			one.event = at.number
		}
		if at.function != nil {
			one.Function = at.function.Name
		}
		s.all = append(s.all, one)
	}
}

// setting is the knob with its values. Path, Short, Function and Change are the caller's.
func (k *knob) setting(at *knobAt, now, said reflect.Value) Setting {
	one := Setting{Kind: k.kind, Choices: k.choices, Unit: k.unit, Meaning: k.meaning, Source: "Coldbrook", From: FromDefault}
	one.Default = k.defaultAt(at)
	if number, ok := at.profile.Field(k.origin); ok {
		one.Source = number.Source + ", " + number.Date
	}
	for _, bound := range []struct {
		into *string
		of   func(*knobAt) string
	}{{&one.Min, k.least}, {&one.Max, k.most}} {
		if bound.of != nil {
			*bound.into = bound.of(at)
		}
	}
	one.Value, one.IsSet = one.Default, !now.IsZero()
	if one.IsSet {
		one.Value = writeValue(now)
	}
	_, isVariables := now.Interface().(map[string]string)
	one.IsHidden = isVariables && one.IsSet
	if !said.IsZero() {
		one.File = writeValue(said)
	}
	switch {
	case !reflect.DeepEqual(now.Interface(), said.Interface()):
		one.From = FromLive
	case one.IsSet:
		one.From = FromFile
	}
	return one
}
