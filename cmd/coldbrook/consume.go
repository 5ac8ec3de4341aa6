package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// consumeOptions are the flags of consume.
type consumeOptions struct {
	where
	offset, format string
	count          int64
	exit           bool
	partition      int32
	filter         filterOption
}

const defaultFormat = `%t/%p@%o %k %s\n`

func consumeCommand() *cobra.Command {
	var o consumeOptions
	cmd := &cobra.Command{
		Use:   "consume TOPIC",
		Short: "print the records of a topic, and wait for more",
		Long: `Prints the records of a topic, those of each partition in their order, and waits for more until Ctrl-C, -c or -e. It joins no consumer group and commits nothing.

A time, -o @TIME, is that of the records' timestamps, which are those of whoever produced them: what stands behind the first one at or after it is printed, also where it goes back. A partition that has none begins at its end.

--format is json, or a text with the escapes of kcat: ` + formatHelp + `.`,
		Example: `coldbrook consume orders.accepted
coldbrook consume orders -o @-5m -e
coldbrook consume orders -o end -c 10 --format '%k: %s\n'`,
		Args: oneArgument("topic"),
	}
	o.addBrokers(cmd)
	f := cmd.Flags()
	f.StringVarP(&o.offset, "offset", "o", "beginning", "where to start: beginning, end, an `OFFSET`, -N for the last N of each partition, or "+boundHelp)
	f.Int64VarP(&o.count, "count", "c", 0, "end after so many records; 0 does not end")
	f.BoolVarP(&o.exit, "exit", "e", false, "end at the end: when all that was there at the start is printed")
	f.Int32VarP(&o.partition, "partition", "p", -1, "only this partition")
	f.StringVar(&o.format, "format", defaultFormat, "how to print a record")
	o.filter.add(cmd, "the records that this chooses: key=a, v.price>5")
	cmd.ValidArgsFunction = o.completeTopic
	cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"json"}, cobra.ShellCompDirectiveNoFileComp))
	cmd.RegisterFlagCompletionFunc("offset", cobra.FixedCompletions([]string{"beginning", "end"}, cobra.ShellCompDirectiveNoFileComp))
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return o.run(cmd, args[0]) }
	return cmd
}

func (o *consumeOptions) run(cmd *cobra.Command, topic string) error {
	format, start, err := o.check(cmd)
	if err != nil {
		return err
	}
	filter, err := o.filter.parseForRecords()
	if err != nil {
		return err
	}
	ctx, end := untilSignal(cmd.Context())
	defer end()
	ctx, client, err := o.connect(ctx, kgo.ConsumePartitions(nil), kgo.KeepControlRecords(), kgo.FetchMaxWait(200*time.Millisecond))
	if err != nil {
		return err
	}
	defer client.Close()
	c := consumption{client: client, admin: kadm.NewClient(client), topic: topic, left: o.count,
		format: format, filter: filter, stdout: cmd.OutOrStdout(), out: bufio.NewWriterSize(cmd.OutOrStdout(), 1<<16)}
	err = c.seek(ctx, start, o.partition)
	if err == nil && (!o.exit || len(c.open()) > 0) {
		err = c.read(ctx, o.exit)
	}
	if errors.Is(err, errInterrupted) {
		err = nil // that is how it ends
	}
	if err = errors.Join(err, readerGone(c.out.Flush())); !errors.Is(err, errReaderGone) {
		filter.sayHidden(cmd.ErrOrStderr())
	}
	return err
}

// check returns how records are printed and where to start, or what is wrong
// with the flags.
func (o *consumeOptions) check(cmd *cobra.Command) (format recordFormat, start bound, err error) {
	if o.count < 0 {
		return nil, start, usage(cmd, "--count %d is negative", o.count)
	}
	if o.partition < 0 && cmd.Flags().Changed("partition") {
		return nil, start, usage(cmd, "--partition %d is negative", o.partition)
	}
	if start, err = parseBegin(o.offset, time.Now()); err != nil {
		return nil, start, usage(cmd, "--offset %v", err)
	}
	if o.format == "json" {
		return jsonFormat, start, nil
	}
	if format, err = parseFormat(o.format); err != nil {
		return nil, start, usage(cmd, "%v", err)
	}
	return format, start, nil
}

