package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/report"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// convertOptions are the flags of fixture convert.
type convertOptions struct {
	fixtures.ImportOptions
	from, to   choice
	out        string
	partitions int32
	sort       bool
	force      bool
	format     *choice
}

func fixtureConvertCommand() *cobra.Command {
	o := convertOptions{from: choice{allowed: []string{"fixture", "kcat", "lambda", "cloudevents", "lines"}},
		to: choice{value: "fixture", allowed: []string{"fixture", "kcat", "lines"}}}
	cmd := &cobra.Command{
		Use:   "convert FILE",
		Short: "make a fixture of another file, or another file of a fixture",
		Long: `Makes a fixture of FILE, which is recognised or named by --from:

  kcat         the output of kcat -J
  lambda       event documents of a Kafka trigger of Lambda, one or several
  cloudevents  CloudEvents as JSON, one, several or a batch; attributes become headers ce_NAME, partitionkey the key
  lines        lines of text, each the value of a record

FILE may be - for the standard input, or compressed, with a name that ends with .gz. Records keep their order and get the time of their timestamp. --to kcat and --to lines go the other way. Without -o, the result goes to the standard output.`,
		Example: `kcat -b broker:9092 -C -t orders -e -J | coldbrook fixture convert - -o fixtures/orders.jsonl
coldbrook fixture convert event.json -o fixtures/event.jsonl
coldbrook fixture convert orders.txt -o fixtures/orders.jsonl --topic orders -K :
coldbrook fixture convert fixtures/orders.jsonl --to kcat | jq .payload`,
		Args: oneArgument("file"),
	}
	f := cmd.Flags()
	f.VarP(&o.from, "from", "", "the format of FILE; recognised if it is not given")
	f.VarP(&o.to, "to", "", "the format to write")
	f.StringVarP(&o.out, "output", "o", "", "the `FILE` to write; compressed with gzip if it ends with .gz")
	f.StringVar(&o.Topic, "topic", "", "the `TOPIC` of all records; needed where FILE names none")
	f.Int32Var(&o.partitions, "partitions", 0, "how many partitions the header says that each topic has; 0 is as many as its records need")
	f.StringVarP(&o.KeySeparator, "key-separator", "K", "", "what stands between key and value in a line, `SEP`; without it, lines have no key")
	f.BoolVar(&o.NoOffsets, "no-offsets", false, "leave out the offsets of the records")
	f.BoolVar(&o.sort, "sort", false, "sort the records by time, each partition in its order; holds all of them in memory")
	f.BoolVar(&o.force, "force", false, "replace a file that is there")
	o.format = addFormat(cmd, "an object about what was written")
	cmd.MarkFlagFilename("output")
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return o.run(cmd, args[0]) }
	return cmd
}

func (o *convertOptions) check(cmd *cobra.Command) error {
	switch f := cmd.Flags(); {
	case f.Changed("output") && o.out == "":
		return usage(cmd, "--output is empty")
	case o.out == "-":
		return usage(cmd, "--output names a file; without it, the result goes to the standard output")
	case f.Changed("topic") && o.Topic == "":
		return usage(cmd, "--topic is empty")
	case f.Changed("key-separator") && o.KeySeparator == "":
		return usage(cmd, "--key-separator is empty")
	case o.partitions < 0 || o.partitions == 0 && f.Changed("partitions"):
		return usage(cmd, "--partitions %d is less than 1", o.partitions)
	case o.force && o.out == "":
		return usage(cmd, "--force is for a file, which -o names")
	}
	o.Format = fixtures.Format(o.from.value)
	return nil
}

// conversion is one run of convert.
type conversion struct {
	*convertOptions
	path   string
	stderr io.Writer
	input  *convertInput
	survey fixtures.Survey
	read   fixtures.Format
	// binary is how many records have bytes that are no UTF-8, and lost how many a line of
	// text cannot tell of.
	binary, lost int
}

func (o *convertOptions) run(cmd *cobra.Command, path string) error {
	if err := o.check(cmd); err != nil {
		return err
	}
	ctx, stop := untilSignal(cmd.Context())
	defer stop()
	input, err := openConvertInput(ctx, cmd.InOrStdin(), path)
	if err != nil {
		return err
	}
	defer input.close()
	c := &conversion{convertOptions: o, path: path, stderr: cmd.ErrOrStderr(), input: input}
	if err := c.look(ctx); err != nil {
		return err
	}
	out, err := c.create(cmd.OutOrStdout())
	if err != nil {
		return err
	}
	if err = c.write(ctx, out); err != nil {
		out.discard()
		return err
	}
	if err := out.commit(); err != nil {
		return err
	}
	return c.say(cmd)
}

