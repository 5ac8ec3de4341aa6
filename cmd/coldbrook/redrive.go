package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// redriveCommandOptions are the flags of redrive.
type redriveCommandOptions struct {
	where
	redriveHow
	to, value, key string
	partition      *choice
	headers        []string
	filter         string // --where
	edit, dryRun   bool
	yes            bool
	format         *choice
}

func redriveCommand() *cobra.Command {
	var o redriveCommandOptions
	cmd := &cobra.Command{
		Use:   "redrive RECORD...",
		Short: "send a record again: as it is, edited, or to another topic",
		Long: `Sends records again: for each a NEW one with the same key, value and headers to the same topic and partition, with the time of now and the header ` + replayHeader + `: TOPIC/PARTITION@OFFSET; the original is untouched. All records are read first: if one is not there, none is sent.

RECORD is TOPIC/PARTITION@OFFSET. With --where, it is all records of a topic that a filter chooses, as far as they are there when it begins; coldbrook journal --help tells the language, with the fields topic p off key v h size age and words.

With --original, a record of an on-failure destination stands for those it tells of, which are sent again to where they were. Without --to, --partition and --key the partition is kept; else the key chooses it as Kafka's clients have it.

--edit opens $VISUAL or $EDITOR on the value (JSON in one line is set out for reading and put into one line again), shows what changed and, on a terminal, asks. If nothing changed or the editor fails, nothing is sent.`,
		Example: `coldbrook redrive orders/3@120419
coldbrook redrive orders/3@120419 --edit
coldbrook redrive --where 'topic=orders.dlq v.requestContext.condition=RetriesExhausted' --original`,
		Args: cobra.ArbitraryArgs,
	}
	o.addInstance(cmd)
	f := cmd.Flags()
	f.StringVar(&o.to, "to", "", "send to `TOPIC[/PARTITION]` instead of where it was")
	o.partition = &choice{allowed: []string{keepPartition, keyPartition}}
	f.Var(o.partition, "partition", "the partition it had, or the one that its key chooses")
	f.BoolVar(&o.original, "original", false, "send the records that one of an on-failure destination tells of")
	f.StringVar(&o.filter, "where", "", "the records of a topic that the `FILTER` chooses: 'topic=orders.dlq key=a'")
	f.StringVar(&o.value, "value", "", "send the value in `FILE`, without the end of its last line; - is the standard input")
	f.StringVarP(&o.key, "key", "k", "", "send it with the key `KEY`")
	f.StringArrayVarP(&o.headers, "header", "H", nil, "send it with the header `NAME=VALUE` in place of those with that name; can be repeated")
	f.BoolVar(&o.edit, "edit", false, "edit the value of the one record first")
	f.BoolVarP(&o.yes, "yes", "y", false, "do not ask after --edit")
	f.BoolVar(&o.dryRun, "dry-run", false, "only show what would be sent")
	o.format = addFormat(cmd, "an object for each record")
	cmd.MarkFlagFilename("value")
	cmd.RegisterFlagCompletionFunc("partition", cobra.FixedCompletions(o.partition.allowed, cobra.ShellCompDirectiveNoFileComp))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		records, err := o.check(cmd, args)
		if err != nil {
			return err
		}
		return o.run(cmd, records)
	}
	return cmd
}

// check returns the records that are named, or what is wrong with the command line.
func (o *redriveCommandOptions) check(cmd *cobra.Command, args []string) ([]lineage.Record, error) {
	if len(args) == 0 && o.filter == "" {
		return nil, usage(cmd, "%s needs a record, TOPIC/PARTITION@OFFSET, or --where", cmd.CommandPath())
	}
	if len(args) > 0 && cmd.Flags().Changed("where") {
		return nil, usage(cmd, "--where and the record %q exclude each other", args[0])
	}
	if err := exclusive(cmd, "edit", "where"); err != nil {
		return nil, err
	}
	if o.edit && len(args) != 1 {
		return nil, usage(cmd, "--edit needs one record, but there are %d", len(args))
	}
	records, err := recordArguments(cmd, args)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(exclusive(cmd, "edit", "value"), exclusive(cmd, "edit", "dry-run"), exclusive(cmd, "edit", "original")); err != nil {
		return nil, err
	}
	return records, o.checkHow(cmd)
}

