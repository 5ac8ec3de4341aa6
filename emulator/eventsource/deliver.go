package eventsource

import (
	"context"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// deliver is the deliverer. When ctx ends it delivers what there is and returns.
func (s *Source) deliver(ctx context.Context) {
	var inputs []platform.Input
	for {
		select {
		case <-s.deliverable:
			inputs = s.deliverAll(inputs)
		case <-ctx.Done():
			s.deliverAll(inputs)
			return
		}
	}
}

// deliverAll hands over until there is nothing. It returns inputs for reuse.
func (s *Source) deliverAll(inputs []platform.Input) []platform.Input {
	for {
		inputs = s.takeInputs(inputs[:0])
		s.updatePauses()
		if len(inputs) == 0 {
			return inputs
		}
		for i := range inputs {
			s.cfg.Deliver(inputs[i])
		}
		clear(inputs)
	}
}

// takeInputs appends what is to be delivered. What was queued about assignments
// comes before records: an assignment begins before its records, and after it
// ended there are none.
func (s *Source) takeInputs(inputs []platform.Input) []platform.Input {
	s.mu.Lock()
	defer s.mu.Unlock()
	inputs = append(inputs, s.outbox...)
	clear(s.outbox)
	s.outbox = s.outbox[:0]
	low := s.low()
	for i, a := range s.ready {
		s.ready[i], a.isOffered = nil, false
		before := a.stash
		inputs = a.handOver(inputs, s.cfg.Mapping)
		if a.stash >= low || before == a.stash {
			continue
		}
		s.pollable.send()
		if a.isFull {
			a.isFull = false
			s.pauses.stale.Store(true)
		}
	}
	s.ready = s.ready[:0]
	return inputs
}