// look reads the input to its end, because a header says what is in all of the fixture.
func (c *conversion) look(ctx context.Context) error {
	i, err := c.input.begin(ctx, c.ImportOptions)
	if err != nil {
		return err
	}
	if c.read = i.Format(); c.KeySeparator != "" && c.read != fixtures.LinesFormat && c.to.value != "lines" {
		return &hinted{err: fmt.Errorf("%s: --key-separator is for lines, and it is read as %s", c.path, c.read), hint: "--from lines takes it as lines of text"}
	}
	if c.survey, err = i.Survey(); err != nil {
		if err = untilCutOff(c.stderr, c.path, err); err != nil {
			return c.unrecognised(err)
		}
	}
	for n := range c.survey.Header.Topics {
		t := &c.survey.Header.Topics[n]
		if c.partitions > 0 && t.Partitions > c.partitions && c.read != fixtures.FixtureFormat {
			return &hinted{err: fmt.Errorf("%s: topic %q has a record of partition %d, but --partitions says %d", c.path, t.Name, t.Partitions-1, c.partitions), hint: "without --partitions, there are as many as the records need"}
		}
		t.Partitions = max(t.Partitions, c.partitions)
	}
	if c.survey.Back > 0 && !c.sort && c.to.value == "fixture" {
		fmt.Fprintf(c.stderr, "note: %s: %s earlier than the one before, as where partitions are read one after the other; --sort puts them into the order of time\n", c.path, areCount(c.survey.Back))
	}
	return nil
}

// unrecognised adds to an error of lines that no format was recognised.
func (c *conversion) unrecognised(err error) error {
	if c.read == fixtures.LinesFormat && c.Format == "" && hintOf(err) != "" {
		return &hinted{err: err, hint: fmt.Sprintf("%s\n%s is taken for lines of text, because it is nothing else that is known; --from names another format", hintOf(err), c.path)}
	}
	return err
}

// areCount is a number of records that are something.
func areCount(n int) string {
	if n == 1 {
		return "1 record is"
	}
	return report.Count(uint64(n)) + " records are"
}

// write writes what was looked at.
func (c *conversion) write(ctx context.Context, out *convertOutput) error {
	i, err := c.input.begin(ctx, c.ImportOptions)
	if err != nil {
		return err
	}
	var all []fixtures.Record
	for n := 0; ; n++ {
		r, outcome, err := i.Next()
		switch {
		case err == io.EOF || errors.Is(err, fixtures.ErrCutOff):
			return c.writeSorted(out, all)
		case err != nil:
			return untilCutOff(c.stderr, c.path, err)
		case outcome != nil:
			err = out.outcome(outcome)
		case c.sort:
			all = append(all, *r)
		default:
			err = out.record(r)
		}
		if err != nil {
			return err
		}
	}
}

func (c *conversion) writeSorted(out *convertOutput, all []fixtures.Record) error {
	if c.NoOffsets { // the file is the order of a partition
		slices.SortStableFunc(all, func(a, b fixtures.Record) int { return cmp.Compare(a.At, b.At) })
	} else {
		inTime(all)
	}
	for i := range all {
		if err := out.record(&all[i]); err != nil {
			return err
		}
	}
	return nil
}

// say tells what was done: on stdout, unless the records are there.
func (c *conversion) say(cmd *cobra.Command) error {
	if c.binary > 0 {
		fmt.Fprintf(c.stderr, "note: %s not all UTF-8, and as with kcat their lines are no valid JSON\n", areCount(c.binary))
	}
	if c.lost > 0 {
		fmt.Fprintf(c.stderr, "note: %s left out: without a value, or with an empty one, they are no line of text\n", areCount(c.lost))
	}
	w, file := cmd.OutOrStdout(), c.out
	if c.out == "" {
		w, file = c.stderr, "standard output"
	}
	records := c.survey.Records - c.lost
	if c.format.json() {
		return writeJSON(w, struct {
			File    string          `json:"file"`
			From    fixtures.Format `json:"from"`
			To      string          `json:"to"`
			Records int             `json:"records"`
		}{c.out, c.read, c.to.value, records})
	}
	_, err := fmt.Fprintf(w, "%s: %s, read as %s\n", file, countOf(records), c.read)
	return readerGone(err)
}
