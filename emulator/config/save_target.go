package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// target is a key of the file that is to be saved.
type target struct {
	path, key string
	function  string // "" for a key of the run
	event     int    // -1 for a key of a function
}

// targetOf finds out which key an assignment is about, as Assign does.
func targetOf(c *emulator.Config, key string) (*target, error) {
	key = strings.TrimSpace(key)
	name, rest, found := strings.Cut(strings.TrimPrefix(key, "functions."), ".")
	if !found {
		if !slices.Contains(runKeys, key) {
			_, err := assignRun(*c, key, "x")
			return nil, err
		}
		return &target{path: key, key: key, event: -1}, nil
	}
	i := slices.IndexFunc(c.Functions, func(f emulator.Function) bool { return f.Name == name })
	if i < 0 {
		return nil, noFunction(c, name)
	}
	t := &target{function: name, key: rest, event: -1}
	if index, after, found := strings.Cut(strings.TrimPrefix(rest, "events["), "].kafka."); found {
		n, err := strconv.Atoi(index)
		if err != nil || n < 0 || n >= len(c.Functions[i].Events) {
			return nil, fmt.Errorf("functions.%s.%s: there is no event %s: the function has %d", name, rest, index, len(c.Functions[i].Events))
		}
		t.event, t.key = n, after
	} else if len(c.Functions[i].Events) == 1 && !isKey(rest, func(r *reader) { r.function(&emulator.Function{}, "", r.document()) }) {
		t.event = 0
	}
	t.path = emulator.Path("functions", name) + "." + t.key
	if t.event >= 0 {
		t.path = fmt.Sprintf("%s.events[%d].kafka.%s", emulator.Path("functions", name), t.event, t.key)
	}
	if !t.isKnown() {
		if _, err := Assign(*c, key+"=x"); err != nil { // it says what was meant
			return nil, err
		}
		return nil, fmt.Errorf("%s: there is no such key", t.path)
	}
	return t, nil
}

func (t *target) isKnown() bool {
	if t.event >= 0 {
		return isKey(t.key, func(r *reader) { r.event(&emulator.Event{}, "", r.document()) })
	}
	return isKey(t.key, func(r *reader) { r.function(&emulator.Function{}, "", r.document()) })
}

// isKey says whether a reader knows a key.
func isKey(key string, read func(*reader)) bool {
	if key == "events" || strings.ContainsAny(key, ".[]: \t\r\n\"'#{},&*!|>%@`") || key == "" {
		return false
	}
	err := readKey(key, "x", read)
	return err == nil || !strings.HasPrefix(err.Error(), "unknown key") && !strings.HasPrefix(err.Error(), "is not emulated")
}

// cleared is a configuration without the key.
func (t *target) cleared(c emulator.Config) emulator.Config {
	if t.function == "" {
		clearKey(&c, t.key)
		return c
	}
	c.Functions = slices.Clone(c.Functions)
	f := &c.Functions[slices.IndexFunc(c.Functions, func(f emulator.Function) bool { return f.Name == t.function })]
	if t.event < 0 {
		clearKey(f, t.key)
		return c
	}
	f.Events = slices.Clone(f.Events)
	clearKey(&f.Events[t.event], t.key)
	return c
}

// cannot is the error for a key that is not edited.
func (t *target) cannot(line int, reason, value string) error {
	write := fmt.Sprintf("write it yourself: %s: %s", t.key, value)
	if value == "" {
		write = "take the line " + t.key + ": out yourself"
	}
	return &EditError{Path: t.path, Line: line, Reason: reason, Write: write}
}
