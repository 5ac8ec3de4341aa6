package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// skipHoles moves on over offsets at which there is nothing to wait for: what retention or
// compaction removed, and what aborted transactions left. The client passes over them
// without a word.
func (k *kafkaTake) skipHoles(ctx context.Context) error {
	starts, err := k.lister.list(ctx, bound{kind: atStart})
	if err != nil {
		return err
	}
	for _, s := range slices.SortedFunc(maps.Keys(k.extents), compareSpots) {
		e := k.extents[s]
		e.next = max(e.next, starts[s])
		if e.left() > 0 && !k.paused[s] {
			if err := k.skipHole(ctx, s, e); err != nil {
				return fmt.Errorf("record %s: %w", s, orCause(ctx, err))
			}
		}
		k.setBehind(s, e)
	}
	return nil
}

func compareSpots(a, b spot) int {
	if c := strings.Compare(a.topic, b.topic); c != 0 {
		return c
	}
	return int(a.partition) - int(b.partition)
}

// skipHole asks what is at the next offset of a partition. If it is nothing to be recorded,
// that is passed over; if it is a record, the client will bring it.
func (k *kafkaTake) skipHole(ctx context.Context, s spot, e *extent) error {
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	leader, _, err := k.client.PartitionLeader(s.topic, s.partition)
	if err != nil || leader < 0 {
		return nil // the client looks for it
	}
	raw, err := k.client.Broker(int(leader)).Request(ctx, k.request(s, e.next))
	if err != nil {
		return nil //nolint:nilerr // why: the client meets the same error and tries again, or says so
	}
	opts := kgo.ProcessFetchPartitionOpts{Topic: s.topic, Partition: s.partition, Offset: e.next, IsolationLevel: kgo.ReadCommitted()}
	if k.lister.uncommitted {
		opts.IsolationLevel = kgo.ReadUncommitted()
	}
	for _, t := range raw.(*kmsg.FetchResponse).Topics {
		for i := range t.Partitions {
			fetched, next := kgo.ProcessFetchPartition(opts, &t.Partitions[i], kgo.DefaultDecompressor(), nil)
			if fetched.Err == nil && len(fetched.Records) == 0 {
				e.next = max(e.next, next)
			}
		}
	}
	return nil
}

func (k *kafkaTake) request(s spot, offset int64) *kmsg.FetchRequest {
	p := kmsg.NewFetchRequestTopicPartition()
	p.Partition, p.FetchOffset, p.PartitionMaxBytes = s.partition, offset, fetchBytes
	t := kmsg.NewFetchRequestTopic()
	t.Topic, t.Partitions = s.topic, []kmsg.FetchRequestTopicPartition{p}
	r := kmsg.NewPtrFetchRequest()
	r.ReplicaID, r.SessionEpoch, r.MaxBytes = -1, -1, fetchBytes
	r.Topics = []kmsg.FetchRequestTopic{t}
	if !k.lister.uncommitted {
		r.IsolationLevel = 1
	}
	return r
}
