package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// topic is a topic as topics shows it.
type topic struct {
	Name string `json:"name"`
	// Records is how many offsets there are between start and end.
	Records int64 `json:"records"`
	// Bytes is what they take in the log, nil if that is not known.
	Bytes      *int64      `json:"bytes,omitempty"`
	Partitions []partition `json:"partitions"`
	Groups     []group     `json:"groups"`
}

// partition is a partition of a topic: its first offset and the one after its
// last.
type partition struct {
	Partition int32  `json:"partition"`
	Start     int64  `json:"start"`
	End       int64  `json:"end"`
	Bytes     *int64 `json:"bytes,omitempty"`
}

// group is a consumer group of a topic.
type group struct {
	Name  string `json:"name"`
	State string `json:"state"`
	// Lag is how many records it has not committed yet.
	Lag        int64            `json:"lag"`
	Partitions []groupPartition `json:"partitions"`
}

// groupPartition is where a group is in a partition. Committed is the next
// offset, -1 if it has not committed any.
type groupPartition struct {
	Partition int32 `json:"partition"`
	Committed int64 `json:"committed"`
	Lag       int64 `json:"lag"`
}

func topicsCommand() *cobra.Command {
	var w where
	cmd := &cobra.Command{
		Use:     "topics [TOPIC]",
		Short:   "list the topics, with what they hold and who is behind",
		Long:    "Lists the topics of the running instance with their partitions, how many records they hold, and the consumer groups that read them with their lag: the records that a group has not committed yet. With TOPIC, each partition of it.",
		Args:    cobra.ArbitraryArgs,
		Example: "coldbrook topics\ncoldbrook topics orders",
	}
	w.addBrokers(cmd)
	format := addFormat(cmd, "a list")
	cmd.ValidArgsFunction = w.completeTopic
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return oneArgument("topic")(cmd, args)
		}
		return listTopics(cmd, &w, args, format.json())
	}
	return cmd
}

