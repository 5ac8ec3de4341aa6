package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
)

// upstream is where an input topic comes from: a function that reads a topic as
// a consumer group.
type upstream struct{ topic, group string }

func upstreamOf(topic string) upstream {
	if topic == itemsTopic {
		return upstream{"items.submitted", "validate-item"}
	}
	return upstream{"bids.submitted", "validate-bid"}
}

// passQuiet tells the ledger which partitions it need not wait for: those that
// were quiet for a while, to which nothing is under way through the function
// before them, and of which nothing is left to read. Being quiet is not enough:
// when a function is slow, throttled or paused, its topic is quiet and its bids
// are still to come.
func (s *settler) passQuiet(ctx context.Context, now time.Time) error {
	for _, topic := range []string{itemsTopic, bidsTopic} {
		quiet := s.quietInputs(topic, now)
		if len(quiet) == 0 {
			continue
		}
		// In this order: what was submitted when upstreamDone looked is written
		// when passRead looks.
		done, err := s.upstreamDone(ctx, upstreamOf(topic))
		if err != nil {
			return err
		}
		if done {
			if err := s.passRead(ctx, topic, quiet); err != nil {
				return err
			}
		}
		for _, i := range quiet {
			s.inputs[i].last = now
		}
	}
	return nil
}

// quietInputs returns the inputs of a topic that hold the ledger and were quiet.
func (s *settler) quietInputs(topic string, now time.Time) (quiet []int) {
	for i, in := range s.inputs {
		if in.topic == topic && s.ledger.Holds(i) && now.Sub(in.last) >= s.quiet {
			quiet = append(quiet, i)
		}
	}
	return quiet
}

// upstreamDone says whether the group has committed all that its topic holds. A
// topic that does not exist has nothing under way.
func (s *settler) upstreamDone(ctx context.Context, u upstream) (bool, error) {
	ends, starts, err := s.offsets(ctx, u.topic)
	if err != nil {
		return false, err
	}
	committed, err := s.admin.FetchOffsets(ctx, u.group)
	if err != nil && !errors.Is(err, kerr.GroupIDNotFound) {
		return false, fmt.Errorf("offsets of group %q: %w", u.group, err)
	}
	done := true
	ends.Each(func(end kadm.ListedOffset) {
		at := int64(0)
		if c, ok := committed.Lookup(u.topic, end.Partition); ok {
			at = c.At
		}
		if start, ok := starts.Lookup(u.topic, end.Partition); ok {
			at = max(at, start.Offset) // retention removed what is below
		}
		done = done && at >= end.Offset
	})
	return done, nil
}

// passRead passes those of the inputs that are read to the end.
func (s *settler) passRead(ctx context.Context, topic string, inputs []int) error {
	ends, starts, err := s.offsets(ctx, topic)
	if err != nil {
		return err
	}
	for _, i := range inputs {
		in := s.inputs[i]
		end, endKnown := ends.Lookup(topic, in.partition)
		start, startKnown := starts.Lookup(topic, in.partition)
		if endKnown && startKnown && max(in.next, start.Offset) >= end.Offset {
			s.ledger.Read(i)
		}
	}
	return nil
}

// offsets returns the ends and then the starts of a topic's partitions.
func (s *settler) offsets(ctx context.Context, topic string) (ends, starts kadm.ListedOffsets, err error) {
	topics, err := s.admin.ListTopics(ctx, topic)
	if err != nil || !topics.Has(topic) {
		return nil, nil, err
	}
	ends, err = s.admin.ListEndOffsets(ctx, topic)
	if err = errors.Join(err, ends.Error()); err != nil {
		return nil, nil, fmt.Errorf("end offsets of topic %q: %w", topic, err)
	}
	starts, err = s.admin.ListStartOffsets(ctx, topic)
	if err = errors.Join(err, starts.Error()); err != nil {
		return nil, nil, fmt.Errorf("start offsets of topic %q: %w", topic, err)
	}
	return ends, starts, nil
}
