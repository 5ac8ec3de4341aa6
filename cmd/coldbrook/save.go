package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
)

// saveOptions are the flags of save.
type saveOptions struct {
	where
	out, file string
	force     bool
	outcome   bool
	format    *choice
}

func saveCommand() *cobra.Command {
	var o saveOptions
	cmd := &cobra.Command{
		Use:   "save RECORD... [FILE]",
		Short: "save records as a fixture",
		Long: `Writes records, each TOPIC/PARTITION@OFFSET, into a fixture: a text file with a line of JSON for each, with its time, key, value and headers. They stand there in the order in which they were produced.

With FILE, a journal that was written with --journal, they are those of that run; else those of the running instance.

Without -o, the fixture is fixtures/TOPIC-PARTITION-OFFSET.jsonl of the first record, in the folder of the project.`,
		Example: `coldbrook save orders/3@120419
coldbrook save orders/3@120419 orders/3@120420 run.journal -o bad-sku.jsonl.gz`,
		Args: cobra.ArbitraryArgs,
	}
	o.addInstance(cmd)
	f := cmd.Flags()
	f.StringVarP(&o.out, "output", "o", "", "the fixture's `FILE`; compressed with gzip if it ends with .gz")
	f.StringVar(&o.file, "journal", "", "the `FILE` with the journal of a run")
	f.BoolVar(&o.outcome, "outcome", false, "save what the run made of them, too: batches, attempts, outputs, dead letters, commits")
	f.BoolVar(&o.force, "force", false, "replace a file that is there")
	o.format = addFormat(cmd, "an object")
	cmd.MarkFlagFilename("journal")
	cmd.MarkFlagFilename("output")
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return o.run(cmd, args) }
	return cmd
}

// check returns the records and the journal, if one is named.
func (o *saveOptions) check(cmd *cobra.Command, args []string) ([]lineage.Record, []string, error) {
	var files []string
	if n := len(args); n > 1 {
		if _, ok := parseRecord(args[n-1]); !ok {
			args, files = args[:n-1], args[n-1:]
		}
	}
	if o.file != "" {
		files = append(files, o.file)
	}
	if len(args) == 0 {
		return nil, nil, usage(cmd, "%s needs a record, TOPIC/PARTITION@OFFSET", cmd.CommandPath())
	}
	if len(files) > 1 {
		return nil, nil, usage(cmd, "there are two files, %q and %q", files[0], files[1])
	}
	if len(files) == 1 && o.instance != "" {
		return nil, nil, usage(cmd, "a file and --instance exclude each other")
	}
	if cmd.Flags().Changed("output") && o.out == "" {
		return nil, nil, usage(cmd, "--output is empty")
	}
	if o.out == "-" {
		return nil, nil, usage(cmd, "--output names a file, which coldbrook fixture cat prints")
	}
	records, err := recordArguments(cmd, args)
	return records, files, err
}

func (o *saveOptions) run(cmd *cobra.Command, args []string) error {
	records, files, err := o.check(cmd, args)
	if err != nil {
		return err
	}
	path := o.out
	if path == "" {
		if path, err = o.defaultPath(len(files) > 0, records[0]); err != nil {
			return err
		}
	}
	src, end, err := openSource(cmd, &o.where, files)
	if err != nil {
		return err
	}
	n, err := saveFixtureWith(src, records, path, o.force, o.outcomeInto(cmd.ErrOrStderr(), src))
	if err = errors.Join(err, end()); err != nil {
		return err
	}
	return o.print(cmd.OutOrStdout(), path, n)
}

// defaultPath is where a fixture goes if nobody says: in the folder of the instance or, of
// a file, in that of the project this folder is in. It is relative to this one if it is in it.
func (o *saveOptions) defaultPath(ofFile bool, first lineage.Record) (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("save: %w", err)
	}
	project := projectOf(here)
	if !ofFile {
		i, err := o.find()
		if err != nil {
			return "", err
		}
		project = i.Dir()
	}
	return fromFolder(here, fixturePath(project, first)), nil
}

// fromFolder is a path as it is named in a folder: relative if it is in it.
func fromFolder(here, path string) string {
	if relative, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(relative) {
		return relative
	}
	return path
}

// projectOf is the folder with a coldbrook.yaml that is dir or above it; dir if there is none.
func projectOf(dir string) string {
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "coldbrook.yaml")); err == nil {
			return d
		}
		if d == filepath.Dir(d) {
			return dir
		}
	}
}

func (o *saveOptions) print(w io.Writer, path string, n int) error {
	if o.format.json() {
		return writeJSON(w, struct {
			File    string `json:"file"`
			Records int    `json:"records"`
		}{path, n})
	}
	_, err := fmt.Fprintf(w, "%s: %s\n", path, countOf(n))
	return readerGone(err)
}

// alreadyThere adds to the error of a fixture that exists what to do about it.
func alreadyThere(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return &hinted{err: err, hint: "--force replaces it, and -o FILE names another"}
	}
	return err
}
