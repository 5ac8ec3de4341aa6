package eventsource

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
)

// onOffsetsFetched begins assignments. The client calls it with the committed
// offsets of partitions that were assigned to it, before it fetches from them; an
// error makes it leave the session and try again.
func (s *Source) onOffsetsFetched(ctx context.Context, offsets map[string]map[int32]kgo.Offset) (
	map[string]map[int32]kgo.Offset, error) {
	committed := offsets[s.cfg.Topic]
	if len(committed) == 0 {
		return offsets, nil
	}
	select {
	case <-s.joined:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	positions, err := s.positions(ctx, committed)
	if err != nil {
		return nil, err
	}
	if err := s.flush(ctx); err != nil {
		return nil, err
	}
	s.begin(positions)
	for _, p := range positions {
		committed[p.partition] = kgo.NewOffset().At(max(p.offset, p.logStart))
		if p.warning != "" {
			s.warn(p.partition, p.warning)
		}
	}
	return offsets, nil
}

// begin begins an assignment at each position.
func (s *Source) begin(positions []position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, at := range positions {
		p := s.partitions[at.partition]
		if p == nil {
			p = new(partition)
			s.partitions[at.partition] = p
		}
		if p.current != nil { // the client always revokes first
			s.input(platform.Lost, p.current)
			p.end()
		}
		p.assignments++
		p.current = &assignment{
			partition: at.partition, number: p.assignments, open: true, released: make(chan struct{}),
			position: max(at.offset, at.logStart), commit: noOffset, ordered: noOffset, keep: at.offset, keptTo: at.offset,
		}
		s.input(platform.Assigned, p.current).Offset = at.offset
		if at.logStart > at.offset {
			s.input(platform.LogStarted, p.current).LogStart = at.logStart
		}
	}
	s.pauses.stale.Store(true)
	s.pollable.send()
}

// end ends the current assignment. What was handed over of it stays, for
// environments that are about to read it.
func (p *partition) end() {
	p.current.open = false
	p.current.dropStash()
	p.previous, p.current = p.current, nil
}

// onRevoked holds a revocation until nothing of the partitions is in flight and
// all is committed, or the grace is over. Other partitions go on.
func (s *Source) onRevoked(_ context.Context, _ *kgo.Client, revoked map[string][]int32) {
	held := s.close(revoked[s.cfg.Topic], platform.Revoked)
	if len(held) == 0 {
		return
	}
	grace := time.NewTimer(s.cfg.Grace)
	defer grace.Stop()
	var late []int32
	for _, a := range held {
		if !s.wait(a.released, grace.C) {
			grace.Reset(0) // over for all that follow
			late = append(late, a.partition)
		}
	}
	s.giveUp(held, late)
	s.awaitCommits(held)
	s.finish(held)
}

// giveUp says that partitions which were not released in time are lost.
func (s *Source) giveUp(held []*assignment, late []int32) {
	select {
	case <-s.ending: // nobody was waited for
		return
	default:
	}
	if len(late) == 0 {
		return
	}
	s.mu.Lock()
	for _, a := range held {
		if slices.Contains(late, a.partition) {
			s.input(platform.Lost, a)
		}
	}
	s.mu.Unlock()
	for _, p := range late {
		s.warn(p, fmt.Sprintf("topic %q, partition %d: revoked while a batch of it was in flight, and not released within %v; "+
			"its records are delivered again by the new owner", s.cfg.Topic, p, s.cfg.Grace))
	}
}

// onLost ends assignments that the group has already given to others.
func (s *Source) onLost(_ context.Context, _ *kgo.Client, lost map[string][]int32) {
	s.finish(s.close(lost[s.cfg.Topic], platform.Lost))
}

// close stops handing over of partitions and says so, except of those that were
// released already: for the machine they have ended.
func (s *Source) close(partitions []int32, why platform.InputKind) []*assignment {
	slices.Sort(partitions)
	s.mu.Lock()
	defer s.mu.Unlock()
	var held []*assignment
	for _, i := range partitions {
		p := s.partitions[i]
		if p == nil || p.current == nil {
			continue // its offset was never fetched
		}
		p.current.open = false
		held = append(held, p.current)
		if !p.current.isReleased {
			s.input(why, p.current)
		}
	}
	return held
}

// finish ends assignments.
func (s *Source) finish(held []*assignment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range held {
		if p := s.partitions[a.partition]; p.current == a {
			p.end()
		}
	}
	s.abandonCommit()
	s.pauses.stale.Store(true)
	s.deliverable.send()
	s.pollable.send()
}

// Rebalance makes the member join its group again. With a balancer that is not
// cooperative it gives up all its partitions first, as when another member
// joins, and gets them back from their committed offsets. It does not block.
func (s *Source) Rebalance() {
	select {
	case <-s.joined:
		s.client.ForceRebalance()
	default: // it has not joined yet
	}
}
