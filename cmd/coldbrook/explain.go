package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// explainOptions are the flags of explain.
type explainOptions struct {
	where
	file     string
	up, down bool
	depth    int
	breadth  int
	format   *choice
}

// foundMost is how many records explain lists that have a key or event id.
const foundMost = 20

func explainCommand() *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{
		Use:   "explain RECORD|KEY|EVENT-ID [FILE]",
		Short: "tell the story of one record: where it came from, and all it led to",
		Long: `Tells the story of one record as a tree: who produced it and from which records, who read it, each attempt with what it waited for, how it ended, and all it led to, with times and causes. It says by which evidence one record belongs to another: the index in a response, the only record of a batch, a trace, a key, or just the batch.

RECORD is TOPIC/PARTITION@OFFSET. A KEY, or the id of an event or of a trace, finds the records that have it; if there is just one, its story is told.

With FILE, a journal that was written with --journal, it tells of that run; else of the running instance, as far as that still holds its entries.`,
		Example: `coldbrook explain orders/3@120419
coldbrook explain cust-0042
coldbrook explain orders.dlq/0@7 --up run.journal`,
		Args: explainArguments,
	}
	o.addInstance(cmd)
	f := cmd.Flags()
	f.StringVar(&o.file, "journal", "", "the `FILE` with the journal of a run")
	f.BoolVar(&o.up, "up", false, "only where it came from")
	f.BoolVar(&o.down, "down", false, "only what it led to")
	f.IntVar(&o.depth, "depth", 16, "over how many functions or processes records are followed")
	f.IntVar(&o.breadth, "breadth", 12, "how many records are told of each cause and effect")
	o.format = addFormat(cmd, "an object")
	cmd.MarkFlagFilename("journal")
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return o.run(cmd, args) }
	return cmd
}

func explainArguments(cmd *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return usage(cmd, "%s needs a record, TOPIC/PARTITION@OFFSET, a key, or the id of an event", cmd.CommandPath())
	case 1, 2:
		return nil
	}
	return usage(cmd, "%s takes a record and a file, but there is %q, too", cmd.CommandPath(), args[2])
}

func (o *explainOptions) run(cmd *cobra.Command, args []string) error {
	files, err := o.check(cmd, args)
	if err != nil {
		return err
	}
	src, end, err := openSource(cmd, &o.where, files)
	if err != nil {
		return err
	}
	return errors.Join(o.explain(cmd, src, args[0]), end())
}

// check returns the file that is named, none or one.
func (o *explainOptions) check(cmd *cobra.Command, args []string) ([]string, error) {
	files := args[1:]
	if o.file != "" {
		files = append(files, o.file)
	}
	if len(files) > 1 {
		return nil, usage(cmd, "there are two files, %q and %q", files[0], files[1])
	}
	if len(files) == 1 && o.instance != "" {
		return nil, usage(cmd, "a file and --instance exclude each other")
	}
	if o.depth < 0 {
		return nil, usage(cmd, "--depth %d is negative", o.depth)
	}
	if o.breadth < 1 {
		return nil, usage(cmd, "--breadth %d is below 1", o.breadth)
	}
	return files, exclusive(cmd, "up", "down")
}

// explain tells the story of what is named, or lists the records that can be meant.
func (o *explainOptions) explain(cmd *cobra.Command, src journal.Source, name string) error {
	r, ok := parseRecord(name)
	if !ok {
		found, err := lineage.Find(src, name, foundMost)
		switch {
		case err != nil:
			return err
		case len(found) == 0:
			return &hinted{err: fmt.Errorf("explain: no record has the key or event id %q", name), hint: o.hintFound(src)}
		case len(found) > 1:
			return o.list(cmd, found)
		}
		r = found[0].Record
		if found[0].By == "payload" {
			fmt.Fprintln(cmd.ErrOrStderr(), "coldbrook: found in the payload of the newest 1,000 records; older ones were not looked at")
		}
	}
	options := o.options(src)
	s, err := lineage.Explain(src, r, options)
	if err != nil {
		return err
	}
	if options.Overtaken, err = overtaken(src, s); err != nil {
		return err
	}
	if len(options.Overtaken) > 0 {
		if s, err = lineage.Explain(src, r, options); err != nil {
			return err
		}
	}
	if o.format.json() {
		return writeJSON(cmd.OutOrStdout(), s)
	}
	text := lineage.Text{Width: width(cmd.OutOrStdout()), Cost: report.Dollars}
	return readerGone(text.Write(cmd.OutOrStdout(), s))
}

func (o *explainOptions) hintFound(src journal.Source) string {
	if n := src.Missed(); n > 0 {
		return fmt.Sprintf("the oldest %d entries of the run are not held any more; a run with --journal FILE keeps all", n)
	}
	return "a record is named TOPIC/PARTITION@OFFSET; coldbrook consume TOPIC shows keys and offsets"
}

func (o *explainOptions) options(src journal.Source) lineage.Options {
	options := lineage.Options{Depth: o.depth, Breadth: o.breadth, Cost: costOf(src.Description())}
	switch {
	case o.depth == 0:
		options.Depth = -1
	case o.up:
		options.Direction = lineage.Up
	}
	if o.down {
		options.Direction = lineage.Down
	}
	return options
}

// parseRecord reads TOPIC/PARTITION@OFFSET.
func parseRecord(s string) (r lineage.Record, ok bool) {
	before, offset, found := cutLast(s, "@")
	topic, partition, found2 := cutLast(before, "/")
	if !found || !found2 || topic == "" {
		return r, false
	}
	p, err := strconv.ParseInt(partition, 10, 32)
	n, err2 := strconv.ParseInt(offset, 10, 64)
	return lineage.Record{Topic: topic, Partition: int32(p), Offset: n}, err == nil && err2 == nil && p >= 0 && n >= 0
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// list prints records that have a key or an event, the newest first.
func (o *explainOptions) list(cmd *cobra.Command, found []lineage.Found) error {
	out := cmd.OutOrStdout()
	if o.format.json() {
		return writeJSON(out, struct {
			Found []lineage.Found `json:"found"`
		}{found})
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "record\tat\tby\tproduced by")
	for _, f := range found {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", f.Record, journal.Duration(f.Produced.At), f.By, f.Produced)
	}
	if err := t.Flush(); err != nil {
		return readerGone(err)
	}
	more := ""
	if len(found) == foundMost {
		more = fmt.Sprintf("; these are the newest %d", foundMost)
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "coldbrook: coldbrook explain %s tells the story of one%s\n", found[0].Record, more)
	return nil
}

// costOf returns what prices invocations of a run, nil if its profile has no prices.
func costOf(of *journal.Description) func(*journal.Entry) int64 {
	p, ok := profile.Lookup(of.Profile)
	if !ok {
		return nil
	}
	functions := map[string]journal.DescribedFunction{}
	for _, f := range of.Functions {
		functions[f.Name] = f
	}
	return func(e *journal.Entry) int64 {
		f := functions[e.Function]
		return p.Billing.Compute(f.Architecture).Cost(0, f.Memory>>20*e.Billed) + p.Billing.Request
	}
}

// Width of the lines where no terminal says it, and at most.
const (
	plainWidth = 120
	widestLine = 160
)

// width is how wide the lines on w should be.
func width(w io.Writer) int {
	if f, ok := w.(*os.File); ok && term.IsTerminal(f.Fd()) {
		if columns, _, err := term.GetSize(f.Fd()); err == nil && columns > 0 {
			return min(columns, widestLine)
		}
	}
	return plainWidth
}
