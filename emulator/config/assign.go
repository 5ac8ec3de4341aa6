package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// Assign returns a configuration in which one key has another value, as it would be
// written in the file: functions.ship.timeout=5s, or functions.ship.events[0].kafka.batchSize=10.
// The parts functions. and, where a function has one event, events[0].kafka. may be
// left out. Of the whole run it takes the keys that can be changed while running, such as
// accountConcurrency=50. c is not changed.
//
// It returns what is wrong with the assignment itself; Validate says whether the
// result is a configuration.
func Assign(c emulator.Config, assignment string) (emulator.Config, error) {
	path, value, found := strings.Cut(assignment, "=")
	if !found {
		return c, fmt.Errorf("%q is not KEY=VALUE, such as functions.ship.timeout=5s", assignment)
	}
	name, key, found := strings.Cut(strings.TrimPrefix(strings.TrimSpace(path), "functions."), ".")
	if !found {
		return assignRun(c, path, value)
	}
	i := slices.IndexFunc(c.Functions, func(f emulator.Function) bool { return f.Name == name })
	if i < 0 {
		return c, noFunction(&c, name)
	}
	next := c
	next.Functions = slices.Clone(c.Functions)
	f := &next.Functions[i]
	f.Events = slices.Clone(f.Events)
	if err := assign(f, key, strings.TrimSpace(value)); err != nil {
		return c, fmt.Errorf("functions.%s.%s: %w", name, key, err)
	}
	return next, nil
}

func noFunction(c *emulator.Config, name string) error {
	var names []string
	for _, f := range c.Functions {
		names = append(names, f.Name)
	}
	if near := emulator.DidYouMean(name, names); near != "" {
		return fmt.Errorf("there is no function %q; did you mean %q?", name, near)
	}
	return fmt.Errorf("there is no function %q; there are %s", name, strings.Join(names, ", "))
}

// assign sets a key of a function, or of an event of it. The reader of the file reads
// the value.
func assign(f *emulator.Function, key, value string) error {
	event, rest := -1, key
	if index, after, found := strings.Cut(strings.TrimPrefix(key, "events["), "].kafka."); found {
		n, err := strconv.Atoi(index)
		if err != nil || n < 0 || n >= len(f.Events) {
			return fmt.Errorf("there is no event %s: the function has %d", index, len(f.Events))
		}
		event, rest = n, after
	}
	if strings.ContainsAny(rest, ".[]: \t\n") || rest == "" {
		return errors.New("is not a key of a function or of its kafka event")
	}
	if event >= 0 {
		clearKey(&f.Events[event], rest) // a map takes the place of the one before
		return readKey(rest, value, func(r *reader) { r.event(&f.Events[event], "", r.document()) })
	}
	if rest != "events" {
		clearKey(f, rest)
	}
	err := readKey(rest, value, func(r *reader) { r.function(f, "", r.document()) })
	if err != nil && len(f.Events) == 1 {
		clearKey(&f.Events[0], rest)
		ofEvent := readKey(rest, value, func(r *reader) { r.event(&f.Events[0], "", r.document()) })
		// Of a key that an event has, what is wrong is its value.
		if ofEvent == nil || !strings.HasPrefix(ofEvent.Error(), "unknown key") {
			return ofEvent
		}
	}
	return err
}

// readKey has read read a file of one line, and returns the first thing that is wrong
// with it.
func readKey(key, value string, read func(*reader)) error {
	if strings.ContainsAny(value, "\r\n") {
		return errors.New("the value is more than one line")
	}
	r := newReader([]byte(key + ": " + value))
	read(r)
	if len(r.mistakes) == 0 {
		return nil
	}
	m := &r.mistakes[0]
	if m.Advice != "" {
		return fmt.Errorf("%s; %s", m.Message, m.Advice)
	}
	return errors.New(m.Message)
}
