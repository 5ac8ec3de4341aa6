package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/control"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
)

// ordersOptions are the flags of order.
type ordersOptions struct {
	where
	by        *domainFlag
	fail      failOn
	witnesses int
	recycle   recycleOptions
	format    *choice
}

func orderCommand() *cobra.Command {
	o := ordersOptions{by: newDomainFlag()}
	cmd := &cobra.Command{
		Use:   "order [FILE]",
		Short: "say where the order of records was broken, by what, and what would prevent it",
		Long: `Tells which records were handled out of order, lost, or handled more than once: by rule, function and partition, worst first, each with its witness (two records, their invocations, the times), the cause, and the setting that would prevent it. It looks at what mappings were handed and at what became of it; what cannot be known is counted, not guessed.

With FILE, a journal that was written with --journal, it checks that run. Without, it asks the running instance, which checks from its start on, by what its --order says; with another --by, what the instance still holds is checked.

With --recycle it runs the project again, beside whatever else runs, with the same input: what sources and clients produced comes again from the journal, in the same order and at the same distances in time; other processes are run again; and no environment has a second invocation. Then it says which records came out differently. That a warm environment remembers something old cannot be known; a difference is evidence of it, and no proof: the time, chance, and a change that fell on the other side of an event make one as well. Members that differ in every record are told apart, and --ignore leaves members out.`,
		Example: `coldbrook order
coldbrook order run.journal --by partition
coldbrook order run.journal --fail-on key,loss
coldbrook order --recycle run.journal --project shop`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(cmd, "order takes one file, but there is %q, too", args[1])
			}
			return nil
		},
	}
	o.addInstance(cmd)
	cmd.Flags().Var(o.by, "by", "between which records order is wanted: those with the same key, of a partition, of a topic")
	cmd.Flags().IntVar(&o.witnesses, "witnesses", 3, "how many are shown for each rule, function and partition")
	o.fail.add(cmd, failStale)
	o.recycle.add(cmd)
	o.format = addFormat(cmd, "an object")
	cmd.RegisterFlagCompletionFunc("by", cobra.FixedCompletions(o.by.canBe, cobra.ShellCompDirectiveNoFileComp))
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return o.run(cmd, args) }
	return cmd
}

func (o *ordersOptions) run(cmd *cobra.Command, args []string) error {
	if o.witnesses < 1 {
		return usage(cmd, "--witnesses %d is below 1", o.witnesses)
	}
	if err := o.recycle.check(cmd, o.fail); err != nil {
		return err
	}
	if o.recycle.on {
		return o.runAgain(cmd, args)
	}
	if err := o.fail.check(cmd); err != nil {
		return err
	}
	if len(args) == 0 && len(o.fail) == 0 {
		if r := o.ask(cmd); r != nil {
			return o.print(cmd, r)
		}
	}
	src, end, err := openSource(cmd, &o.where, args)
	if err != nil {
		return err
	}
	c, err := checkSource(cmd.Context(), src, o.by.domain, o.fail)
	r := c.report()
	nameKeys(r, o.witnesses, src.Message)
	if err = errors.Join(err, end()); err != nil {
		return err
	}
	return errors.Join(o.print(cmd, r), c.failure())
}

// ask returns what the running instance has found, with the keys of what is shown; nil if
// it checks nothing, or something else, or is not there, which is said when its journal is
// asked for.
func (o *ordersOptions) ask(cmd *cobra.Command) *order.Report {
	i, err := o.find()
	if err != nil {
		return nil
	}
	ctx, end := untilSignal(cmd.Context())
	defer end()
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	c := control.NewClient(i)
	defer c.Close()
	r := &order.Report{}
	if c.Order(ctx, r) != nil || r.Domain != o.by.domain && cmd.Flags().Changed("by") {
		return nil
	}
	if p, err := newPayloads(ctx, i.Kafka); err == nil {
		defer p.client.Close()
		nameKeys(r, o.witnesses, p.Message)
	}
	return r
}

// nameKeys sets the keys of the first witnesses of each group, as far as their records are
// still there. Without one they are told by their offsets.
func nameKeys(r *order.Report, witnesses int, message func(topic string, partition int32, offset int64) (*journal.Message, error)) {
	for i := range r.Groups {
		all := r.Groups[i].Witnesses
		for k := range all[:min(witnesses, len(all))] {
			v := &all[k]
			if at := v.Earlier.Record; v.Earlier.Key != 0 {
				if m, err := message(at.Topic, at.Partition, at.Offset); err == nil && m != nil {
					v.KeyText = keyText(m.Key)
				}
			}
		}
	}
}

// keyTextMost is how many bytes of a key are shown.
const keyTextMost = 40

func keyText(key []byte) string {
	if len(key) > keyTextMost {
		return string(key[:keyTextMost]) + "..."
	}
	return string(key)
}

// checkSource checks the entries of a run. What was open when it ended is judged if its
// end is among them.
func checkSource(ctx context.Context, src journal.Source, by order.Domain, fail failOn) (*checks, error) {
	ctx, end := untilSignal(ctx)
	defer end()
	c := newChecks(by, fail, src.Description())
	hasEnded := false
	err := journal.ScanAll(src, func(missed uint64, e *journal.Entry) bool {
		c.missed(missed)
		c.add(e)
		hasEnded = hasEnded || e.Kind == journal.RunStopped
		return e.Seq%entriesAtOnce != 0 || ctx.Err() == nil
	})
	if hasEnded {
		c.end()
	}
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return c, err
}

func (o *ordersOptions) print(cmd *cobra.Command, r *order.Report) error {
	if o.format.json() {
		return writeJSON(cmd.OutOrStdout(), r)
	}
	return readerGone(r.WriteText(cmd.OutOrStdout(), order.TextOptions{Witnesses: o.witnesses}))
}
