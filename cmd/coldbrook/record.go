package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// recordOptions are the flags of record.
type recordOptions struct {
	where
	secure        secureOptions
	redact        redactOptions
	filter        filterOption
	out, journal  string
	offset, until string
	duration      time.Duration
	count         int64
	force         bool
	uncommitted   bool
	format        *choice
}

func recordCommand() *cobra.Command {
	var o recordOptions
	cmd := &cobra.Command{
		Use:   "record TOPIC... -o FILE",
		Short: "record the traffic of topics as a fixture",
		Long: `Writes the records of topics into a fixture, a text file with a line of JSON for each, with their order and timing: from the beginning on, those that are there and those that come, until Ctrl-C or what --for, --count and --until say. Ctrl-C before --count or --until is reached is a failure, but whatever ends it, the file is whole up to there; even a killed recording can be read as far as it came, less the last second.

They are those of the running instance, of any Kafka with --brokers, or of a run that was written with --journal. A Kafka is only read: without a consumer group, and nothing is committed. Records of transactions that were aborted are left out, and those of open ones wait, unless --uncommitted takes all.

--redact replaces what must not be in a file: names, addresses, keys. The same value has the same pseudonym wherever it stands in a place that is named, of the same length and made of digits where there are digits and of letters where there are letters. v.items.sku is sku in each of the items; where a path leads into what is no JSON, all of it is replaced. Without --redact-seed nobody can find out what the values were by trying; with it, who knows the seed can.`,
		Example: `coldbrook record orders payments -o monday.jsonl.gz --for 10m
coldbrook record orders -o yesterday.jsonl.gz --brokers kafka:9093 --tls --sasl scram-sha-512 --user ann --password-env KAFKA_PASSWORD --offset @2026-01-30T00:00:00Z --until @2026-01-31T00:00:00Z --redact key,v.customer.email
coldbrook record orders -o orders.jsonl --journal run.journal`,
		Args: someTopics,
	}
	o.addFlags(cmd)
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
		return o.completeTopic(cmd, nil, prefix)
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return o.run(cmd, args) }
	return cmd
}

func (o *recordOptions) addFlags(cmd *cobra.Command) {
	o.addBrokers(cmd)
	o.secure.add(cmd)
	f := cmd.Flags()
	f.StringVarP(&o.out, "output", "o", "", "the fixture's `FILE`; compressed with gzip if it ends with .gz")
	f.BoolVar(&o.force, "force", false, "replace a file that is there, when the recording is done")
	f.StringVar(&o.offset, "offset", "beginning", "where to start: beginning, end, an `OFFSET`, -N for the last N of each partition, or "+boundHelp)
	f.StringVar(&o.until, "until", "", "where to end: `end`, when all that was there at the start is recorded, or @TIME, which is over")
	f.DurationVar(&o.duration, "for", 0, "end after so long")
	f.Int64VarP(&o.count, "count", "c", 0, "end after so many records; 0 does not end")
	f.BoolVar(&o.uncommitted, "uncommitted", false, "record also what transactions have not committed, or have aborted")
	f.StringVar(&o.journal, "journal", "", "record from the `FILE` with the journal of a run instead of a Kafka")
	o.filter.add(cmd, "")
	f.Lookup("filter").Usage = "record only the records that this chooses: key=a, v.price>5; coldbrook journal --help tells the language"
	o.redact.add(cmd)
	o.format = addFormat(cmd, "an object")
	cmd.MarkFlagFilename("output")
	cmd.MarkFlagFilename("journal")
	cmd.RegisterFlagCompletionFunc("offset", cobra.FixedCompletions([]string{"beginning", "end"}, cobra.ShellCompDirectiveNoFileComp))
	cmd.RegisterFlagCompletionFunc("until", cobra.FixedCompletions([]string{"end"}, cobra.ShellCompDirectiveNoFileComp))
}

// someTopics are the arguments of record: topics, each once.
func someTopics(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usage(cmd, "%s needs a topic", cmd.CommandPath())
	}
	for i, a := range args {
		if slices.Contains(args[:i], a) {
			return usage(cmd, "topic %q is there twice", a)
		}
	}
	return nil
}

// check returns where the recording begins and ends, or what is wrong with the flags.
func (o *recordOptions) check(cmd *cobra.Command) (begin, until bound, err error) {
	now := time.Now()
	if begin, err = parseBegin(o.offset, now); err != nil {
		return begin, until, usage(cmd, "--offset %v", err)
	}
	if until, err = parseUntil(o.until, now); err != nil {
		return begin, until, usage(cmd, "--until %v", err)
	}
	switch f := cmd.Flags(); {
	case o.out == "":
		err = usage(cmd, "%s needs -o FILE, to write to", cmd.CommandPath())
	case o.out == "-":
		err = usage(cmd, "--output names a file, which coldbrook fixture cat prints")
	case o.count < 0:
		err = usage(cmd, "--count %d is negative", o.count)
	case f.Changed("for") && o.duration <= 0:
		err = usage(cmd, "--for %v is not above 0", o.duration)
	case begin.kind == atTime && until.kind == atTime && !begin.time.Before(until.time):
		err = usage(cmd, "--offset %s is not before --until %s", o.offset, o.until)
	default:
		err = errors.Join(o.checkJournal(cmd), o.secure.check(cmd, o.brokers))
	}
	return begin, until, err
}

// checkJournal returns which flags of a Kafka stand beside --journal.
func (o *recordOptions) checkJournal(cmd *cobra.Command) error {
	if o.journal == "" {
		return nil
	}
	for _, name := range append([]string{"instance", "brokers", "offset", "until", "for", "uncommitted"}, secureFlags...) {
		if cmd.Flags().Changed(name) {
			return usage(cmd, "--journal and --%s exclude each other: a journal is read from its beginning to its end", name)
		}
	}
	return nil
}

func (o *recordOptions) run(cmd *cobra.Command, topics []string) error {
	begin, until, err := o.check(cmd)
	if err != nil {
		return err
	}
	filter, err := o.filter.parseForRecords()
	if err != nil {
		return err
	}
	redactor, err := o.redact.redactor(cmd)
	if err != nil {
		return err
	}
	ctx, end := untilSignal(cmd.Context())
	defer end()
	t := &take{out: cmd.OutOrStdout(), stderr: cmd.ErrOrStderr(), path: o.out, force: o.force, json: o.format.json(),
		left: o.count, asked: o.count > 0 || o.until != "" || o.journal != "", filter: filter, redactor: redactor, topics: topics, started: time.Now()}
	if o.journal != "" {
		return o.fromJournal(ctx, cmd, t)
	}
	return o.fromKafka(ctx, cmd, t, begin, until)
}

// create makes the file, or says why it cannot be made, before anything is read.
func (t *take) create(of *journal.Description, partitions map[string]int32) (err error) {
	h := fixtures.Header{}
	if of != nil {
		h.Profile, h.Seed = of.Profile, of.Seed
	}
	for _, name := range slices.Sorted(slices.Values(t.topics)) {
		h.Topics = append(h.Topics, fixtures.Topic{Name: name, Partitions: partitions[name]})
	}
	if err := os.MkdirAll(filepath.Dir(t.path), 0o755); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	t.file, err = fixtures.NewRecorder(t.path, h, t.force, t.redactor)
	return alreadyThere(err)
}

// errEnough is the cause with which a recording ends that has what was asked for.
var errEnough = errors.New("there is enough")

// untilDuration ends with errEnough after a duration; 0 is none.
func untilDuration(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, d, errEnough)
}
