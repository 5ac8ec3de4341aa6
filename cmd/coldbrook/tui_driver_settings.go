package main

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/config"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Settings implements ui.Driver.
func (d *liveDriver) Settings(context.Context) ([]ui.Setting, error) {
	var all []ui.Setting
	for _, s := range d.s.emulator.Settings() {
		all = append(all, shownSetting(&s))
	}
	return all, nil
}

// shownSetting is a setting as the UI shows it.
func shownSetting(s *emulator.Setting) ui.Setting {
	return ui.Setting{
		Path: s.Short, Function: s.Function, Group: groupOf(s), Label: labelOf(s), Value: s.Value, Default: s.Default, From: string(s.From),
		Source: s.Source, Meaning: s.Meaning, Kind: string(s.Kind), Choices: s.Choices, Min: boundOf(s.Kind, s.Min), Max: boundOf(s.Kind, s.Max),
	}
}

// groupOf is the heading that a setting stands under.
func groupOf(s *emulator.Setting) string {
	switch {
	case s.Function == "":
		return "RUN"
	case strings.Contains(s.Path, ".events["):
		return "DELIVERY"
	case s.Change == emulator.SettingNewRevision:
		return "CODE (a change makes a new revision)"
	}
	return "RUNTIME"
}

// labelOf is the key within its function; of the first event without what names the event.
func labelOf(s *emulator.Setting) string {
	label := strings.TrimPrefix(s.Path, "functions."+s.Function+".")
	return strings.TrimPrefix(label, "events[0].kafka.")
}

// boundOf is a bound as a number: nanoseconds, bytes, or what is counted; 0 for none.
func boundOf(kind emulator.SettingKind, text string) int64 {
	text = strings.ReplaceAll(text, ",", "")
	switch kind {
	case emulator.KindDuration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return 0
		}
		return int64(d)
	case emulator.KindSize:
		return sizeOf(text)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// sizeOf is a size as it is written, in bytes; 0 for what is none.
func sizeOf(text string) int64 {
	for _, unit := range []struct {
		name string
		size int64
	}{{"KB", 1 << 10}, {"MB", 1 << 20}, {"GB", 1 << 30}, {"B", 1}} {
		if n, ok := strings.CutSuffix(text, unit.name); ok {
			v, err := strconv.ParseInt(strings.TrimSpace(n), 10, 64)
			if err != nil {
				return 0
			}
			return v * unit.size
		}
	}
	return 0
}

// Undo implements ui.Driver.
func (d *liveDriver) Undo(ctx context.Context) (string, error) {
	turned, err := d.s.emulator.Undo(ctx)
	if err != nil {
		return "", err
	}
	return sentences(turned), nil
}

// errNothingToSave is returned where nothing was changed by hand.
var errNothingToSave = errors.New("nothing was changed by hand since the file was read")

// saving is what Save would change.
func (d *liveDriver) saving() (diff string, apply func() error, err error) {
	var live []emulator.Setting
	for _, s := range d.s.emulator.Settings() {
		if s.From == emulator.FromLive {
			live = append(live, s)
		}
	}
	switch {
	case len(live) == 0:
		return "", nil, errNothingToSave
	case d.s.file == "":
		return "", nil, errors.New("the run was not started from a file")
	}
	assignments, err := savedAssignments(live)
	if err != nil {
		return "", nil, err
	}
	return config.Save(d.s.file, assignments)
}

// SaveDiff implements ui.Driver.
func (d *liveDriver) SaveDiff(context.Context) (string, error) {
	diff, _, err := d.saving()
	return diff, err
}

// Save implements ui.Driver.
func (d *liveDriver) Save(context.Context) (string, error) {
	_, apply, err := d.saving()
	if err != nil {
		return "", err
	}
	if err := apply(); err != nil {
		return "", err
	}
	return "saved to " + d.s.file, nil
}
