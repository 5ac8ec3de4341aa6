package main

import (
	"bufio"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// fixtureCat prints the records of a fixture.
type fixtureCat struct {
	format string
	count  int // of records; 0 is all
	filter *recordFilter
}

func (o *fixtureCat) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.format, "format", defaultFormat, "how to print a record: json, or a text with escapes")
	cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"json"}, cobra.ShellCompDirectiveNoFileComp))
}

func fixtureHeadCommand() *cobra.Command {
	var o fixtureCat
	cmd := &cobra.Command{
		Use:   "head FILE",
		Short: "print the first records of a fixture",
		Long: `Prints the first records of a fixture as consume does.

--format is json, or a text with the escapes of kcat: ` + formatHelp + `.`,
		Example: `coldbrook fixture head fixtures/orders.jsonl -n 3`,
		Args:    oneArgument("file"),
	}
	o.add(cmd)
	cmd.Flags().IntVarP(&o.count, "records", "n", 10, "how many to print")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if o.count < 1 {
			return usage(cmd, "--records %d is less than 1", o.count)
		}
		return o.run(cmd, args[0])
	}
	return cmd
}

func fixtureCatCommand() *cobra.Command {
	var o fixtureCat
	cmd := &cobra.Command{
		Use:   "cat FILE [FILTER...]",
		Short: "print the records of a fixture that a filter chooses",
		Long: `Prints the records of a fixture as consume does: all, or those that the filter chooses; several arguments are joined by "and". coldbrook journal --help tells the language of filters. Offsets and partitions that the fixture does not tell are -1.

--format is json, or a text with the escapes of kcat: ` + formatHelp + `.`,
		Example: `coldbrook fixture cat fixtures/orders.jsonl
coldbrook fixture cat fixtures/orders.jsonl.gz key=cust-0042 'v.price>10' --format json`,
		Args: cobra.MinimumNArgs(0),
	}
	o.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usage(cmd, "%s needs a file", cmd.CommandPath())
		}
		var err error
		var text []string
		for _, a := range args[1:] {
			text = append(text, "("+a+")")
		}
		if len(text) == 1 {
			text = args[1:] // so that columns of mistakes are those of the user
		}
		if o.filter, err = (&filterOption{text: strings.Join(text, " ")}).parseForRecords(); err != nil {
			return err
		}
		return o.run(cmd, args[0])
	}
	return cmd
}

func (o *fixtureCat) run(cmd *cobra.Command, path string) error {
	format := recordFormat(jsonFormat)
	if o.format != "json" {
		var err error
		if format, err = parseFormat(o.format); err != nil {
			return usage(cmd, "%v", err)
		}
	}
	r, end, err := openFixture(cmd, path)
	if err != nil {
		return err
	}
	ctx, stop := untilSignal(cmd.Context())
	defer stop()
	out := bufio.NewWriterSize(cmd.OutOrStdout(), 1<<16)
	err = o.print(r, out, format, func(n int) error { return interrupted(ctx, n) })
	if errors.Is(err, errInterrupted) {
		err = nil // that is how it ends
	}
	err = errors.Join(untilCutOff(cmd.ErrOrStderr(), path, err), readerGone(out.Flush()), end())
	if !errors.Is(err, errReaderGone) {
		o.filter.sayHidden(cmd.ErrOrStderr())
	}
	return err
}

// print prints records until the end, or until goOn returns an error.
func (o *fixtureCat) print(r *fixtures.Reader, out *bufio.Writer, format recordFormat, goOn func(n int) error) error {
	for n, printed := 0, 0; o.count == 0 || printed < o.count; n++ {
		if err := goOn(n); err != nil {
			return err
		}
		read, err := r.Read()
		if err != nil {
			return err
		}
		record := recordOf(&read.Message)
		if !o.filter.shows(record) {
			continue
		}
		printed++
		if _, err := out.Write(format(out.AvailableBuffer(), record)); err != nil {
			return readerGone(err)
		}
	}
	return nil
}
