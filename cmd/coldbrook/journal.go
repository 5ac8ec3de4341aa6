package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/query"
)

// journalOptions are the flags of journal, and its arguments as they are understood.
type journalOptions struct {
	where
	format                              *choice
	schema, count, follow, payload, tui bool
	tail                                int
	ui                                  uiOptions
	around                              journalContext

	file   []string // the file, or none
	filter *query.Query
	// asksLate says that it asks whether records were handled late.
	asksLate bool
}

func journalCommand() *cobra.Command {
	var o journalOptions
	cmd := &cobra.Command{
		Use:   "journal [FILE] [FILTER...]",
		Short: "print what happened in a run, or what a filter chooses of it",
		Long: `Prints the journal of a run, a sentence for each entry with its time in seconds: of the file that --journal of dev or run has written, or of the running instance, as far back as it holds it. With a filter it prints the entries that match; several arguments are joined by "and". late and keylate hold where an entry shows that a record was handled out of the order of its partition, or of its key; with --before and --after the entries around it are printed, too.

In a shell, what has one of  ( ) | & ! < > * ? ~ "  stands in single quotes.

` + query.Reference(78),
		Example: `coldbrook journal run.journal fn=enrich bad
coldbrook journal run.journal 'key=cust-0042 | dur>500ms' --payload
coldbrook journal run.journal keylate -B 80 -A 40
coldbrook journal --follow kind=invocation-ended 'try>1' --format json`,
		Args: cobra.ArbitraryArgs,
	}
	o.addInstance(cmd)
	f := cmd.Flags()
	o.format = addFormat(cmd, "an entry a line, as --schema describes it")
	f.IntVarP(&o.tail, "tail", "n", 0, "print only the last `N` of what would be printed")
	f.IntVarP(&o.around.before, "before", "B", 0, "print `N` entries before each that matches, too")
	f.IntVarP(&o.around.after, "after", "A", 0, "print `N` entries after each that matches, too")
	f.BoolVarP(&o.follow, "follow", "f", false, "go on while the instance runs, until it ends or Ctrl-C")
	f.BoolVar(&o.count, "count", false, "print only how many entries there are")
	f.BoolVar(&o.payload, "payload", false, "print the records of an entry, too, as far as they are still there")
	f.BoolVar(&o.tui, "tui", false, "show the file in the terminal UI, with a time cursor")
	o.ui.add(cmd)
	f.BoolVar(&o.schema, "schema", false, "print what entries consist of: kinds, outcomes, fields")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if o.schema {
			return o.printSchema(cmd, args)
		}
		if err := o.check(cmd, args); err != nil {
			return err
		}
		if o.tui {
			return showPast(cmd, o.file[0], &o.ui)
		}
		return o.run(cmd)
	}
	return cmd
}

// check understands the arguments.
func (o *journalOptions) check(cmd *cobra.Command, args []string) error {
	switch {
	case o.tail < 0 || o.tail == 0 && cmd.Flags().Changed("tail"):
		return usage(cmd, "--tail %d is less than 1", o.tail)
	case o.around.before < 0 || o.around.after < 0 || o.around.before > 1<<20:
		return usage(cmd, "--before %d --after %d: write how many entries, 0 to 1048576", o.around.before, o.around.after)
	case o.around.wanted() && (o.count || o.tail > 0):
		return usage(cmd, "--before and --after print entries that do not match, so they go with none of --count and --tail")
	case o.count && (o.follow || o.payload || o.tail > 0):
		return usage(cmd, "--count prints no entries, so it goes with none of --follow, --payload and --tail")
	}
	if len(args) > 0 && isFile(args[0]) {
		o.file, args = args[:1], args[1:]
	}
	if o.tui && (len(o.file) == 0 || len(args) > 0 || o.count || o.tail > 0 || o.payload || o.format.json()) {
		return usage(cmd, "--tui shows a whole file: coldbrook journal FILE --tui; a running instance is shown by the coldbrook dev that it is")
	}
	if err := o.ui.check(cmd); err != nil {
		return err
	}
	if o.follow && len(o.file) > 0 {
		return usage(cmd, "--follow needs a running instance, but %q is a file", o.file[0])
	}
	if len(o.file) > 0 && o.instance != "" {
		return usage(cmd, "--instance and the file %q exclude each other", o.file[0])
	}
	return o.parse(args)
}

// isFile reports whether an argument names something in the file system.
func isFile(arg string) bool {
	_, err := os.Stat(arg)
	return err == nil || !errors.Is(err, fs.ErrNotExist) && !strings.ContainsAny(arg, "=<>~")
}

// parse reads the filter. A first word that is neither file nor condition is a file that
// is not there, rather than a word to look for.
func (o *journalOptions) parse(args []string) error {
	if len(o.file) == 0 && len(args) > 0 {
		if q, err := query.Parse(args[0]); err == nil && q.IsWord() {
			return &usageError{err: fmt.Errorf("there is no file %q", args[0]),
				hint: fmt.Sprintf("it can be read as a filter, too: to look for this word in the running instance, put it in quotes twice: coldbrook journal '%q'", args[0])}
		}
	}
	var all []*query.Query
	for _, arg := range args {
		q, err := query.Parse(arg)
		if err == nil {
			err = q.Check("an entry of the journal", func(*query.Field, bool) bool { return true }, lateWords...)
		}
		if err != nil {
			return misfiltered(err)
		}
		all = append(all, q)
		o.asksLate = o.asksLate || asksLate(q)
	}
	o.filter = query.And(all...)
	return nil
}

// open opens what is to be read.
func (o *journalOptions) open(cmd *cobra.Command) (journal.Source, func() error, error) {
	source, end, err := openSource(cmd, &o.where, o.file)
	if err != nil && len(o.file) == 0 && !o.filter.Everything() {
		return nil, nil, &hinted{err: err, hint: strings.TrimPrefix(hintOf(err)+fmt.Sprintf("\nthere is no such file, so %q is the filter for a running instance", o.filter), "\n")}
	}
	return source, end, err
}

// hintOf is the hint that came with an error.
func hintOf(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		return h.Hint()
	}
	return ""
}

func (o *journalOptions) printSchema(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage(cmd, "--schema is of every journal, but there is %q", args[0])
	}
	d := journal.DescribeSchema()
	if o.format.json() {
		return writeJSON(cmd.OutOrStdout(), d)
	}
	_, err := io.WriteString(cmd.OutOrStdout(), schemaText(d))
	return readerGone(err)
}