// recordArguments reads arguments that are records.
func recordArguments(cmd *cobra.Command, args []string) ([]lineage.Record, error) {
	var records []lineage.Record
	for _, a := range args {
		r, ok := parseRecord(a)
		if !ok {
			return nil, usage(cmd, "%q is no record: that is TOPIC/PARTITION@OFFSET, such as orders/3@17", a)
		}
		records = append(records, r)
	}
	return records, nil
}

// checkHow sets how records are sent, but for a value that is read from a file.
func (o *redriveCommandOptions) checkHow(cmd *cobra.Command) error {
	var err error
	if cmd.Flags().Changed("to") {
		if o.topic, o.redriveHow.partition, err = parseTarget(o.to); err != nil || o.to == "" {
			return usage(cmd, "--to %q is neither TOPIC nor TOPIC/PARTITION", o.to)
		}
	}
	o.rule = o.partition.value
	if o.redriveHow.partition != nil && o.rule != "" {
		return usage(cmd, "--to %q and --partition exclude each other", o.to)
	}
	if cmd.Flags().Changed("key") {
		key := []byte(o.key)
		o.redriveHow.key = &key
	}
	o.redriveHow.headers, err = headerFlags(cmd, o.headers)
	return err
}

func (o *redriveCommandOptions) run(cmd *cobra.Command, records []lineage.Record) error {
	if err := o.readValue(cmd); err != nil {
		return err
	}
	filter := filterOption{o.filter}
	chosen, err := filter.parseForRecords()
	if err != nil {
		return err
	}
	ctx, end := untilSignal(cmd.Context())
	defer end()
	if chosen != nil {
		return o.runWhere(ctx, cmd, chosen)
	}
	ctx, client, err := o.connect(ctx, redriveOptions()...)
	if err != nil {
		return err
	}
	defer client.Close()
	d := newRedriver(client, o.redriveHow, noteTo(cmd.ErrOrStderr()))
	all, err := d.prepare(ctx, records)
	if err != nil {
		return err
	}
	if o.edit {
		return o.sendEdited(ctx, cmd, d, all[0])
	}
	done, err := o.send(ctx, d, all)
	err = errors.Join(o.print(cmd.OutOrStdout(), done), err)
	if len(all) > 1 {
		o.sayCount(cmd.ErrOrStderr(), len(done), len(all))
	}
	return err
}

// noteTo prints notes.
func noteTo(w io.Writer) func(string) {
	return func(text string) { fmt.Fprintln(w, "note: "+text) }
}

// readValue reads the value of --value.
func (o *redriveCommandOptions) readValue(cmd *cobra.Command) error {
	if !cmd.Flags().Changed("value") {
		return nil
	}
	in := cmd.InOrStdin()
	if o.value != "-" {
		f, err := os.Open(o.value)
		if err != nil {
			return fmt.Errorf("read value: %w", err)
		}
		defer f.Close()
		in = f
	}
	value, err := io.ReadAll(io.LimitReader(in, recordMax+2))
	if err != nil {
		return fmt.Errorf("read value: %w", err)
	}
	if value = bytes.TrimSuffix(value, []byte("\n")); len(value) > recordMax {
		return fmt.Errorf("read value: %w", errTooLong)
	}
	o.redriveHow.value = &value
	return nil
}

// send sends records, or with --dry-run says what would be sent.
func (o *redriveCommandOptions) send(ctx context.Context, d *redriver, all []*redrive) ([]redriven, error) {
	if !o.dryRun {
		return d.send(ctx, all)
	}
	var done []redriven
	for _, r := range all {
		done = append(done, r.result(false))
	}
	return done, nil
}

