package emulator

import (
	"cmp"
	"context"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/reload"
)

// build runs the user's build command, or go build for Go code, and returns the
// executable of the latter.
func (e *Emulator) build(ctx context.Context, f *Function, revision int32, note func(journal.Entry)) (string, error) {
	spec := e.buildSpec(f, revision)
	if !e.isBuilt(f, &spec) {
		return "", nil
	}
	return e.runBuild(ctx, f, spec, note)
}

// runBuild runs a build of a function, and returns the file that it makes, if it is ours.
func (e *Emulator) runBuild(ctx context.Context, f *Function, spec reload.BuildSpec, note func(journal.Entry)) (string, error) {
	said := buildOutput{function: f.Name, note: note, held: spec.Command == ""}
	spec.Output = said.line
	revision := spec.Revision
	entry := journal.Entry{Kind: journal.BuildStarted, Function: f.Name, Revision: shownRevision(revision), Reason: spec.String()}
	if folder := e.shownFolder(f, spec.Dir); spec.Command != "" && folder != "" {
		entry.Reason += " (in " + folder + ")"
	}
	note(entry)
	begun := time.Now()
	binary, err := reload.Build(ctx, spec)
	entry.Kind, entry.Outcome, entry.Reason = journal.BuildEnded, journal.Succeeded, ""
	entry.Measured.Took = int64(time.Since(begun))
	switch {
	case err != nil && ctx.Err() != nil:
		entry.Outcome, entry.Reason = journal.Abandoned, err.Error()
	case err != nil:
		entry.Outcome, entry.Reason = journal.FunctionError, err.Error()
	default:
		said.release()
	}
	note(entry)
	return binary, err
}

func (e *Emulator) buildSpec(f *Function, revision int32) reload.BuildSpec {
	dir := e.path(f.Code)
	command := e.buildCommand(f)
	if command != "" {
		dir = e.buildFolder(f)
	}
	return reload.BuildSpec{
		Function: f.Name, Dir: dir, Command: command, Debug: e.cfg.isDebugged(f.Name), Into: e.path(cmp.Or(e.cfg.Reload.Builds, filepath.Join(".coldbrook", "build"))), Revision: revision,
	}
}

// isBuilt says whether the code of a function needs a build.
func (e *Emulator) isBuilt(f *Function, spec *reload.BuildSpec) bool {
	return spec.Command != "" || strings.HasPrefix(f.Runtime, "provided") && spec.IsGo()
}

// shownRevision is a revision as entries have it.
func shownRevision(revision int32) int32 {
	if revision == 1 {
		return 0
	}
	return revision
}

// buildOutput is what a build prints. Of go build it is held back until it is known
// whether the error repeats it, with places that lead from where the user is.
type buildOutput struct {
	function string
	note     func(journal.Entry)
	held     bool

	mu    sync.Mutex // guards lines
	lines []journal.Entry
}

func (o *buildOutput) line(stream, line string) {
	e := journal.Entry{Kind: journal.Output, Function: o.function, Reason: stream, Text: line}
	if !o.held {
		o.note(e)
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.lines = append(o.lines, e)
}

// release hands on what was held back. The build has ended.
func (o *buildOutput) release() {
	o.mu.Lock()
	lines := o.lines
	o.mu.Unlock()
	for _, e := range lines {
		o.note(e)
	}
}
