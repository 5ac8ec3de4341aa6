package eventsource

import (
	"context"
	"errors"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const (
	// commitTries is how often a commit is tried that the group coordinator
	// refuses for now, and commitPause the wait between.
	commitTries = 5
	commitPause = 100 * time.Millisecond
)

// order is a commit under way.
type order struct {
	a      *assignment
	offset int64
}

// commit is the committer. It returns when ctx ends.
func (s *Source) commit(ctx context.Context) {
	var again <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.committable:
		case <-again:
		}
		again = nil
		if s.commitRound(ctx) {
			again = time.After(commitPause)
		}
	}
}

// commitRound commits what is ordered, and reports whether some of it is to be
// tried again.
func (s *Source) commitRound(ctx context.Context) (again bool) {
	orders := s.takeOrders()
	if len(orders) == 0 {
		return false
	}
	offsets := make(map[int32]kgo.EpochOffset, len(orders))
	for _, o := range orders {
		offsets[o.a.partition] = kgo.EpochOffset{Epoch: -1, Offset: o.offset}
	}
	errs := s.issue(ctx, offsets)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range orders {
		again = s.committed(o, errs[o.a.partition]) || again
	}
	close(s.round)
	s.round = make(chan struct{})
	return again
}

func (s *Source) takeOrders() []order {
	s.mu.Lock()
	defer s.mu.Unlock()
	orders := make([]order, 0, len(s.orders))
	for i, a := range s.orders {
		s.orders[i] = nil
		a.committing = true
		orders = append(orders, order{a, a.commit})
		a.commit = noOffset
	}
	s.orders = s.orders[:0]
	return orders
}

// issue commits offsets and returns the error of each partition.
func (s *Source) issue(ctx context.Context, offsets map[int32]kgo.EpochOffset) map[int32]error {
	errs := map[int32]error{}
	done := func(_ *kgo.Client, _ *kmsg.OffsetCommitRequest, resp *kmsg.OffsetCommitResponse, err error) {
		for i := range offsets {
			errs[i] = err
		}
		if err != nil || resp == nil {
			return
		}
		for _, t := range resp.Topics {
			for _, p := range t.Partitions {
				errs[p.Partition] = kerr.ErrorForCode(p.ErrorCode)
			}
		}
	}
	s.client.CommitOffsetsSync(ctx, map[string]map[int32]kgo.EpochOffset{s.cfg.Topic: offsets}, done)
	return errs
}

// committed takes the outcome of a commit, and reports whether it is to be tried
// again. mu is held.
func (s *Source) committed(o order, err error) (again bool) {
	a := o.a
	a.committing = false
	current := s.assignment(a.partition, a.number) == a
	switch {
	case err == nil:
		s.answer(a.partition, a.number, o.offset, "")
	case a.commit != noOffset && current:
		// A newer order stands for this one.
	case current && a.tries < commitTries-1 && isForNow(err):
		a.commit = o.offset
		a.tries++
		s.orders = append(s.orders, a)
		return true
	default:
		s.answer(a.partition, a.number, o.offset, err.Error())
	}
	return false
}

// isForNow reports whether a commit that failed may succeed soon.
func isForNow(err error) bool {
	return kerr.IsRetriable(err) || errors.Is(err, kerr.RebalanceInProgress)
}

// awaitCommits returns when no commit of the assignments is ordered or under way,
// or after commitWait.
func (s *Source) awaitCommits(held []*assignment) {
	timeout := time.NewTimer(commitWait)
	defer timeout.Stop()
	for {
		s.mu.Lock()
		busy, round := false, s.round
		for _, a := range held {
			busy = busy || a.committing || a.commit != noOffset
		}
		s.mu.Unlock()
		if !busy {
			return
		}
		select {
		case <-round:
		case <-timeout.C:
			return
		}
	}
}
