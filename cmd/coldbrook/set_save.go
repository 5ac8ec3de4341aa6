package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/config"
	"github.com/coldbrook-dev/coldbrook/emulator/control"
)

// saved is what set --save did, as JSON has it.
type saved struct {
	File    string   `json:"file"`
	Keys    []string `json:"keys"`
	Diff    string   `json:"diff"`
	Written bool     `json:"written"`
}

// saveSettings writes what was changed by hand into the file, of the functions and keys
// that are named, or all of it.
func (o *setOptions) saveSettings(ctx context.Context, cmd *cobra.Command, c *control.Client, names []string) error {
	if o.format.json() && !o.diff && !o.yes {
		return usage(cmd, "--format json does not ask: give --diff or --yes")
	}
	s, err := settingsOf(ctx, c)
	if err != nil {
		return err
	}
	if s.File == "" {
		return &hinted{err: errors.New("the instance was not started from a coldbrook.yaml, and other files are not edited"), hint: "coldbrook init --from FILE makes one of a template"}
	}
	asked, _, err := chooseSettings(s.Settings, names)
	if err != nil {
		return err
	}
	chosen := slices.DeleteFunc(slices.Clone(asked), func(s emulator.Setting) bool { return s.From != emulator.FromLive })
	assignments, err := savedAssignments(chosen)
	if err != nil {
		return err
	}
	told := saved{File: s.File, Keys: []string{}}
	for i := range chosen {
		told.Keys = append(told.Keys, chosen[i].Path)
	}
	diff, apply, err := config.Save(s.File, assignments)
	if err != nil {
		return err
	}
	sayFileDiffers(cmd.ErrOrStderr(), s.File, asked)
	told.Diff = diff
	return o.write(ctx, cmd, &told, apply)
}

// savedAssignments are settings as config.Save takes them.
func savedAssignments(all []emulator.Setting) ([]string, error) {
	var assignments []string
	var errs []error
	for i := range all {
		switch s := &all[i]; {
		case !s.IsSet:
			assignments = append(assignments, s.Path+"=")
		case s.IsHidden:
			errs = append(errs, &hinted{err: fmt.Errorf("%s is not saved: variables may hold credentials, and their values are not handed out", s.Path),
				hint: "write it into the file yourself, and name the keys to save: coldbrook set --save KEY..."})
		default:
			assignments = append(assignments, s.Path+"="+s.Value)
		}
	}
	return assignments, errors.Join(errs...)
}

// sayFileDiffers says which of the keys the file has another value for than the instance
// has read.
func sayFileDiffers(w io.Writer, file string, all []emulator.Setting) {
	c, err := config.Load(file)
	if err != nil {
		return // Save has said it, or it is about what is beside the file
	}
	now := c.Settings()
	for i := range all {
		s := &all[i]
		j := slices.IndexFunc(now, func(n emulator.Setting) bool { return n.Path == s.Path })
		if j < 0 || now[j].File == s.File {
			continue
		}
		said := map[bool]string{true: "nothing", false: s.File}[s.File == ""]
		fmt.Fprintf(w, "%s was changed since the instance read it: %s is %s there, and was %s\n", filepath.Base(file), s.Path, now[j].Value, said)
	}
}

// write shows what would be written, asks, and writes.
func (o *setOptions) write(ctx context.Context, cmd *cobra.Command, told *saved, apply func() error) error {
	w, name := cmd.OutOrStdout(), filepath.Base(told.File)
	if !o.format.json() {
		shown := told.Diff
		if shown == "" {
			shown = "nothing to save: nothing was changed by hand since " + name + " was read\n"
			if len(told.Keys) > 0 {
				shown = "nothing to save: " + name + " says all that was changed by hand\n"
			}
		}
		if _, err := io.WriteString(w, shown); err != nil {
			return readerGone(err)
		}
	}
	if !o.diff && told.Diff != "" {
		if wanted, err := o.confirm(ctx, cmd, name); err != nil || !wanted {
			return err
		}
		if err := apply(); err != nil {
			return err
		}
		told.Written = true
	}
	if o.format.json() {
		return writeJSON(w, told)
	}
	if told.Written {
		_, err := fmt.Fprintf(w, "written to %s\n", name)
		return readerGone(err)
	}
	return nil
}

// confirm asks whether to write, unless the answer was given. No answer is no.
func (o *setOptions) confirm(ctx context.Context, cmd *cobra.Command, name string) (bool, error) {
	if o.yes {
		return true, nil
	}
	in := cmd.InOrStdin()
	if f, ok := in.(*os.File); !ok || !term.IsTerminal(f.Fd()) {
		return false, &hinted{err: errors.New("nothing was written: there is no terminal to ask at"), hint: "--yes writes without asking"}
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "write %s? [y/N] ", name)
	answer := make(chan string, 1)
	go func() { // it ends with the process if nobody answers
		line, _ := bufio.NewReader(in).ReadString('\n')
		answer <- line
	}()
	select {
	case line := <-answer:
		line = strings.ToLower(strings.TrimSpace(line))
		if line == "y" || line == "yes" {
			return true, nil
		}
		fmt.Fprintln(cmd.ErrOrStderr(), "nothing was written")
		return false, nil
	case <-ctx.Done():
		fmt.Fprintln(cmd.ErrOrStderr())
		return false, context.Cause(ctx)
	}
}
