package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
)

// Topics.
const (
	itemsTopic     = "auction.items"
	bidsTopic      = "auction.bids"
	completedTopic = "auction.completed"
)

// options of a settler.
type options struct {
	// kafka is how to reach the brokers.
	kafka []kgo.Opt
	// grace and early are those of the ledger.
	grace, early time.Duration
	// quiet is after how long without records a partition is looked at, whether
	// anything is under way to it.
	quiet time.Duration
	log   io.Writer
}

// input is one partition that is read.
type input struct {
	topic     string
	partition int32
	// next is the offset after the last record read.
	next int64
	// last is when a record was read, or looked for in vain.
	last time.Time
}

type settler struct {
	options
	client *kgo.Client
	admin  *kadm.Client
	ledger *ledger
	inputs []input
	index  map[string]map[int32]int // topic and partition -> index of inputs
	// written are the items in auction.completed from before the start; one is
	// taken out when it would have been written again.
	written map[string]struct{}
	report  report
}

// run settles auctions until ctx ends, then returns nil.
func run(ctx context.Context, o options) error {
	written, err := readCompleted(ctx, o.kafka)
	if err != nil {
		return err
	}
	client, err := kgo.NewClient(append(slices.Clip(o.kafka), kgo.FetchMaxWait(o.quiet/2), kgo.ProducerLinger(0))...)
	if err != nil {
		return err
	}
	defer client.Close()
	s := &settler{options: o, client: client, admin: kadm.NewClient(client), written: written}
	if err := s.findInputs(ctx); err != nil {
		return err
	}
	if len(written) > 0 {
		fmt.Fprintf(o.log, "auctions settled before this start: %d\n", len(written))
	}
	for {
		if err := s.step(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
}

// findInputs starts to read every partition of the input topics from its
// beginning.
func (s *settler) findInputs(ctx context.Context) error {
	ends, err := s.admin.ListEndOffsets(ctx, itemsTopic, bidsTopic)
	if err = errors.Join(err, ends.Error()); err != nil {
		return fmt.Errorf("list partitions: %w", err)
	}
	s.index = map[string]map[int32]int{itemsTopic: {}, bidsTopic: {}}
	from := map[string]map[int32]kgo.Offset{itemsTopic: {}, bidsTopic: {}}
	for _, o := range ends.Offsets().Sorted() {
		s.index[o.Topic][o.Partition] = len(s.inputs)
		s.inputs = append(s.inputs, input{topic: o.Topic, partition: o.Partition, last: time.Now()})
		from[o.Topic][o.Partition] = kgo.NewOffset().AtStart()
	}
	s.ledger = newLedger(len(s.inputs), s.grace, s.early)
	s.client.AddConsumePartitions(from)
	return nil
}

// step reads what there is, closes what is over and writes it.
func (s *settler) step(ctx context.Context) error {
	waiting, cancel := context.WithTimeout(ctx, s.quiet/4)
	fetches := s.client.PollFetches(waiting)
	cancel()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	for _, e := range fetches.Errors() {
		if !errors.Is(e.Err, context.DeadlineExceeded) {
			return fmt.Errorf("read %s/%d: %w", e.Topic, e.Partition, e.Err)
		}
	}
	now := time.Now()
	fetches.EachRecord(func(r *kgo.Record) { s.take(r, now) })
	if err := s.passQuiet(ctx, now); err != nil {
		return err
	}
	if err := s.write(ctx, s.ledger.Advance()); err != nil {
		return err
	}
	s.report.print(s.log, s.ledger, now)
	return nil
}

// take hands a record to the ledger. What is not JSON is said and skipped: the
// functions before us let nothing through that is not.
func (s *settler) take(r *kgo.Record, now time.Time) {
	p := s.index[r.Topic][r.Partition]
	in := &s.inputs[p]
	in.next, in.last = r.Offset+1, now
	var err error
	if r.Topic == itemsTopic {
		var item market.Item
		if err = json.Unmarshal(r.Value, &item); err == nil {
			s.ledger.Item(p, item)
		}
	} else {
		var bid market.Bid
		if err = json.Unmarshal(r.Value, &bid); err == nil {
			s.ledger.Bid(p, bid)
		}
	}
	if err != nil {
		fmt.Fprintf(s.log, "%s/%d@%d is skipped: %v\n", r.Topic, r.Partition, r.Offset, err)
	}
}
