package eventsource

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kgo"
)

// pauses keeps the partitions that are paused in the client in step with the
// stashes.
type pauses struct {
	client *kgo.Client
	topic  string

	stale atomic.Bool // what is to be paused may have changed

	// mu guards paused and orders calls of the client, which do not block: the
	// poller and the deliverer both make them, the one because the other may wait
	// for the conductor.
	mu     sync.Mutex
	paused []int32 // sorted
}

// updatePauses pauses partitions whose stash is full, and those of which nothing
// is handed over any more, and resumes all others.
func (s *Source) updatePauses() {
	if !s.pauses.stale.Load() {
		return
	}
	s.pauses.mu.Lock()
	defer s.pauses.mu.Unlock()
	if s.pauses.stale.Swap(false) {
		s.pauses.apply(s.toPause())
	}
}

// toPause returns the partitions to be paused, sorted.
func (s *Source) toPause() []int32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	var want []int32
	for i, p := range s.partitions {
		if a := p.current; a != nil && (a.isFull || !a.open) {
			want = append(want, i)
		}
	}
	slices.Sort(want)
	return want
}

// apply makes the paused partitions those of want. mu is held.
func (p *pauses) apply(want []int32) {
	if pause := without(want, p.paused); len(pause) > 0 {
		p.client.PauseFetchPartitions(map[string][]int32{p.topic: pause})
	}
	if resume := without(p.paused, want); len(resume) > 0 {
		p.client.ResumeFetchPartitions(map[string][]int32{p.topic: resume})
	}
	p.paused = want
}

// without returns what is in a and not in b, both sorted.
func without(a, b []int32) []int32 {
	var rest []int32
	for _, i := range a {
		if _, is := slices.BinarySearch(b, i); !is {
			rest = append(rest, i)
		}
	}
	return rest
}
