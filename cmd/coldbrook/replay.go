package main

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// speedMax is the --speed that does not wait.
const speedMax = "max"

// replaySpin is how long a replay looks at the clock before a record is due: see
// fixtures.Player.Spin. The system wakes it some 60 µs late, so half of the records were 30 µs
// late with 50 µs, and 0.2 µs with 100 µs and more; 1,000 records/s take a fifth of a
// processor. BenchmarkSpacing has the figures.
const replaySpin = 200 * time.Microsecond

// replayFlags are the flags of replay.
type replayFlags struct {
	where
	secure     secureOptions
	yes        bool // into a Kafka of others, too
	speed      string
	loop       int // how often; 0 is for ever
	rename     []string
	partitions *choice
	create     bool
	dryRun     bool
	query      filterOption
	format     *choice
	project    string     // "" without --project
	run        runOptions // of the project

	player fixtures.Player
	how    replayHow
	filter *recordFilter // nil without --filter
	given  []*pflag.Flag // what was given of them
}

// replayHelp is the long help of replay.
const replayHelp = `Sends the records of fixtures to the running instance: with their keys, values and headers, in their order, as long after each other as they were recorded. Several fixtures are played one after the other. FILE is as coldbrook save writes it, compressed if its name ends with .gz.

With --project, it runs a project by itself, without what only feeds it, and ends as coldbrook run --for does: with exit status 0 if every record was handled. Its Kafka is empty and in memory, and a coldbrook dev of the same project may run beside it.

Before anything is sent, the topics are looked at: one that is missing, or has fewer partitions than in the recording, is an error unless --create makes or grows it, or --partitions rehash has the keys choose among the partitions there are. Records of a partition, and so of a key, stay in their order, at any speed.

With --brokers, a Kafka that is on another machine, or has TLS or users, is sent into only after a yes: at the terminal, or by --yes.

The first record is sent at once. --from and --to count from the first record of each fixture. If it ends before its end, by Ctrl-C or an error, it says how far it came, and how to go on from there; then the exit status is 1.`

func replayFixtureCommand() *cobra.Command {
	o := replayFlags{partitions: &choice{value: keepPartition, allowed: []string{keepPartition, rehashPartition}}}
	cmd := &cobra.Command{
		Use:   "replay FILE...",
		Short: "send the records of fixtures again, with their order and spacing",
		Long:  replayHelp,
		Example: `coldbrook replay fixtures/orders-3-120419.jsonl
coldbrook replay monday.jsonl.gz --speed 10 --from 10m --to 20m --topic orders=orders-new
coldbrook replay load.jsonl --speed max --loop=10
coldbrook replay fixtures/*.jsonl --project . --seed 1
coldbrook replay monday.jsonl.gz --brokers kafka:9093 --tls --sasl scram-sha-512 --user ann --password-env KAFKA_PASSWORD --dry-run`,
		Args: cobra.ArbitraryArgs,
	}
	o.addBrokers(cmd)
	o.secure.add(cmd)
	o.add(cmd)
	o.addProject(cmd)
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return []string{"jsonl", "gz"}, cobra.ShellCompDirectiveFilterFileExt
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := o.check(cmd, args); err != nil {
			return err
		}
		r, err := newReplay(&o, args)
		if err != nil {
			return err
		}
		if o.project != "" {
			return r.runProject(cmd)
		}
		return r.runIntoInstance(cmd)
	}
	return cmd
}

