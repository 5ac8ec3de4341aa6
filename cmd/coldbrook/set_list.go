package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/control"
)

// longestValue is how much of a value a list shows, in characters.
const longestValue = 40

// list prints the settings that were asked for: of functions, keys, or those that are
// not at their default.
func (o *setOptions) list(ctx context.Context, cmd *cobra.Command, c *control.Client, names []string) error {
	s, err := settingsOf(ctx, c)
	if err != nil {
		return err
	}
	chosen, keys, err := chooseSettings(s.Settings, names)
	if err != nil {
		return err
	}
	hidden := 0
	if len(names) == 0 && !o.all {
		chosen = slices.DeleteFunc(slices.Clone(chosen), func(s emulator.Setting) bool { return s.From == emulator.FromDefault })
		hidden = len(s.Settings) - len(chosen)
	}
	w := cmd.OutOrStdout()
	switch {
	case o.format.json():
		return writeJSON(w, settings{s.File, chosen})
	case keys:
		return readerGone(describeSettings(w, chosen))
	}
	return readerGone(listSettings(w, chosen, hidden))
}

// chooseSettings returns the settings of the functions and keys that are named, all for
// none. keys says that no function is among them.
func chooseSettings(all []emulator.Setting, names []string) (chosen []emulator.Setting, keys bool, err error) {
	if len(names) == 0 {
		return all, false, nil
	}
	keys = true
	for _, name := range names {
		name = strings.TrimPrefix(name, "functions.")
		found := false
		for i := range all {
			s := &all[i]
			isKey := s.Short == name || strings.TrimPrefix(s.Path, "functions.") == name
			if !isKey && s.Function != name {
				continue
			}
			found, keys = true, keys && isKey
			if !slices.ContainsFunc(chosen, func(c emulator.Setting) bool { return c.Path == s.Path }) {
				chosen = append(chosen, *s)
			}
		}
		if !found {
			return nil, false, noSetting(all, name)
		}
	}
	return chosen, keys, nil
}

// noSetting is the error for what is neither a function nor a key.
func noSetting(all []emulator.Setting, name string) error {
	var names []string
	for i := range all {
		if f := all[i].Function; f != "" && !slices.Contains(names, f) {
			names = append(names, f)
		}
	}
	e := &hinted{err: fmt.Errorf("there is no function or key %q", name), hint: "coldbrook set --all lists the keys"}
	if len(names) > 0 {
		e.hint += "; there are the functions " + strings.Join(names, ", ")
	}
	for i := range all {
		names = append(names, all[i].Short)
	}
	if near := emulator.DidYouMean(name, names); near != "" {
		e.hint = fmt.Sprintf("did you mean %q?", near)
	}
	return e
}

// listSettings prints a table for the run and for each function.
func listSettings(w io.Writer, all []emulator.Setting, hidden int) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i := range all {
		s := &all[i]
		if i == 0 || s.Function != all[i-1].Function {
			if i > 0 {
				fmt.Fprintln(t)
			}
			fmt.Fprintln(t, "key\tvalue\t\tdefault\tfrom\tallowed\tmeaning")
		}
		mark := ""
		if s.From == emulator.FromLive {
			mark = "*"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", s.Short, shorten(s.Value), mark, shorten(s.Default), s.From, allowed(s), s.Meaning)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	changed := 0
	for i := range all {
		if all[i].From == emulator.FromLive {
			changed++
		}
	}
	var about []string
	if changed > 0 {
		about = append(about, fmt.Sprintf("%d changed by hand (*): --undo takes the last change back, --save writes them into the file", changed))
	}
	if hidden > 0 {
		about = append(about, fmt.Sprintf("%d more at their default: --all, or a function, lists them", hidden))
	}
	for _, line := range about {
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// describeSettings prints all about some settings.
func describeSettings(w io.Writer, all []emulator.Setting) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i := range all {
		s := &all[i]
		if i > 0 {
			fmt.Fprintln(t)
		}
		fmt.Fprintf(t, "%s: %s\n", s.Path, s.Meaning)
		for _, row := range [][2]string{
			{"value", s.Value + ", from " + map[emulator.SettingFrom]string{emulator.FromDefault: "the default", emulator.FromFile: "the file", emulator.FromLive: "a change by hand"}[s.From]},
			{"file", s.File}, {"default", s.Default}, {"source", s.Source}, {"allowed", allowed(s)}, {"a change", s.Change},
		} {
			if row[1] != "" {
				fmt.Fprintf(t, "  %s\t%s\n", row[0], row[1])
			}
		}
	}
	return t.Flush()
}

// allowed says what the value of a setting may be.
func allowed(s *emulator.Setting) string {
	switch {
	case s.Kind == emulator.KindChoice:
		return strings.Join(s.Choices, "|")
	case s.Kind == emulator.KindSwitch:
		return "true|false"
	case s.Min != "" && s.Max != "":
		return strings.TrimSpace(s.Min + " to " + s.Max + " " + s.Unit)
	case s.Min != "":
		return strings.TrimSpace("from " + s.Min + " " + s.Unit)
	}
	return string(s.Kind)
}

// shorten cuts a value for a list.
func shorten(value string) string {
	if r := []rune(value); len(r) > longestValue {
		return string(r[:longestValue-3]) + "..."
	}
	return value
}