func listTopics(cmd *cobra.Command, w *where, only []string, asJSON bool) error {
	ctx, end := untilSignal(cmd.Context())
	defer end()
	ctx, client, err := w.connect(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	admin := kadm.NewClient(client)
	if len(only) > 0 {
		if err := topicExists(ctx, admin, only[0]); err != nil {
			return err
		}
	}
	topics, err := describeTopics(ctx, admin, only)
	if err != nil {
		return fmt.Errorf("list topics: %w", orCause(ctx, err))
	}
	switch {
	case asJSON:
		return writeJSON(cmd.OutOrStdout(), topics)
	case len(topics) == 0:
		_, err = fmt.Fprintln(cmd.ErrOrStderr(), "there are no topics yet")
	case len(only) > 0:
		err = topics[0].write(cmd.OutOrStdout())
	default:
		err = writeTopics(cmd.OutOrStdout(), topics)
	}
	return readerGone(err)
}

// topicExists returns an error, with a hint, if there is no such topic.
func topicExists(ctx context.Context, admin *kadm.Client, name string) error {
	all, err := admin.ListTopics(ctx)
	if err != nil {
		return fmt.Errorf("list topics: %w", orCause(ctx, err))
	}
	if t, ok := all[name]; ok && t.Err == nil {
		return nil
	}
	e := &hinted{err: fmt.Errorf("there is no topic %q", name), hint: "coldbrook topics lists those there are"}
	if near := emulator.DidYouMean(name, all.Names()); near != "" {
		e.hint = fmt.Sprintf("did you mean %q?", near)
	}
	return e
}

// describeTopics returns the topics, sorted by name, or those only that are
// named.
func describeTopics(ctx context.Context, admin *kadm.Client, only []string) ([]topic, error) {
	listed, err := admin.ListTopics(ctx, only...)
	if err != nil {
		return nil, err
	}
	topics := []topic{}
	for _, name := range listed.Names() {
		topics = append(topics, topic{Name: name, Partitions: []partition{}, Groups: []group{}})
	}
	if len(topics) == 0 {
		return topics, nil
	}
	starts, err := admin.ListStartOffsets(ctx, listed.Names()...)
	if err != nil {
		return nil, err
	}
	ends, err := admin.ListEndOffsets(ctx, listed.Names()...)
	if err != nil {
		return nil, err
	}
	sizes := logSizes(ctx, admin, listed.TopicsSet())
	groups, err := groupsOf(ctx, admin)
	if err != nil {
		return nil, err
	}
	for i := range topics {
		t := &topics[i]
		t.addPartitions(starts[t.Name], ends[t.Name], sizes[t.Name])
		t.addGroups(groups)
	}
	return topics, nil
}

func (t *topic) addPartitions(starts, ends map[int32]kadm.ListedOffset, sizes map[int32]int64) {
	for _, p := range slices.Sorted(maps.Keys(ends)) {
		if ends[p].Err != nil {
			continue
		}
		part := partition{Partition: p, Start: starts[p].Offset, End: ends[p].Offset}
		if size, ok := sizes[p]; ok {
			part.Bytes = &size
			if t.Bytes == nil {
				t.Bytes = new(int64)
			}
			*t.Bytes += size
		}
		t.Records += part.End - part.Start
		t.Partitions = append(t.Partitions, part)
	}
}

func (t *topic) addGroups(lags kadm.DescribedGroupLags) {
	for _, l := range lags.Sorted() {
		parts, ok := l.Lag[t.Name]
		if !ok {
			continue
		}
		g := group{Name: l.Group, State: l.State}
		for _, p := range slices.Sorted(maps.Keys(parts)) {
			at := parts[p]
			if at.Err != nil {
				continue
			}
			g.Partitions = append(g.Partitions, groupPartition{Partition: p, Committed: at.Commit.At, Lag: at.Lag})
			g.Lag += at.Lag
		}
		t.Groups = append(t.Groups, g)
	}
}

// groupsOf returns all groups with their lag. One that ends while it is looked
// at is left out.
func groupsOf(ctx context.Context, admin *kadm.Client) (kadm.DescribedGroupLags, error) {
	listed, err := admin.ListGroups(ctx)
	if err != nil || len(listed) == 0 {
		return nil, err
	}
	lags, err := admin.Lag(ctx, listed.Groups()...)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(lags, func(_ string, l kadm.DescribedGroupLag) bool { return l.Error() != nil })
	return lags, nil
}

// logSizes returns what partitions take in the log, as far as the broker says.
func logSizes(ctx context.Context, admin *kadm.Client, topics kadm.TopicsSet) map[string]map[int32]int64 {
	sizes := map[string]map[int32]int64{}
	described, err := admin.DescribeAllLogDirs(ctx, topics)
	if err != nil {
		return sizes
	}
	described.Each(func(d kadm.DescribedLogDir) {
		d.Topics.Each(func(p kadm.DescribedLogDirPartition) {
			if sizes[p.Topic] == nil {
				sizes[p.Topic] = map[int32]int64{}
			}
			sizes[p.Topic][p.Partition] = p.Size
		})
	})
	return sizes
}

func writeTopics(w io.Writer, topics []topic) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "topic\tpartitions\trecords\tbytes\tgroups and their lag")
	for _, topic := range topics {
		var groups []string
		for _, g := range topic.Groups {
			groups = append(groups, g.Name+" "+report.Count(uint64(max(0, g.Lag))))
		}
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\n", topic.Name, len(topic.Partitions), report.Count(uint64(topic.Records)),
			size(topic.Bytes), strings.Join(groups, ", "))
	}
	return t.Flush()
}

// write prints the partitions of one topic, and where each group is in them.
func (t *topic) write(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(tw, "partition\tstart\tend\tbytes")
	for _, g := range t.Groups {
		fmt.Fprintf(tw, "\t%s committed\tlag", g.Name)
	}
	fmt.Fprintln(tw)
	for _, p := range t.Partitions {
		fmt.Fprintf(tw, "%d\t%d\t%d\t%s", p.Partition, p.Start, p.End, size(p.Bytes))
		for _, g := range t.Groups {
			committed, lag := g.at(p.Partition)
			fmt.Fprintf(tw, "\t%s\t%s", committed, lag)
		}
		fmt.Fprintln(tw)
	}
	return tw.Flush()
}

// at returns in words where the group is in a partition.
func (g *group) at(p int32) (committed, lag string) {
	for _, at := range g.Partitions {
		if at.Partition != p {
			continue
		}
		if at.Committed < 0 {
			return "-", strconv.FormatInt(at.Lag, 10)
		}
		return strconv.FormatInt(at.Committed, 10), strconv.FormatInt(at.Lag, 10)
	}
	return "-", "-"
}

func size(n *int64) string {
	if n == nil {
		return "-"
	}
	return journal.Bytes(*n)
}
