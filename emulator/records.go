package emulator

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/broker"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// TopicNames returns the topics that exist, sorted.
func (e *Emulator) TopicNames() []string {
	var names []string
	for _, t := range e.broker.Topics() {
		names = append(names, t.Name)
	}
	slices.Sort(names)
	return names
}

// Records returns the records of a topic that exist now, partition by partition
// in offset order, without those of transactions that are open or were aborted.
// An outage of the broker does not keep it from that.
func (e *Emulator) Records(ctx context.Context, topic string) ([]*kgo.Record, error) {
	address, err := e.broker.Open(broker.Owner{Internal: true, Observer: true})
	if err != nil {
		return nil, err
	}
	defer address.Close()
	client, err := kgo.NewClient(append(e.ClientOptions(address.Addr()), kgo.ClientID("coldbrook-records"),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.KeepControlRecords(), kgo.DisableClientMetrics(),
		// To end a session takes a millisecond, which would pass in virtual time.
		kgo.DisableFetchSessions())...)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	left, err := extent(ctx, client, topic)
	if err != nil {
		return nil, fmt.Errorf("read topic %q: %w", topic, err)
	}
	return consumeAll(ctx, client, topic, left)
}

// span is the part of a partition that is still to be read.
type span struct{ next, end int64 }

// extent returns what each partition of a topic that is not empty holds.
func extent(ctx context.Context, client *kgo.Client, topic string) (map[int32]span, error) {
	admin := kadm.NewClient(client)
	starts, err := admin.ListStartOffsets(ctx, topic)
	if err != nil {
		return nil, err
	}
	ends, err := admin.ListCommittedOffsets(ctx, topic)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(starts.Error(), ends.Error()); err != nil {
		return nil, err
	}
	left := map[int32]span{}
	ends.Each(func(o kadm.ListedOffset) {
		start, _ := starts.Lookup(topic, o.Partition)
		if start.Offset < o.Offset {
			left[o.Partition] = span{start.Offset, o.Offset}
		}
	})
	return left, nil
}

// consumeAll reads the spans of a topic.
func consumeAll(ctx context.Context, client *kgo.Client, topic string, left map[int32]span) ([]*kgo.Record, error) {
	from := map[int32]kgo.Offset{}
	for p, s := range left {
		from[p] = kgo.NewOffset().At(s.next)
	}
	if len(from) == 0 {
		return nil, nil
	}
	client.AddConsumePartitions(map[string]map[int32]kgo.Offset{topic: from})
	var all []*kgo.Record
	for len(left) > 0 {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return nil, fmt.Errorf("read topic %q: %w", topic, err)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			s, ok := left[r.Partition]
			if !ok || r.Offset < s.next {
				return
			}
			if s.next = r.Offset + 1; s.next >= s.end {
				delete(left, r.Partition)
			} else {
				left[r.Partition] = s
			}
			if !r.Attrs.IsControl() {
				all = append(all, r)
			}
		})
	}
	slices.SortStableFunc(all, compareRecords)
	return all, nil
}

func compareRecords(a, b *kgo.Record) int {
	if a.Partition != b.Partition {
		return int(a.Partition) - int(b.Partition)
	}
	return int(a.Offset - b.Offset)
}
