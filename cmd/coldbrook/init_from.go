package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/config"
	"github.com/coldbrook-dev/coldbrook/templates"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
)

// initFrom are the flags of init that make coldbrook.yaml of a file of another tool.
type initFrom struct {
	from   fromOptions
	dryRun bool
	format *choice
}

func (o *initFrom) add(cmd *cobra.Command) {
	o.from.add(cmd)
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "with --from: print coldbrook.yaml to stdout, and the table to stderr, and write nothing")
	o.format = addFormat(cmd, "with --from: what became of each part of the file")
}

// takenOver is what init --from says with --format json.
type takenOver struct {
	From      string      `json:"from"`
	Format    string      `json:"format"`
	File      string      `json:"file"` // coldbrook.yaml
	Written   bool        `json:"written"`
	Files     []string    `json:"files"` // that were read
	Functions []string    `json:"functions"`
	Topics    []string    `json:"topics"`
	Findings  []findingOf `json:"findings"`
	Text      string      `json:"text,omitempty"` // of a dry run
}

// findingOf is a finding as JSON has it.
type findingOf struct {
	Verdict  string `json:"verdict"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Resource string `json:"resource,omitempty"`
	Key      string `json:"key,omitempty"`
	Text     string `json:"text"`
	Advice   string `json:"advice,omitempty"`
}

// run writes coldbrook.yaml beside the file, and says what is in it and what is not.
func (o *initFrom) run(cmd *cobra.Command, args []string) error {
	dir, err := o.from.folder(cmd, args)
	if err != nil {
		return err
	}
	p, err := o.from.plan()
	if err != nil {
		return err
	}
	to := filepath.Join(dir, config.FileName)
	if !o.dryRun && exists(to) {
		return &hinted{err: fmt.Errorf("%s is there already, and nothing was written", filepath.ToSlash(to)),
			hint: "coldbrook init --from " + shellWord(filepath.ToSlash(o.from.file)) + " --dry-run prints what would be written"}
	}
	text := templates.Text(p)
	told := takenOver{From: filepath.ToSlash(o.from.file), Format: p.Format, File: filepath.ToSlash(to), Files: p.Files, Functions: []string{}, Topics: []string{}, Findings: findingsOf(p)}
	for i := range p.Config.Functions {
		told.Functions = append(told.Functions, p.Config.Functions[i].Name)
	}
	for _, t := range p.Config.Topics {
		told.Topics = append(told.Topics, t.Name)
	}
	switch {
	case len(told.Functions) == 0:
		err = nothingTaken(p)
	case o.dryRun:
		_, err = templates.Config(p)
	default:
		if err = writeNew(to, text); err == nil {
			told.Written = true
			_, err = templates.Config(p)
		}
	}
	return errors.Join(o.tell(cmd, p, &told, text, err == nil), err)
}

// tell prints what was made, as text or JSON. works says that it can be run.
func (o *initFrom) tell(cmd *cobra.Command, p *plan.Plan, told *takenOver, text []byte, works bool) error {
	out := cmd.OutOrStdout()
	if o.format.json() {
		if o.dryRun {
			told.Text = string(text)
		}
		return writeJSON(out, told)
	}
	if o.dryRun {
		if _, err := out.Write(text); err != nil {
			return readerGone(err)
		}
		out = cmd.ErrOrStderr()
	}
	if err := writePlan(out, p, width(out)); err != nil {
		return readerGone(err)
	}
	if told.Written {
		fmt.Fprintf(out, "wrote %s\n", told.File)
	}
	if !works || !told.Written {
		return nil
	}
	_, err := io.WriteString(out, nextSteps(&p.Config))
	return readerGone(err)
}

func findingsOf(p *plan.Plan) []findingOf {
	all := []findingOf{}
	for _, f := range p.Sorted() {
		all = append(all, findingOf{Verdict: f.Verdict.String(), File: f.At.File, Line: f.At.Line, Column: f.At.Column,
			Resource: f.Resource, Key: f.Key, Text: f.Text, Advice: f.Advice})
	}
	return all
}
