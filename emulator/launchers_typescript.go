package emulator

import (
	"context"
	"errors"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/reload"
	"github.com/coldbrook-dev/coldbrook/emulator/runtimeapi"
)

// startable makes the launcher of a configuration of processes. A handler in TypeScript that
// Node cannot run as it is is built with the project's own tools first, if it has any; one
// in Java gets AWS's client of the Runtime API, if it has none.
func (e *Emulator) startable(ctx context.Context, f *Function, revision int32, cfg runtimeapi.Config, note func(journal.Entry)) (*runtimeapi.Launcher, error) {
	before := e.reloader.before(f.Name, revision)
	l, err := nextLauncher(before, cfg)
	if _, isLacking := errors.AsType[*runtimeapi.JavaClientError](err); isLacking {
		client, failed := e.javaClient(ctx, f, note)
		if failed != nil || client == "" {
			return nil, errors.Join(failed, err)
		}
		cfg.JavaClient = client
		return nextLauncher(before, cfg)
	}
	source, ok := errors.AsType[*runtimeapi.TypeScriptError](err)
	if !ok {
		return l, err
	}
	bundle, ok := reload.FindBundle(source.File, source.Release)
	if !ok {
		return nil, err
	}
	spec := e.buildSpec(f, revision)
	spec.Command, spec.Bundle = "", bundle
	if cfg.Module, err = e.runBuild(ctx, f, spec, note); err != nil {
		return nil, err
	}
	return nextLauncher(before, cfg)
}
