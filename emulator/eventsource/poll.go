package eventsource

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
)

// A stash is low below lowMark and full from highMark times that on, both of
// sizes in the event document. The low marks of all stashes of a source add up to
// no more than stashTotal (or lowMarkMin each), so that thousands of partitions do not add up. One fetch,
// 1 MiB of a partition as it is compressed in the log, may come on top.
const (
	lowMark     = 1 << 20
	lowMarkMin  = 1 << 16
	highFactor  = 4
	stashTotal  = 32 << 20
	noPartition = -1
)

// poll is the poller. It returns when ctx ends.
func (s *Source) poll(ctx context.Context) {
	said := map[int32]string{}
	for ctx.Err() == nil {
		polling, interrupt := context.WithCancel(ctx)
		if s.beforePoll(interrupt) {
			s.take(s.client.PollFetches(polling), said)
			s.updatePauses()
		} else {
			select {
			case <-s.pollable:
			case <-polling.Done():
			}
		}
		interrupt()
	}
}

// beforePoll says that the poller holds no fetch, and reports whether it is to
// get one. interrupt makes it come back here.
func (s *Source) beforePoll(interrupt func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, done := range s.flushes {
		close(done)
	}
	s.flushes = s.flushes[:0]
	s.interrupt = interrupt
	assigned, open, low := 0, 0, 0
	for _, p := range s.partitions {
		if p.current == nil {
			continue
		}
		assigned++
		if p.current.open {
			open++
			if p.current.stash < s.low() {
				low++
			}
		}
	}
	// Without an assignment, polling is how errors of the group come in.
	return low > 0 || assigned == 0
}

// flush returns when the poller holds no fetch that it polled before, or when ctx
// or the run ends.
func (s *Source) flush(ctx context.Context) error {
	done := make(chan struct{})
	s.mu.Lock()
	s.flushes = append(s.flushes, done)
	interrupt := s.interrupt
	s.mu.Unlock()
	if interrupt != nil {
		interrupt()
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-s.ending:
		return context.Canceled
	}
}

// low is the low mark. mu is held.
func (s *Source) low() int64 {
	return min(max(stashTotal/int64(max(len(s.partitions), 1)), lowMarkMin), lowMark)
}

// take puts fetches into stashes.
func (s *Source) take(fetches kgo.Fetches, said map[int32]string) {
	type fetched struct {
		partition int32
		chunk     chunk
	}
	var all []fetched
	fetches.EachPartition(func(fp kgo.FetchTopicPartition) {
		s.report(fp, said)
		if c := s.chunk(fp.FetchPartition); c.end > 0 {
			all = append(all, fetched{fp.Partition, c})
		}
	})
	if len(all) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range all {
		p := s.partitions[f.partition]
		if p == nil || p.current == nil || !p.current.open {
			continue // revoked since
		}
		a := p.current
		a.add(f.chunk)
		s.offer(a)
		if !s.cfg.Unpaused && !a.isFull && a.stash >= highFactor*s.low() {
			a.isFull = true
			s.pauses.stale.Store(true)
		}
	}
}

// chunk makes a chunk of a fetch; its end is 0 if there is nothing in it.
func (s *Source) chunk(fp kgo.FetchPartition) chunk {
	records := fp.Records
	if len(records) == 0 {
		return chunk{}
	}
	c := chunk{end: records[len(records)-1].Offset + 1, logStart: max(fp.LogStartOffset, 0)}
	isControl := func(r *kgo.Record) bool { return r.Attrs.IsControl() }
	if slices.ContainsFunc(records, isControl) {
		records = slices.DeleteFunc(records, isControl)
	}
	c.records, c.metas = records, make([]platform.RecordMeta, len(records))
	for i, r := range records {
		c.metas[i] = platform.RecordMeta{
			Offset: r.Offset, Timestamp: r.Timestamp.UnixMilli(),
			Size: int32(s.cfg.Event.RecordSize(r)), KeyHash: journal.HashKey(r.Key), Bytes: readBytes(r),
		}
		if s.cfg.Filters != nil {
			s.filter(&c, i)
		}
	}
	return c
}

// filter notes what the filters say of a record of a chunk.
func (s *Source) filter(c *chunk, i int) {
	value := c.records[i].Value
	verdict := s.cfg.Filters.Match(value, value == nil)
	meta := &c.metas[i]
	meta.Filtered, meta.FailedOpen = !verdict.Matched, uint8(verdict.Why)
	c.filtered = c.filtered || meta.Filtered
}

// readBytes is what a poller reads of a record: key, value and headers.
func readBytes(r *kgo.Record) int32 {
	n := len(r.Key) + len(r.Value)
	for i := range r.Headers {
		n += len(r.Headers[i].Key) + len(r.Headers[i].Value)
	}
	return int32(n)
}

// report notes an error of a fetch, the same one of a partition only once in a row.
func (s *Source) report(fp kgo.FetchTopicPartition, said map[int32]string) {
	partition := fp.Partition
	if fp.Topic == "" {
		partition = noPartition // an error of the group or of the client
	}
	switch {
	case fp.Err == nil:
		delete(said, partition)
		return
	case errors.Is(fp.Err, context.Canceled), errors.Is(fp.Err, kgo.ErrClientClosed):
		return
	}
	text := fmt.Sprintf("consume topic %q: %v", s.cfg.Topic, fp.Err)
	if partition != noPartition {
		text = fmt.Sprintf("consume topic %q, partition %d: %v", s.cfg.Topic, partition, fp.Err)
	}
	if said[partition] != text {
		said[partition] = text
		s.warn(partition, text)
	}
}
