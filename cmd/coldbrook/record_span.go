package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"
)

// spot is a partition of a topic.
type spot struct {
	topic     string
	partition int32
}

func (s spot) String() string { return s.topic + "/" + strconv.Itoa(int(s.partition)) }

// extent is what a partition has and what of it is recorded. Of a recording of committed
// records, the end is that of those: nothing behind an open transaction is given out.
type extent struct {
	start, end int64 // what the broker has; end is exclusive
	next       int64 // the next to be recorded
	until      int64 // exclusive; -1 if it goes on
}

// offsetLister asks a Kafka for offsets.
type offsetLister struct {
	admin       *kadm.Client
	topics      []string
	uncommitted bool
}

// extents returns those of all partitions of the topics.
func (l *offsetLister) extents(ctx context.Context, begin, until bound) (map[spot]*extent, error) {
	starts, err := l.list(ctx, bound{kind: atStart})
	if err != nil {
		return nil, err
	}
	ends, err := l.list(ctx, bound{kind: atEnd})
	if err != nil {
		return nil, err
	}
	all := map[spot]*extent{}
	for s, end := range ends {
		all[s] = &extent{start: starts[s], end: max(end, starts[s]), until: -1}
	}
	if err := l.begin(ctx, all, begin); err != nil || until.kind == atNothing {
		return all, err
	}
	limits := ends
	if until.kind == atTime {
		if limits, err = l.list(ctx, until); err != nil {
			return nil, err
		}
	}
	for s, e := range all {
		e.until = min(limits[s], e.end)
	}
	return all, nil
}

// begin sets where to begin.
func (l *offsetLister) begin(ctx context.Context, all map[spot]*extent, begin bound) error {
	var times map[spot]int64
	if begin.kind == atTime {
		var err error
		if times, err = l.list(ctx, begin); err != nil {
			return err
		}
	}
	for s, e := range all {
		e.next = begin.within(e.start, e.end, times[s])
	}
	return nil
}

// list returns the offsets of all partitions at the start, the end or a time.
func (l *offsetLister) list(ctx context.Context, at bound) (map[spot]int64, error) {
	var listed kadm.ListedOffsets
	var err error
	switch {
	case at.kind == atStart:
		listed, err = l.admin.ListStartOffsets(ctx, l.topics...)
	case at.kind == atTime:
		listed, err = l.admin.ListOffsetsAfterMilli(ctx, at.time.UnixMilli(), l.topics...)
	case l.uncommitted:
		listed, err = l.admin.ListEndOffsets(ctx, l.topics...)
	default:
		listed, err = l.admin.ListCommittedOffsets(ctx, l.topics...)
	}
	if err == nil {
		err = listed.Error()
	}
	if err != nil {
		return nil, fmt.Errorf("look up offsets of %s: %w", strings.Join(l.topics, ", "), orCause(ctx, err))
	}
	offsets := map[spot]int64{}
	listed.Each(func(o kadm.ListedOffset) { offsets[spot{o.Topic, o.Partition}] = o.Offset })
	return offsets, nil
}
