package emulator

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// Turned is a key of the configuration whose value was changed while running.
type Turned struct {
	// Path is the key: functions.ship.timeout.
	Path string `json:"path"`
	// From and To are its values as they are written; "unset" for none.
	From string `json:"from"`
	To   string `json:"to"`
}

// What can be changed while running, by the names of the fields. All else is built,
// connected or handed to processes at the start.
var (
	turnableOfFunctions = []string{"Timeout", "ReservedConcurrency", "ColdStart", "Duration", "KeepAlive"}
	turnableOfEvents    = []string{"BatchSize", "BatchWindow", "Retries", "PartialResponseMode", "Bisect", "BisectCountsAsRetry",
		"MaximumRecordAge", "RecordAgeCondition", "RetryBackoff", "ThrottleBackoff", "CommitFiltered", "OnError"}
)

// Turn applies another configuration to the run, as far as it differs: all of it or
// nothing. change makes it of the one that counts now, which it must not change; it
// must not block. What has been decided, such as the deadline of an invocation that
// runs, stays; the rest counts from the next decision on. Turn returns what was
// changed.
//
// It returns the error of change, the mistakes of Validate, or a *Mistake for each key
// that cannot be changed while running, joined; or the cause of ctx, which also ends
// the wait for a run that has ended.
func (e *Emulator) Turn(ctx context.Context, change func(Config) (Config, error)) ([]Turned, error) {
	var turned []Turned
	var failed error
	err := e.conductor.do(ctx, func() { turned, failed = e.turn(change) })
	if err == nil {
		err = failed
	}
	return turned, err
}

// turn is Turn, called by the conductor.
func (e *Emulator) turn(change func(Config) (Config, error)) ([]Turned, error) {
	now := e.current
	now.Functions = slices.Clone(now.Functions)
	next, err := change(now)
	if err != nil {
		return nil, err
	}
	resolved, err := next.Resolve()
	if err != nil {
		return nil, err
	}
	t := &turn{now: &e.current, next: &next, resolved: &resolved, machine: e.conductor.machine}
	t.compare()
	if len(t.mistakes) > 0 {
		return nil, errors.Join(t.mistakes...)
	}
	for _, c := range t.changes {
		e.conductor.step(&platform.Input{Kind: platform.RulesChanged, Change: c})
	}
	for i := range t.turned {
		e.conductor.append([]journal.Entry{t.entry(i)})
	}
	e.current = next
	return t.turned, nil
}

// turn compares two configurations.
type turn struct {
	now, next *Config
	resolved  *platform.Config
	machine   *platform.Machine
	turned    []Turned
	of        []string // the function of each
	changes   []*platform.Change
	mistakes  []error
}

// compare finds what is different, and what of it cannot be changed.
func (t *turn) compare() {
	now, next := *t.now, *t.next
	now.Functions, next.Functions = nil, nil
	next.Seed, next.tamper = now.Seed, now.tamper
	t.fields("", "", reflect.ValueOf(now), reflect.ValueOf(next), nil)
	if len(t.now.Functions) != len(t.next.Functions) {
		t.fixed("functions", "functions are started with the run")
		return
	}
	mapping := 0
	for i := range t.now.Functions {
		now, next := t.now.Functions[i], t.next.Functions[i]
		path := Path("functions", now.Name)
		if now.Name != next.Name || len(now.Events) != len(next.Events) {
			t.fixed(path, "functions and their events are started with the run")
			return
		}
		nowEvents, nextEvents := now.Events, next.Events
		now.Events, next.Events = nil, nil
		if t.fields(path, now.Name, reflect.ValueOf(now), reflect.ValueOf(next), turnableOfFunctions) {
			t.function(platform.FunctionID(i))
		}
		for j := range nowEvents {
			t.event(fmt.Sprintf("%s.events[%d].kafka", path, j), now.Name, mapping, &nowEvents[j], &nextEvents[j])
			mapping++
		}
	}
}

func (t *turn) function(id platform.FunctionID) {
	rules := &t.resolved.Functions[id]
	if why := t.machine.FunctionRules(id).Fixed(rules); why != "" {
		t.fixed(t.turned[len(t.turned)-1].Path, why)
	}
	t.changes = append(t.changes, &platform.Change{Function: id, FunctionRules: rules})
}

func (t *turn) event(path, function string, mapping int, now, next *Event) {
	if !t.fields(path, function, reflect.ValueOf(*now), reflect.ValueOf(*next), turnableOfEvents) {
		return
	}
	rules := &t.resolved.Mappings[mapping]
	if why := t.machine.MappingRules(platform.MappingID(mapping)).Fixed(rules); why != "" {
		t.fixed(t.turned[len(t.turned)-1].Path, why)
	}
	t.changes = append(t.changes, &platform.Change{Mapping: platform.MappingID(mapping), MappingRules: rules})
}

// fields compares two structs, and says whether they differ in what can be changed.
func (t *turn) fields(path, function string, now, next reflect.Value, turnable []string) (differs bool) {
	for i := range now.NumField() {
		f := now.Type().Field(i)
		if !f.IsExported() || f.Type.Kind() == reflect.Func || reflect.DeepEqual(now.Field(i).Interface(), next.Field(i).Interface()) {
			continue
		}
		key := []rune(f.Name)
		key[0] = unicode.ToLower(key[0])
		at := Path(path, string(key))
		if !slices.Contains(turnable, f.Name) {
			t.fixed(at, "it is used when the run starts")
			continue
		}
		differs = true
		t.turned = append(t.turned, Turned{Path: at, From: showValue(now.Field(i)), To: showValue(next.Field(i))})
		t.of = append(t.of, function)
	}
	return differs
}

func (t *turn) fixed(path, why string) {
	t.mistakes = append(t.mistakes, &Mistake{Path: path, Message: "cannot be changed while running: " + why,
		Advice: "set it in the file and start again"})
}

func (t *turn) entry(i int) journal.Entry {
	c := &t.turned[i]
	return journal.Entry{Kind: journal.Note, Function: t.of[i], Text: fmt.Sprintf("%s: %s in place of %s from now on", c.Path, c.To, c.From)}
}

// showValue writes the value of a key.
func showValue(v reflect.Value) string {
	isPointer := v.Kind() == reflect.Pointer
	if isPointer {
		if v.IsNil() {
			return "unset"
		}
		v = v.Elem()
	}
	if v.IsZero() && !isPointer && v.Kind() != reflect.Bool {
		return "unset"
	}
	switch x := v.Interface().(type) {
	case time.Duration:
		return showDuration(int64(x))
	case ColdStart:
		if x.Off {
			return "off"
		}
		return fmt.Sprintf("{p50: %s, p99: %s}", showDuration(int64(x.P50)), showDuration(int64(x.P99)))
	case Duration:
		return fmt.Sprintf("{p50: %s, p99: %s}", showDuration(int64(x.P50)), showDuration(int64(x.P99)))
	}
	return strings.TrimSpace(fmt.Sprint(v.Interface()))
}