// consumption is one run of consume.
type consumption struct {
	client *kgo.Client
	admin  *kadm.Client
	topic  string
	format recordFormat
	filter *recordFilter
	// out buffers stdout.
	stdout io.Writer
	out    *bufio.Writer
	// left is how many records are still to be printed; 0 from the start on is
	// all there are.
	left int64
	// next is the next offset of each partition, and end where it ended when we
	// started.
	next, end map[int32]int64
}

// seek begins to consume the topic, or one partition if it is not negative.
func (c *consumption) seek(ctx context.Context, from bound, only int32) error {
	if err := topicExists(ctx, c.admin, c.topic); err != nil {
		return err
	}
	lister := offsetLister{admin: c.admin, topics: []string{c.topic}, uncommitted: true}
	extents, err := lister.extents(ctx, from, bound{})
	if err != nil {
		return err
	}
	if _, ok := extents[spot{c.topic, only}]; !ok && only >= 0 {
		return fmt.Errorf("consume %s: there is no partition %d, only 0 to %d", c.topic, only, len(extents)-1)
	}
	c.next, c.end = map[int32]int64{}, map[int32]int64{}
	offsets := map[int32]kgo.Offset{}
	for s, e := range extents {
		if only < 0 || s.partition == only {
			c.next[s.partition], c.end[s.partition] = e.next, e.end
			offsets[s.partition] = kgo.NewOffset().At(e.next)
		}
	}
	c.client.AddConsumePartitions(map[string]map[int32]kgo.Offset{c.topic: offsets})
	return nil
}

// open returns the partitions of which not all is printed that was there at the
// start.
func (c *consumption) open() []int32 {
	var open []int32
	for p, end := range c.end {
		if c.next[p] < end {
			open = append(open, p)
		}
	}
	return open
}

// read prints records until ctx ends, enough are printed or, with untilEnd, all
// that was there at the start.
func (c *consumption) read(ctx context.Context, untilEnd bool) error {
	for {
		records, err := c.poll(ctx)
		if err != nil {
			return err
		}
		for _, r := range records {
			c.next[r.Partition] = r.Offset + 1
			if r.Attrs.IsControl() || untilEnd && r.Offset >= c.end[r.Partition] || !c.filter.shows(r) {
				continue
			}
			if err := c.print(r); err != nil {
				return err
			}
			if c.left > 0 {
				if c.left--; c.left == 0 {
					return nil
				}
			}
		}
		if err := c.out.Flush(); err != nil {
			return readerGone(err)
		}
		if len(records) == 0 && hasNoReader(c.stdout) {
			return errReaderGone
		}
		if len(records) == 0 && untilEnd {
			if err := c.skipRemoved(ctx); err != nil {
				return err
			}
		}
		if untilEnd && len(c.open()) == 0 {
			return nil
		}
	}
}

// pollTime is how long poll waits for records.
const pollTime = time.Second

// poll returns the next records, none if none came in pollTime.
func (c *consumption) poll(ctx context.Context) ([]*kgo.Record, error) {
	waiting, cancel := context.WithTimeout(ctx, pollTime)
	defer cancel()
	fetches := c.client.PollFetches(waiting)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	for _, e := range fetches.Errors() {
		if !errors.Is(e.Err, context.DeadlineExceeded) {
			return nil, fmt.Errorf("consume %s/%d: %w", e.Topic, e.Partition, e.Err)
		}
	}
	return fetches.Records(), nil
}

func (c *consumption) print(r *kgo.Record) error {
	b := c.format(c.out.AvailableBuffer(), r)
	_, err := c.out.Write(b)
	return readerGone(err)
}

// skipRemoved moves on over what retention removed meanwhile: it would be waited
// for in vain.
func (c *consumption) skipRemoved(ctx context.Context) error {
	starts, err := listOffsets(ctx, c.admin.ListStartOffsets, c.topic)
	if err != nil {
		return err
	}
	for p, start := range starts {
		if next, ok := c.next[p]; ok {
			c.next[p] = max(next, start)
		}
	}
	return nil
}

// listOffsets returns the offsets of the topic's partitions.
func listOffsets(ctx context.Context, list func(context.Context, ...string) (kadm.ListedOffsets, error), topic string) (map[int32]int64, error) {
	listed, err := list(ctx, topic)
	if err == nil {
		err = listed.Error()
	}
	if err != nil {
		return nil, fmt.Errorf("look up offsets of %s: %w", topic, orCause(ctx, err))
	}
	offsets := map[int32]int64{}
	listed.Each(func(o kadm.ListedOffset) { offsets[o.Partition] = o.Offset })
	return offsets, nil
}
