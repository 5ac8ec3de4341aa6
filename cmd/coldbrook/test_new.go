package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/cases"
	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/config"
)

// newCaseOptions are the flags of test that make a case.
type newCaseOptions struct {
	where
	name, from string
	topics     []string
}

func (o *newCaseOptions) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.name, "new", "", "make the case `NAME`: what goes in, what came of it, and a case.yaml to go on with")
	f.StringVar(&o.from, "from", "", "with --new: the `FILE` that goes in, a fixture or the journal of a run; without it, what went into the running instance")
	f.StringSliceVar(&o.topics, "topic", nil, "with --new, of a journal or an instance: take the records of this topic, and not of all that functions read")
	o.addInstance(cmd)
	instance := f.Lookup("instance") // shared with others, where it needs nothing
	instance.Usage = "with --new: " + instance.Usage
	cmd.MarkFlagFilename("from")
}

// checkNew returns what is wrong with the flags, if a case is to be made or not.
func (o *testOptions) checkNew(cmd *cobra.Command) error {
	changed := cmd.Flags().Changed
	if !changed("new") {
		for _, name := range []string{"from", "topic", "instance"} {
			if changed(name) {
				return usage(cmd, "--%s needs --new NAME", name)
			}
		}
		return nil
	}
	for _, name := range []string{"run", "update", "junit", "parallel", "fail-on-skip"} {
		if changed(name) {
			return usage(cmd, "--%s and --new exclude each other", name)
		}
	}
	switch n := &o.fresh; {
	case !filepath.IsLocal(filepath.FromSlash(n.name)) || path.Clean(n.name) == ".":
		return usage(cmd, "--new %q is no name of a folder, such as refund or orders/refund", n.name)
	case slices.ContainsFunc(strings.Split(filepath.ToSlash(n.name), "/"), cases.Skips):
		return usage(cmd, "--new %q is in a folder in which cases are not looked for", n.name)
	case changed("from") && n.from == "":
		return usage(cmd, "--from is empty")
	}
	return exclusive(cmd, "from", "instance")
}

// newCase is a case that is being made.
type newCase struct {
	options *testOptions
	cmd     *cobra.Command
	ctx     context.Context
	found   cases.Found
	dir     string // its folder
	project string // the folder of coldbrook.yaml
	cfg     emulator.Config
	made    string // the topmost folder that was made for it
	input   caseInput
	text    caseText
	result  *cases.Result
}

// runNew makes a case, or nothing.
func (o *testOptions) runNew(cmd *cobra.Command, args []string) error {
	ctx, end := untilSignal(cmd.Context())
	defer end()
	n := &newCase{options: o, cmd: cmd, ctx: ctx}
	if err := n.place(folderOf(args)); err != nil {
		return err
	}
	if err := n.make(); err != nil {
		return errors.Join(err, os.RemoveAll(n.made))
	}
	return n.print()
}

// place finds out where the case goes, which is beside the others: tests in the folder of the
// project, or the folder that is named if it is below that.
func (n *newCase) place(dir string) error {
	full, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("make a case: %w", err)
	}
	n.project = projectOf(full)
	if n.project == full {
		dir = filepath.Join(dir, "tests")
	}
	if n.cfg, err = config.Load(n.project); err != nil {
		return err
	}
	name := filepath.FromSlash(n.options.fresh.name)
	n.dir = filepath.Join(dir, name)
	n.found = cases.Found{Name: filepath.ToSlash(filepath.Clean(name)), File: filepath.Join(n.dir, config.CaseFile)}
	for n.made = n.dir; ; n.made = filepath.Dir(n.made) {
		if _, err := os.Lstat(filepath.Dir(n.made)); !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	err = os.MkdirAll(filepath.Dir(n.dir), 0o777)
	if err == nil {
		err = os.Mkdir(n.dir, 0o777)
	}
	if errors.Is(err, fs.ErrExist) {
		return &hinted{fmt.Errorf("make a case: %q is there already", n.dir), "--new takes another name; coldbrook test --run NAME --update writes only the goldens of a case anew"}
	}
	if err != nil {
		return fmt.Errorf("make a case: %w", err)
	}
	return nil
}

// make writes the case and runs it.
func (n *newCase) make() error {
	err := n.writeInput()
	if err != nil {
		return err
	}
	n.describe()
	if err := n.play(false); err != nil {
		return err
	}
	if n.result.Outcome != cases.OK {
		return n.cannot("the case cannot be run, and is not made")
	}
	n.expect()
	return n.fix()
}

// play writes the case.yaml as it is now, and runs it.
func (n *newCase) play(update bool) error {
	if err := os.WriteFile(n.found.File, []byte(n.text.String()), 0o666); err != nil {
		return fmt.Errorf("make a case: %w", err)
	}
	o := *n.options
	o.update = update
	n.result = o.runCase(n.ctx, n.found)
	if cause := context.Cause(n.ctx); cause != nil {
		return cause
	}
	return nil
}

// cannot prints what became of the case, and returns an error.
func (n *newCase) cannot(why string) error {
	p := &casePrinter{out: n.cmd.OutOrStdout(), json: n.options.format.json()}
	return errors.Join(p.print(n.result), errors.New(why))
}

// fixMost is how often a case is run until it holds.
const fixMost = 4

// fix writes the goldens and runs the case once more, to see whether it holds. What differs
// from run to run is ignored, and said to be so.
func (n *newCase) fix() error {
	for range fixMost {
		if err := n.play(true); err != nil {
			return err
		}
		if n.result.Outcome == cases.OK || n.text.adapt(n.result) {
			if err := n.play(false); err != nil {
				return err
			}
		}
		if n.result.Outcome == cases.OK {
			return nil
		}
		if !n.text.adapt(n.result) {
			break
		}
	}
	return n.cannot("the case does not hold when it is run once more, and is not made: give what comes out no random part")
}