// print prints what was sent.
func (o *redriveCommandOptions) print(w io.Writer, done []redriven) error {
	var text appender
	for i := range done {
		if o.format.json() {
			// Neither the record nor the appender can make it fail.
			_ = writeJSON(&text, done[i])
			continue
		}
		text = append(text, done[i].String()+"\n"...)
	}
	_, err := w.Write(text)
	return readerGone(err)
}

// String returns one as a line: orders/3@120419 -> orders/3@130001.
func (r redriven) String() string {
	from := r.From.String()
	if r.ToldBy != nil {
		from = r.ToldBy.String() + ": " + from
	}
	switch {
	case r.To.Partition < 0:
		return from + " -> " + r.To.Topic + " (by its key; not sent)"
	case r.To.Offset < 0:
		return fmt.Sprintf("%s -> %s/%d (not sent)", from, r.To.Topic, r.To.Partition)
	}
	return from + " -> " + r.To.String()
}

// sayCount says how many records were sent.
func (o *redriveCommandOptions) sayCount(w io.Writer, done, of int) {
	switch {
	case o.dryRun:
		fmt.Fprintf(w, "%s would be sent\n", countOf(done))
	case done < of:
		fmt.Fprintf(w, "sent %s of %s\n", report.Count(uint64(done)), countOf(of))
	default:
		fmt.Fprintf(w, "sent %s\n", countOf(done))
	}
}

// countOf is a number of records in words.
func countOf(n int) string {
	if n == 1 {
		return "1 record"
	}
	return report.Count(uint64(n)) + " records"
}

// sendEdited has the user edit a record and sends it if it changed.
func (o *redriveCommandOptions) sendEdited(ctx context.Context, cmd *cobra.Command, d *redriver, r *redrive) error {
	name, stderr := nameOf(r.from), cmd.ErrOrStderr()
	e, err := newValueEdit(fmt.Sprintf("%s-%d-%d", name.Topic, name.Partition, name.Offset), r.from.Value)
	if err != nil {
		return fmt.Errorf("redrive %s: %w", name, err)
	}
	editing := e.command()
	editing.Stdin, editing.Stdout, editing.Stderr = cmd.InOrStdin(), cmd.OutOrStdout(), stderr
	value, changed, err := e.ended(editing.Run())
	if err != nil || !changed {
		e.Close()
		if err == nil {
			fmt.Fprintln(stderr, "nothing changed: nothing was sent")
		}
		return err
	}
	r.record.Value = value
	showEdit(stderr, e, r)
	if isTerminal(cmd.InOrStdin()) && isTerminal(stderr) && !o.yes {
		sure, err := ask(ctx, cmd.InOrStdin(), stderr, "send it?")
		if err != nil || !sure {
			e.Close()
			fmt.Fprintln(stderr, "nothing was sent")
			return err
		}
	}
	done, err := d.send(ctx, []*redrive{r})
	if err != nil { // the work of the user is not to be lost
		return &hinted{err: err, hint: "what you wrote is in " + e.path}
	}
	e.Close()
	return o.print(cmd.OutOrStdout(), done)
}

// showEdit shows what changed and where it goes.
func showEdit(w io.Writer, e *valueEdit, r *redrive) {
	for _, l := range e.diff(r.record.Value) {
		fmt.Fprintln(w, journal.Printable(l))
	}
	if e.lostJSON(r.record.Value) {
		fmt.Fprintln(w, "note: it was JSON and is none any more")
	}
	to := fmt.Sprintf("%s/%d", r.record.Topic, r.record.Partition)
	if r.record.Partition < 0 {
		to = r.record.Topic + ", by its key"
	}
	key := "without a key"
	if r.record.Key != nil {
		key = fmt.Sprintf("key %q", r.record.Key)
	}
	fmt.Fprintf(w, "a new record for %s (%s), %s: %s\n", to, key, replayHeader, nameOf(r.from))
}
