package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// inputRange is records that came from outside the run's own functions and processes.
type inputRange struct {
	at          int64 // world time
	topic       string
	partition   int32
	first, last int64
}

// pastInput is what a run was given.
type pastInput struct {
	ranges  []inputRange
	records int
	// requests is how many invocations were asked for from outside.
	requests int
	// sources are the processes of the run that only fed.
	sources map[string]bool
}

// readInput finds what a run was given: what sources and clients produced.
func readInput(src journal.Source) (*pastInput, error) {
	in := &pastInput{sources: map[string]bool{}}
	reruns := map[string]bool{}
	for _, p := range src.Description().Processes {
		in.sources[p.Name], reruns[p.Name] = p.Source, !p.Source
	}
	kinds := journal.KindsOf(journal.RecordsProduced, journal.InvocationStarted)
	err := src.Scan(journal.Want{Kinds: kinds}, func(e *journal.Entry) bool {
		switch {
		case e.Kind == journal.InvocationStarted:
			if e.Request != 0 && e.Batch == 0 && e.Attempt <= 1 {
				in.requests++
			}
		case e.Function == "" && e.Mapping == "" && e.Environment == 0 && !reruns[e.Process]:
			in.ranges = append(in.ranges, inputRange{e.At, e.Topic, e.Partition, e.First, e.Last})
			in.records += int(e.Records)
		}
		return true
	})
	slices.SortStableFunc(in.ranges, func(a, b inputRange) int { return cmp.Compare(a.at, b.at) })
	return in, err
}

// length is the time from the first record to the last.
func (in *pastInput) length() time.Duration {
	if len(in.ranges) == 0 {
		return 0
	}
	return time.Duration(in.ranges[len(in.ranges)-1].at - in.ranges[0].at)
}

// partitions is how many partitions of each topic have input, at least.
func (in *pastInput) partitions() map[string]int {
	all := map[string]int{}
	for i := range in.ranges {
		r := &in.ranges[i]
		all[r.topic] = max(all[r.topic], int(r.partition)+1)
	}
	return all
}

// feeder gives input again.
type feeder struct {
	src    journal.Source
	client *kgo.Client
	speed  float64
	said   *inputProgress
	begun  time.Time
	done   int
	gone   int // records whose payload is not there any more
}

// inputAtOnce is how many records are handed to the client before it is waited for.
const inputAtOnce = 1000

// feed produces the input, in its order and at its distances in time.
func (f *feeder) feed(ctx context.Context, in *pastInput) error {
	f.begun = time.Now()
	var batch []*kgo.Record
	for i := range in.ranges {
		r := &in.ranges[i]
		since := time.Duration(r.at - in.ranges[0].at)
		due := f.begun.Add(time.Duration(float64(since) / f.speed))
		if time.Until(due) > 0 {
			if err := f.produce(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
			if err := f.wait(ctx, due); err != nil {
				return err
			}
		}
		for offset := r.first; offset <= r.last; offset++ {
			if err := ctx.Err(); err != nil {
				return context.Cause(ctx)
			}
			record, err := f.record(r, offset)
			if err != nil {
				return err
			}
			if record != nil {
				batch = append(batch, record)
			}
			if len(batch) == inputAtOnce {
				if err := f.produce(ctx, batch); err != nil {
					return err
				}
				batch = batch[:0]
			}
		}
		f.said.at(f.done, since)
	}
	return f.produce(ctx, batch)
}

// wait waits until something is due, and says how far it is meanwhile.
func (f *feeder) wait(ctx context.Context, due time.Time) error {
	for time.Until(due) > progressEvery {
		if err := pause(ctx, time.Now().Add(progressEvery)); err != nil {
			return err
		}
		f.said.at(f.done, time.Duration(float64(time.Since(f.begun))*f.speed))
	}
	return pause(ctx, due)
}

// record returns a record as it was, nil if it is gone.
func (f *feeder) record(r *inputRange, offset int64) (*kgo.Record, error) {
	m, err := f.src.Message(r.topic, r.partition, offset)
	if err != nil {
		return nil, fmt.Errorf("read %s/%d@%d: %w", r.topic, r.partition, offset, err)
	}
	if m == nil {
		f.gone++
		return nil, nil
	}
	record := &kgo.Record{Topic: m.Topic, Partition: m.Partition, Key: m.Key, Value: m.Value, Timestamp: time.UnixMilli(m.Timestamp)}
	for _, h := range m.Headers {
		record.Headers = append(record.Headers, kgo.RecordHeader{Key: h.Key, Value: h.Value})
	}
	return record, nil
}

func (f *feeder) produce(ctx context.Context, batch []*kgo.Record) error {
	if len(batch) == 0 {
		return nil
	}
	if err := f.client.ProduceSync(ctx, batch...).FirstErr(); err != nil {
		return fmt.Errorf("give input again: %w", orCause(ctx, err))
	}
	f.done += len(batch)
	return nil
}

// errNoInput is returned for a journal in which nothing came from outside.
var errNoInput = errors.New("the journal has no record that a source or a client produced: there is nothing to give again")