func (o *replayFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.speed, "speed", "1", "how many times faster than it was recorded, such as 10 or 0.5; max does not wait")
	f.IntVar(&o.loop, "loop", 1, "play all so many times: --loop=10; without a number, or with 0, until Ctrl-C")
	f.Lookup("loop").NoOptDefVal = "0"
	f.StringSliceVar(&o.rename, "topic", nil, "send the records of topic `A=B` to B; can be repeated")
	f.Var(o.partitions, "partitions", "the partitions of the recording, or those that the keys choose")
	f.BoolVar(&o.create, "create", false, "make missing topics, and give topics the partitions they had in the recording")
	f.DurationVar(&o.player.From, "from", 0, "leave out what comes before this time")
	f.DurationVar(&o.player.To, "to", 0, "leave out what comes at this time or later (default: nothing)")
	f.IntVar(&o.player.FirstLine, "from-line", 1, "leave out what stands before the line `N` of the first file")
	f.StringVar(&o.query.text, "filter", "", "send only the records that the `FILTER` chooses, by their topics in the recording; coldbrook journal --help tells the language")
	f.BoolVar(&o.how.keepTimestamps, "keep-timestamps", false, "send the timestamps of the recording (default: now)")
	f.BoolVar(&o.how.mark, "mark", false, "add the header "+replayHeader+": TOPIC/PARTITION@OFFSET, the record of the recording")
	f.BoolVar(&o.dryRun, "dry-run", false, "read all and look at the topics, and say what would be sent")
	f.BoolVarP(&o.yes, "yes", "y", false, "with --brokers: send into a Kafka of others without asking")
	o.format = addFormat(cmd, "what was sent, as an object")
	cmd.RegisterFlagCompletionFunc("partitions", cobra.FixedCompletions(o.partitions.allowed, cobra.ShellCompDirectiveNoFileComp))
}

// check returns what is wrong with the command line, and sets how it is played.
func (o *replayFlags) check(cmd *cobra.Command, args []string) (err error) {
	if len(args) == 0 {
		return usage(cmd, "%s needs a fixture", cmd.CommandPath())
	}
	if slices.Contains(args, "-") {
		return &usageError{err: errors.New("replay reads its files twice, and so not the standard input"), hint: "coldbrook fixture convert - -o FILE makes a file of it"}
	}
	if n := args[len(args)-1]; cmd.Flags().Changed("loop") && o.loop == 0 && isNumber(n) {
		return &usageError{err: errors.New("--loop takes its number behind ="), hint: "write --loop=" + n}
	}
	if cmd.Flags().Changed("loop") && o.loop < 0 {
		return usage(cmd, "--loop=%d is negative", o.loop)
	}
	if o.player.FirstLine < 1 {
		return usage(cmd, "--from-line %d is below 1", o.player.FirstLine)
	}
	if o.player.Speed, err = parseSpeed(o.speed); err != nil {
		return usage(cmd, "--speed %q is neither max nor a number above 0, such as 1, 10 or 0.5", o.speed)
	}
	if err := o.player.Validate(); err != nil {
		return usage(cmd, "%v", err)
	}
	o.player.Spin = replaySpin
	o.given = givenFlags(cmd)
	o.how.rehash = o.partitions.value == rehashPartition
	if o.filter, err = o.query.parseForRecords(); err != nil {
		return err
	}
	if cmd.Flags().Changed("yes") && len(o.brokers) == 0 {
		return usage(cmd, "--yes needs --brokers: a Kafka of Coldbrook is sent into without asking")
	}
	return errors.Join(o.secure.check(cmd, o.brokers), o.checkProject(cmd), o.checkTopics(cmd))
}

// checkTopics reads --topic.
func (o *replayFlags) checkTopics(cmd *cobra.Command) error {
	o.how.topics = map[string]string{}
	for _, r := range o.rename {
		from, to, ok := strings.Cut(r, "=")
		if !ok || from == "" || to == "" {
			return usage(cmd, "--topic %q is not A=B, the topic of the recording and where it goes", r)
		}
		if before, twice := o.how.topics[from]; twice && before != to {
			return usage(cmd, "--topic sends %q to %q and to %q", from, before, to)
		}
		o.how.topics[from] = to
	}
	return nil
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 31)
	return err == nil
}

// parseSpeed reads a --speed; +Inf is that of max.
func parseSpeed(s string) (float64, error) {
	if s == speedMax {
		return math.Inf(1), nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err == nil && !(v > 0 && !math.IsInf(v, 0)) {
		err = strconv.ErrRange
	}
	return v, err
}
