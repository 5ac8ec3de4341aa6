package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/config"
)

// settings is what a running instance says of the keys that can be changed.
type settings struct {
	// File is the configuration file, an absolute path; "" if there is none.
	File     string             `json:"file,omitempty"`
	Settings []emulator.Setting `json:"settings"`
}

// fileOf is the absolute path of the file that a configuration is from.
func fileOf(cfg *emulator.Config) string {
	if len(cfg.Reload.Files) == 0 {
		return ""
	}
	file, err := filepath.Abs(cfg.Reload.Files[0])
	if err != nil {
		return cfg.Reload.Files[0]
	}
	return file
}

// Settings returns a settings.
func (d driven) Settings() any { return settings{d.s.file, d.s.emulator.Settings()} }

// Set changes keys of the configuration, and returns a []emulator.Turned. KEY= takes the
// value of the file again, and KEY=default none.
func (d driven) Set(ctx context.Context, assignments []string) (any, error) {
	return d.s.emulator.Turn(ctx, func(cfg emulator.Config) (emulator.Config, error) {
		var errs []error
		for _, a := range assignments {
			next, err := assign(d.s.emulator, cfg, a)
			errs = append(errs, err)
			cfg = next
		}
		return cfg, errors.Join(errs...)
	})
}

// assign carries out one assignment.
func assign(e *emulator.Emulator, cfg emulator.Config, assignment string) (emulator.Config, error) {
	key, value, found := strings.Cut(assignment, "=")
	value = strings.TrimSpace(value)
	if !found || value != "" && value != wordDefault {
		return config.Assign(cfg, assignment)
	}
	s, err := e.SettingNamed(&cfg, key)
	switch {
	case err != nil:
		return cfg, err
	case value == "":
		return e.Reset(cfg, &s, emulator.FromFile), nil
	case s.Kind == emulator.KindText: // of which default may be a value
		return config.Assign(cfg, assignment)
	}
	return e.Reset(cfg, &s, emulator.FromDefault), nil
}

// wordDefault is the value that stands for none.
const wordDefault = "default"

// Undo takes the last change by Set back, and returns a []emulator.Turned.
func (d driven) Undo(ctx context.Context) (any, error) { return d.s.emulator.Undo(ctx) }
