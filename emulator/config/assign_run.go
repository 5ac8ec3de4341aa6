package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// runKeys are the keys of the whole run that can be changed while running.
var runKeys = []string{"accountConcurrency", "cpu", "freeze", "logs", "maxProcesses", "memoryLimit", "onReload", "passEnv", "watch"}

// assignRun sets a key of the whole run.
func assignRun(c emulator.Config, key, value string) (emulator.Config, error) {
	key = strings.TrimSpace(key)
	if !slices.Contains(runKeys, key) {
		near := emulator.DidYouMean(key, runKeys)
		if near != "" {
			return c, fmt.Errorf("%q is not a key of the run; did you mean %q?", key, near)
		}
		return c, fmt.Errorf("%q is not a key of a function, such as functions.ship.timeout, nor one of the run: %s", key, strings.Join(runKeys, ", "))
	}
	next := c
	clearKey(&next, key)
	err := readKey(key, strings.TrimSpace(value), func(r *reader) {
		if root := r.document(); root != nil {
			r.file(&next, root)
		}
	})
	if err != nil {
		return c, fmt.Errorf("%s: %w", key, err)
	}
	return next, nil
}
