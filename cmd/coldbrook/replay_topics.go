package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// topicsMade is how long topics that were made or grown may take to be known to the Kafka.
const topicsMade = 10 * time.Second

// replayTopics makes sure of the topics that a replay sends to, before it sends anything.
type replayTopics struct {
	admin *kadm.Client
	// keep says that partitions are to be those of the recording.
	keep bool
	// create makes missing topics and adds missing partitions.
	create bool
	// dryRun only says what create would do.
	dryRun bool
	// guard is asked when nothing is wrong and before anything is made; nil is not to be.
	guard *replayGuard
	note  func(string)
}

// ensure returns what is wrong with topics, all of it. With create it mends that.
func (t *replayTopics) ensure(ctx context.Context, need []replayTopic) error {
	there, err := t.admin.ListTopics(ctx)
	if err != nil {
		return fmt.Errorf("list topics: %w", orCause(ctx, err))
	}
	var errs []error
	want := map[string]int32{} // what is to be made or grown
	for i := range need {
		n := &need[i]
		has := partitionsOf(there, n.to)
		switch {
		case has > 0 && (has >= n.partitions || !t.keep):
		case t.create:
			want[n.to] = max(want[n.to], n.partitions)
		case has == 0:
			errs = append(errs, missingTopic(n, there.Names()))
		default:
			errs = append(errs, tooFewPartitions(n, has))
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	if t.guard != nil && !t.dryRun {
		if err := t.guard.pass(ctx, t.admin, destinations(need)); err != nil {
			return err
		}
	}
	return t.make(ctx, there, want)
}

// destinations are the topics that records are sent to, each once.
func destinations(need []replayTopic) (names []string) {
	for i := range need {
		names = append(names, need[i].to)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// partitionsOf is how many partitions a topic has, 0 if it is not there.
func partitionsOf(there kadm.TopicDetails, name string) int32 {
	if d, ok := there[name]; ok && d.Err == nil {
		return int32(len(d.Partitions))
	}
	return 0
}

func missingTopic(n *replayTopic, names []string) error {
	hint := fmt.Sprintf("--create makes it with %s, and --topic %s=OTHER sends to another", partitionsSpelt(n.partitions), n.from)
	if near := emulator.DidYouMean(n.to, names); near != "" {
		hint = fmt.Sprintf("did you mean --topic %s=%s? %s", n.from, near, hint)
	}
	return &hinted{err: fmt.Errorf("%s: there is no %v", n.file, n), hint: hint}
}

func tooFewPartitions(n *replayTopic, has int32) error {
	return &hinted{err: fmt.Errorf("%s: %v has %s, and the recording had %d", n.file, n, partitionsSpelt(has), n.partitions),
		hint: fmt.Sprintf("--partitions rehash has the keys choose among those there are, and --create gives the topic %d", n.partitions)}
}

func partitionsSpelt(n int32) string {
	if n == 1 {
		return "1 partition"
	}
	return fmt.Sprintf("%d partitions", n)
}

// make makes or grows topics and waits until the Kafka knows them.
func (t *replayTopics) make(ctx context.Context, there kadm.TopicDetails, want map[string]int32) error {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		n := want[name]
		if t.dryRun {
			t.note(fmt.Sprintf("would give topic %q %s", name, partitionsSpelt(n)))
			continue
		}
		if has := partitionsOf(there, name); has > 0 {
			r, err := t.admin.UpdatePartitions(ctx, int(n), name)
			if err == nil {
				err = r.Error()
			}
			if err != nil {
				return fmt.Errorf("give topic %q %s: %w", name, partitionsSpelt(n), orCause(ctx, err))
			}
			t.note(fmt.Sprintf("topic %q had %s and has %d now: some keys get other partitions than before", name, partitionsSpelt(has), n))
			continue
		}
		if _, err := t.admin.CreateTopic(ctx, n, -1, nil, name); err != nil {
			return fmt.Errorf("make topic %q with %s: %w", name, partitionsSpelt(n), orCause(ctx, err))
		}
		t.note(fmt.Sprintf("made topic %q with %s", name, partitionsSpelt(n)))
	}
	return t.await(ctx, want)
}

func (t *replayTopics) await(ctx context.Context, want map[string]int32) error {
	if len(want) == 0 || t.dryRun {
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, topicsMade, errors.New("the Kafka does not show the topics that were made"))
	defer cancel()
	for {
		there, err := t.admin.ListTopics(ctx, slices.Sorted(maps.Keys(want))...)
		known := err == nil
		for name, n := range want {
			known = known && partitionsOf(there, name) >= n
		}
		if known {
			return nil
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
