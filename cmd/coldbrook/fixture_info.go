package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/report"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

func fixtureInfoCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "info FILE",
		Short: "tell what is in a fixture",
		Long: `Reads a fixture to its end and tells its header, the records and bytes of each topic and partition, how many keys there are, the time they span and, if there is one, what it says of the outcome.

Bytes are those of keys and values. Keys are told apart by a hash, up to 1,048,576 of a topic.`,
		Example: `coldbrook fixture info fixtures/orders.jsonl
coldbrook fixture info fixtures/orders.jsonl.gz --format json`,
		Args: oneArgument("file"),
	}
	format := addFormat(cmd, "an object; durations in nanoseconds")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		r, end, err := openFixture(cmd, args[0])
		if err != nil {
			return err
		}
		info, err := readInfo(cmd, args[0], r)
		if err = errors.Join(err, end()); err != nil {
			return err
		}
		if format.json() {
			return writeJSON(cmd.OutOrStdout(), info)
		}
		return readerGone(info.print(cmd.OutOrStdout()))
	}
	return cmd
}

func readInfo(cmd *cobra.Command, path string, r *fixtures.Reader) (*fixtureInfo, error) {
	ctx, stop := untilSignal(cmd.Context())
	defer stop()
	info := newFixtureInfo(path, r.Header())
	for n := 0; ; n++ {
		if err := interrupted(ctx, n); err != nil {
			return nil, err
		}
		record, outcome, err := r.Next()
		if err != nil {
			info.CutOff = errors.Is(err, fixtures.ErrCutOff)
			info.end(r.Skipped())
			return info, untilCutOff(cmd.ErrOrStderr(), path, err)
		}
		if record != nil {
			info.record(record)
		} else {
			info.Outcome[outcome.Kind]++
		}
	}
}

// print prints for people.
func (f *fixtureInfo) print(w io.Writer) error {
	fmt.Fprintf(w, "%s: fixture of version %d, %s", f.File, f.Version, countOf(int(f.Records)))
	if f.CutOff {
		fmt.Fprint(w, ", cut off")
	}
	fmt.Fprintln(w)
	if f.Profile != "" || f.Seed != 0 {
		fmt.Fprintf(w, "  run      profile %s, seed %d\n", f.Profile, f.Seed)
	}
	if f.Base != nil {
		fmt.Fprintf(w, "  base     %s\n", f.Base.Format(time.RFC3339Nano))
	}
	if f.Records > 0 {
		fmt.Fprintf(w, "  time     %v to %v, so %v", time.Duration(f.First), time.Duration(f.Last), time.Duration(f.Last-f.First))
		if f.Back > 0 {
			fmt.Fprintf(w, "; %s earlier than the one before", countOf(int(f.Back)))
		}
		fmt.Fprintf(w, "\n  values   %s to %s B, %s B on average; %s without a value, %s without a key\n", report.Count(uint64(f.Smallest)), report.Count(uint64(f.Largest)),
			report.Count(uint64(f.Bytes/f.Records)), report.Count(uint64(f.NoValue)), report.Count(uint64(f.NoKey)))
	}
	f.printOutcome(w)
	return f.printTopics(w)
}

func (f *fixtureInfo) printOutcome(w io.Writer) {
	before := "  outcome  "
	for _, kind := range fixtures.OutcomeKinds() {
		if n := f.Outcome[kind]; n > 0 {
			fmt.Fprintf(w, "%s%s %s", before, report.Count(uint64(n)), kind)
			before = ", "
		}
	}
	if before == ", " {
		fmt.Fprintln(w)
	}
	if f.Skipped > 0 {
		fmt.Fprintf(w, "  skipped  %s of kinds that this coldbrook does not know\n", linesCount(f.Skipped))
	}
}

func linesCount(n int) string {
	if n == 1 {
		return "1 line"
	}
	return report.Count(uint64(n)) + " lines"
}

func (f *fixtureInfo) printTopics(w io.Writer) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "topic\tpartition\trecords\tbytes\tkeys\toffsets")
	for _, t := range f.Topics {
		fmt.Fprintf(out, "%s\tof %d\t%s\t%s\t%s\t\n", t.Name, t.Partitions, report.Count(uint64(t.Records)), report.Count(uint64(t.Bytes)), t.keysText())
		for _, p := range t.Each {
			name, offsets := "by key", ""
			if p.Partition != fixtures.Unknown {
				name = fmt.Sprint(p.Partition)
			}
			if p.First != fixtures.Unknown {
				offsets = fmt.Sprintf("%d to %d", p.First, p.Last)
			}
			fmt.Fprintf(out, "\t%s\t%s\t%s\t\t%s\n", name, report.Count(uint64(p.Records)), report.Count(uint64(p.Bytes)), offsets)
		}
	}
	return out.Flush()
}
