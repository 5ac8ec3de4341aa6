package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

func faultAddCommand() *cobra.Command {
	var (
		w where
		f emulator.Fault
	)
	cmd := &cobra.Command{
		Use:   "add KIND [FUNCTION]",
		Short: "add a fault, from now on",
		Long: "Adds a fault and prints its number. KIND is crash, throttle, slow, rebalance, broker-down or deny; without FUNCTION it is of every function. " +
			"It fires at each invocation that starts (throttle: at each that would be admitted) unless the flags say otherwise; of several, all must hold. " +
			"rebalance, and broker-down without FUNCTION, fire once, now or when --after is over, unless --nth or --probability is given. " +
			"deny answers as a Kafka whose ACLs do not allow it, with --topic, --group or --cluster, to the environments of FUNCTION or to every client, until it is removed.",
		Example:   "coldbrook fault add crash ship --probability 0.05 --for 30s\ncoldbrook fault add slow ship --delay 2s --times 3\ncoldbrook fault add broker-down --delay 5s\ncoldbrook fault add deny ship --topic orders --access write",
		ValidArgs: faultKindNames(),
		Args:      cobra.ArbitraryArgs,
	}
	w.addInstance(cmd)
	format := addFormat(cmd, "the fault")
	addFaultFlags(cmd, &f)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := readFault(cmd, args, &f); err != nil {
			return err
		}
		c, err := w.client()
		if err != nil {
			return err
		}
		defer c.Close()
		ctx, end := untilSignal(cmd.Context())
		defer end()
		var added emulator.FaultStatus
		if err := c.AddFault(ctx, &f, &added); err != nil {
			return err
		}
		if format.json() {
			return writeJSON(cmd.OutOrStdout(), added)
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "fault %d: %s\n", added.ID, added.Text)
		return readerGone(err)
	}
	return cmd
}

func addFaultFlags(cmd *cobra.Command, f *emulator.Fault) {
	flags := cmd.Flags()
	flags.Float64Var(&f.Probability, "probability", 0, "fire at each with this probability, above 0 and up to 1, drawn from the seed")
	flags.IntVar(&f.Nth, "nth", 0, "fire at the n-th from now on only, counted from 1")
	flags.DurationVar(&f.After, "after", 0, "do not fire until this is over")
	flags.DurationVar(&f.For, "for", 0, "fire only this long, from now or from --after on: it is off by itself then")
	flags.IntVar(&f.Times, "times", 0, "fire so often at most")
	flags.DurationVar(&f.Delay, "delay", 0, "slow: how much longer an invocation takes; broker-down: how long it is; throttle: how long the batch waits")
	flags.BoolVar(&f.AfterHandler, "after-handler", false, "crash: let the handler return first, so that its work is done and its response lost")
	flags.StringVar(&f.Topic, "topic", "", "deny: the `TOPIC` that nobody may produce to or fetch from")
	flags.StringVar(&f.Access, "access", "", "deny: read or write, what of --topic is denied (default both)")
	flags.StringVar(&f.Group, "group", "", "deny: the consumer `GROUP` that nobody may be in")
	flags.BoolVar(&f.Cluster, "cluster", false, "deny: what needs the whole cluster: to create topics, and idempotent producers")
}

// readFault reads the arguments of fault add, and checks the flags.
func readFault(cmd *cobra.Command, args []string, f *emulator.Fault) error {
	switch {
	case len(args) == 0:
		return usage(cmd, "fault add needs a kind: %s", strings.Join(faultKindNames(), ", "))
	case len(args) > 2:
		return usage(cmd, "fault add takes a kind and one function, but there is %q, too", args[2])
	case len(args) == 2:
		f.Function = args[1]
	}
	kinds := faultKindNames()
	for i, name := range kinds {
		if args[0] == name {
			f.Kind = emulator.FaultKinds()[i]
		}
	}
	if f.Kind == "" {
		hint := "there are " + strings.Join(kinds, ", ")
		if near := emulator.DidYouMean(args[0], kinds); near != "" {
			hint = "did you mean " + near + "?"
		}
		return &usageError{err: fmt.Errorf("there is no fault %q", args[0]), hint: hint}
	}
	if mistake := faultMistake(cmd, args[0], f); mistake != "" {
		return usage(cmd, "%s", mistake)
	}
	return nil
}

// faultMistake is the first thing that is wrong with the flags of fault add; "" if nothing
// is. The instance checks the fault, too, but does not know flags.
func faultMistake(cmd *cobra.Command, kind string, f *emulator.Fault) string {
	given := cmd.Flags().Changed
	for _, d := range []struct {
		name  string
		value time.Duration
	}{{"after", f.After}, {"for", f.For}, {"delay", f.Delay}} {
		if given(d.name) && d.value <= 0 {
			return fmt.Sprintf("--%s %v is not above 0", d.name, d.value)
		}
	}
	needsDelay := f.Kind == emulator.Slow || f.Kind == emulator.BrokerDown
	switch {
	case given("probability") && !(f.Probability >= 1e-6 && f.Probability <= 1): // so NaN is none
		return fmt.Sprintf("--probability %v is not within 0.000001 and 1", f.Probability)
	case given("nth") && f.Nth < 1:
		return fmt.Sprintf("--nth %d: they are counted from 1", f.Nth)
	case given("times") && f.Times < 1:
		return fmt.Sprintf("--times %d: it would never fire", f.Times)
	case given("nth") && f.Times > 1:
		return fmt.Sprintf("there is only one with --nth %d, it cannot fire --times %d", f.Nth, f.Times)
	case needsDelay && !given("delay"):
		return kind + " needs --delay, such as --delay 2s"
	case given("delay") && !needsDelay && f.Kind != emulator.Throttle:
		return kind + " has no --delay: slow, broker-down and throttle do"
	case f.AfterHandler && f.Kind != emulator.Crash:
		return kind + " has no --after-handler: crash does"
	}
	return ""
}

// faultKindNames are the kinds as they are typed.
func faultKindNames() []string {
	var names []string
	for _, k := range emulator.FaultKinds() {
		names = append(names, strings.ReplaceAll(string(k), " ", "-"))
	}
	return names
}
