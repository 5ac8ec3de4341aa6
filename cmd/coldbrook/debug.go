package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// addDebug takes over which functions are to be debugged.
func (o *runOptions) addDebug(cmd *cobra.Command, cfg *emulator.Config) error {
	var all []string
	for _, f := range cfg.Functions {
		all = append(all, f.Name)
	}
	for _, name := range o.debug {
		if slices.Contains(all, name) {
			continue
		}
		listed := names(cfg.Functions, func(f emulator.Function) string { return f.Name })
		hint := "there are " + listed
		if near := emulator.DidYouMean(name, all); near != "" {
			hint = fmt.Sprintf("did you mean %q? There are %s", near, listed)
		}
		if len(all) == 0 {
			hint = "there is no function in the configuration"
		}
		return &usageError{err: fmt.Errorf("--debug: there is no function %q", name), hint: hint}
	}
	cfg.Debug, cfg.DebugWait = o.debug, o.debugWait
	return nil
}
