package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/config"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/templates"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
)

// fromOptions are the flags of commands that take a project of another tool as it is.
type fromOptions struct {
	file          string
	parameterList []string
	stage, region string

	files []string // that were read
	said  bool     // what was left out of it
	// wrong is what was wrong in the file when it was read last, and was put up with.
	wrong map[string]bool
}

func (o *fromOptions) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.file, "from", "", "take this `FILE` for the configuration: a SAM or CloudFormation template, or a file of the Serverless Framework")
	f.StringArrayVar(&o.parameterList, "parameter", nil, "with --from: the value of a parameter (or of ${opt:} and ${param:}), `NAME=VALUE`; may be given again")
	f.StringVar(&o.stage, "stage", "", "with --from: the stage of the Serverless Framework (default: the file's, or dev)")
	f.StringVar(&o.region, "region", "", "with --from: the region (default: the file's, or us-east-1)")
	cmd.MarkFlagFilename("from", "yaml", "yml", "json", "template")
}

func (o *fromOptions) isAsked() bool { return o.file != "" }

// folder is the folder of the project; with --from that of the file.
func (o *fromOptions) folder(cmd *cobra.Command, args []string) (string, error) {
	if !o.isAsked() {
		for _, name := range []string{"from", "parameter", "stage", "region"} {
			if flag := cmd.Flags().Lookup(name); flag != nil && flag.Changed {
				if name == "from" {
					return "", usage(cmd, "--from is empty: it names a file")
				}
				return "", usage(cmd, "--%s needs --from", name)
			}
		}
		return folderOf(args), nil
	}
	dir := filepath.Dir(o.file)
	if len(args) > 0 && filepath.Clean(args[0]) != dir {
		return "", usage(cmd, "--from %s says where the project is: leave %q out", filepath.ToSlash(o.file), args[0])
	}
	return dir, nil
}

// options are what the flags say of the file.
func (o *fromOptions) options() (plan.Options, error) {
	p := plan.Options{Stage: o.stage, Region: o.region, Parameters: map[string]string{}, Getenv: os.LookupEnv}
	for _, text := range o.parameterList {
		name, value, found := strings.Cut(text, "=")
		if !found || name == "" {
			return p, &usageError{err: fmt.Errorf("--parameter %q is not NAME=VALUE", text)}
		}
		p.Parameters[name] = value
	}
	return p, nil
}

// plan reads the file.
func (o *fromOptions) plan() (*plan.Plan, error) {
	options, err := o.options()
	if err != nil {
		return nil, err
	}
	p, err := templates.Read(o.file, options)
	if err != nil {
		return nil, err
	}
	o.files = p.Files
	return p, nil
}

// load reads the configuration: of the file, or without --from that in dir. What of a file
// needs a value or is wrong is told once.
func (o *fromOptions) load(w io.Writer, dir string) (emulator.Config, error) {
	if !o.isAsked() {
		return config.Load(dir)
	}
	if other := filepath.Join(dir, config.FileName); exists(other) {
		return emulator.Config{}, &hinted{err: fmt.Errorf("there are two configurations: %s and --from %s", filepath.ToSlash(other), filepath.ToSlash(o.file)),
			hint: "leave --from out, or remove " + filepath.ToSlash(other)}
	}
	p, err := o.plan()
	if err != nil {
		return emulator.Config{}, err
	}
	if err := o.newMistake(p); err != nil {
		return emulator.Config{}, err
	}
	if !o.said {
		o.said = true
		sayShortly(w, p)
	}
	if len(p.Config.Functions) == 0 {
		return emulator.Config{}, nothingTaken(p)
	}
	return templates.Config(p)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// nothingTaken is the error of a file of which no function can be run.
func nothingTaken(p *plan.Plan) error {
	e := &hinted{err: fmt.Errorf("%s: there is no function in it that can be run here", filepath.ToSlash(p.Files[0]))}
	for _, f := range p.Sorted() {
		if f.Verdict == plan.Wrong {
			e.hint = fmt.Sprintf("%s: %s %s: %s", f.At, f.Resource, f.Key, f.Text)
			break
		}
	}
	return e
}

// shortly is how many findings are told before a run.
const shortly = 8

// sayShortly says in a few lines what a run from the file is not.
func sayShortly(w io.Writer, p *plan.Plan) {
	told := 0
	for _, f := range p.Sorted() {
		if f.Verdict < plan.NeedsValue {
			continue
		}
		if told++; told <= shortly {
			fmt.Fprintln(w, journal.Printable(fmt.Sprintf("%s: %s: %s: %s", f.At, f.Verdict, subject(&f), sentence(&f))))
		}
	}
	if left := told - shortly; left > 0 {
		fmt.Fprintf(w, "and %d more\n", left)
	}
	file := filepath.ToSlash(p.Files[0])
	fmt.Fprintf(w, "%s: %s; of its parts %d count, %d are dropped: coldbrook init --from %s --dry-run says which and why\n",
		file, counted(len(p.Config.Functions), "function"), p.Count(plan.Taken)+p.Count(plan.Changed), p.Count(plan.Dropped), shellWord(file))
	if p.Config.Dir != "." {
		fmt.Fprintf(w, "note: other commands find this run from %s on down; elsewhere: --instance %[1]s\n", shellWord(filepath.ToSlash(p.Config.Dir)))
	}
	io.WriteString(w, longWindows(&p.Config))
}

// subject is whose a finding is, and what of it.
func subject(f *plan.Finding) string {
	return strings.TrimSpace(f.Resource + " " + f.Key)
}

// sentence is what a finding says, with its advice.
func sentence(f *plan.Finding) string {
	if f.Advice == "" {
		return f.Text
	}
	return f.Text + "; " + f.Advice
}
