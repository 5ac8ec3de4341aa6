package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// fitOptions are the flags of fit.
type fitOptions struct {
	where
	function string
	by       *domainFlag
	latency  time.Duration
	alwaysOn price
	format   *choice
}

func fitCommand() *cobra.Command {
	o := fitOptions{by: newDomainFlag()}
	cmd := &cobra.Command{
		Use:   "fit [FILE]",
		Short: "say how well each function suits its stream",
		Long: `Says of each function, measured on a run, how well it suits the stream that drives it: how events reach it, latency cold and hot, throughput, environments against load, order, state, patterns, cost and from which rate on a processor that is always on is cheaper, how near it came to its limits, and how much billed time it waited; then a verdict by five principles: work is atomic, stateless, in band, not sensitive to latency, and keeps order. What the run does not show, it says. Processes are measured at their own Kafka address.

With FILE, a journal that was written with --journal, of that run; else of the running instance, as far as its journal still goes back.`,
		Example: "coldbrook fit\ncoldbrook fit run.journal --function enrich\ncoldbrook fit run.journal --latency 200ms --always-on 0.05 --format json",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(cmd, "%s takes one file, but there is %q, too", cmd.CommandPath(), args[1])
			}
			return nil
		},
	}
	o.addInstance(cmd)
	than := report.DefaultAlwaysOn()
	o.alwaysOn = price(than.PricePerHour)
	f := cmd.Flags()
	f.StringVar(&o.function, "function", "", "only the function of this `NAME`")
	f.Var(o.by, "by", "between which records order is wanted: those with the same key, of a partition, of a topic")
	f.DurationVar(&o.latency, "latency", time.Duration(report.DefaultLatency), "how long a record may take from produced to handled")
	f.Var(&o.alwaysOn, "always-on", "dollars for an hour of an always-on processor to compare with (the default: "+than.Of+")")
	o.format = addFormat(cmd, "an object")
	cmd.RegisterFlagCompletionFunc("by", cobra.FixedCompletions(o.by.canBe, cobra.ShellCompDirectiveNoFileComp))
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return o.run(cmd, args) }
	return cmd
}

func (o *fitOptions) run(cmd *cobra.Command, args []string) error {
	if o.latency <= 0 {
		return usage(cmd, "--latency %s is not above 0", o.latency)
	}
	src, end, err := openSource(cmd, &o.where, args)
	if err != nil {
		return err
	}
	return errors.Join(o.show(cmd, src), end())
}

func (o *fitOptions) show(cmd *cobra.Command, src journal.Source) error {
	options := report.FitOptions{Function: o.function, Domain: o.by.domain, Latency: int64(o.latency), AlwaysOn: report.DefaultAlwaysOn()}
	if cmd.Flags().Changed("always-on") {
		options.AlwaysOn = report.AlwaysOn{PricePerHour: int64(o.alwaysOn), Of: "--always-on"}
	}
	ctx, end := untilSignal(cmd.Context())
	defer end()
	f, err := report.MeasureFit(&interruptible{src, ctx}, options)
	if err != nil {
		return err
	}
	if o.function != "" && len(f.Functions) == 0 {
		return noFunction(o.function, src.Description())
	}
	out := cmd.OutOrStdout()
	if o.format.json() {
		return writeJSON(out, f)
	}
	return readerGone(f.WriteText(out, fitText(out)))
}

// interruptible is a source that stops when ctx ends.
type interruptible struct {
	journal.Source
	ctx context.Context
}

// Scan implements journal.Source.
func (s *interruptible) Scan(want journal.Want, f func(*journal.Entry) bool) error {
	err := s.Source.Scan(want, func(e *journal.Entry) bool {
		return (e.Seq%entriesAtOnce != 0 || s.ctx.Err() == nil) && f(e)
	})
	if err == nil && s.ctx.Err() != nil {
		return context.Cause(s.ctx)
	}
	return err
}

// noFunction says which functions the run had.
func noFunction(name string, of *journal.Description) error {
	var names []string
	for _, f := range of.Functions {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	hint := "the run had no function"
	if len(names) > 0 {
		hint = "the run had " + strings.Join(names, ", ")
	}
	return &hinted{err: fmt.Errorf("fit: the run had no function %q", name), hint: hint}
}

// fitText is how wide and how coloured the report is on w.
func fitText(w io.Writer) report.FitText {
	const widest = 120 // longer lines of prose are hard to read
	t := report.FitText{Width: min(width(w), widest)}
	if colorprofile.Detect(w, os.Environ()) >= colorprofile.ANSI {
		t.Good = func(s string) string { return "\x1b[32m" + s + "\x1b[m" }
		t.Bad = func(s string) string { return "\x1b[31m" + s + "\x1b[m" }
	}
	return t
}

// price is a flag in dollars, held in units of profile.PriceUnit.
type price int64

func (p *price) String() string { return report.Dollars(int64(*p)) }
func (p *price) Type() string   { return "dollars" }

// mostDollars is far above the price of any processor, and its units fit 64 bits.
const mostDollars = 10_000

// Set reads dollars, as "0.05" or "$0.05".
func (p *price) Set(s string) error {
	v, err := strconv.ParseFloat(strings.TrimPrefix(s, "$"), 64)
	if err != nil || !(v > 0 && v <= mostDollars) {
		return fmt.Errorf("must be dollars above 0 and up to %d, as 0.05", mostDollars)
	}
	*p = price(v*profile.PriceUnit + 0.5)
	if *p == 0 {
		return errors.New("must be 0.0000000001 or more")
	}
	return nil
}
