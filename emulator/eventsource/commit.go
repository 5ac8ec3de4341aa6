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
	// refuses for now. One that has no answer is tried as long as its assignment
	// lasts: nothing else might ever commit that offset.
	commitTries = 5
	// commitPause is the wait before the second try. It doubles, up to
	// commitPauseMax.
	commitPause    = 100 * time.Millisecond
	commitPauseMax = 5 * time.Second
)

// assignmentEnded is why a commit is refused that comes too late.
const assignmentEnded = "the assignment has ended: another member of the group may own the partition"

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
		if pause := s.commitRound(ctx); pause > 0 {
			again = time.After(pause)
		}
	}
}

// commitRound commits what is ordered, and returns how long to wait before some
// of it is tried again, 0 if none is.
func (s *Source) commitRound(ctx context.Context) (pause time.Duration) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	orders := s.takeOrders(cancel)
	if len(orders) == 0 {
		return 0
	}
	offsets := make(map[int32]kgo.EpochOffset, len(orders))
	for _, o := range orders {
		offsets[o.a.partition] = kgo.EpochOffset{Epoch: -1, Offset: o.offset}
	}
	errs := s.issue(ctx, offsets)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.abandon = nil
	for _, o := range orders {
		if s.committed(o, errs[o.a.partition]) {
			pause = max(pause, pauseAfter(o.a.tries))
		}
	}
	close(s.round)
	s.round = make(chan struct{})
	return pause
}

// pauseAfter is the wait after so many tries, from 1 on.
func pauseAfter(tries int) time.Duration {
	return min(commitPause<<min(tries-1, 10), commitPauseMax)
}

func (s *Source) takeOrders(abandon func()) []order {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.abandon = abandon
	orders := make([]order, 0, len(s.orders))
	for i, a := range s.orders {
		s.orders[i] = nil
		if s.assignment(a.partition, a.number) == a {
			a.committing = true
			orders = append(orders, order{a, a.commit})
		} else { // it has ended while the order waited for another try
			s.answer(a.partition, a.number, a.commit, assignmentEnded)
		}
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
	case current && (isUnanswered(err) || a.tries < commitTries-1 && isForNow(err)):
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

// isUnanswered reports whether a commit failed because the group coordinator was
// not reached, or did not answer.
func isUnanswered(err error) bool {
	_, answered := errors.AsType[*kerr.Error](err)
	return !answered && !errors.Is(err, context.Canceled) && !errors.Is(err, kgo.ErrClientClosed)
}

// IsCommitting reports whether a commit is ordered or under way of a partition
// that is ours.
func (s *Source) IsCommitting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.partitions {
		if a := p.current; a != nil && (a.committing || a.commit != noOffset) {
			return true
		}
	}
	return false
}

// abandonCommit gives a commit up that is under way, if the assignments of all
// its offsets have ended: until it returns, the client does not join the group
// again. mu is held.
func (s *Source) abandonCommit() {
	if s.abandon == nil {
		return
	}
	for _, p := range s.partitions {
		if p.current != nil && p.current.committing {
			return
		}
	}
	s.abandon()
}

// abandonOrders answers the commits that nobody will try any more.
func (s *Source) abandonOrders() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.orders {
		s.answer(a.partition, a.number, a.commit, "the run ended before it could be committed")
		a.commit = noOffset
	}
	s.orders = nil
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
