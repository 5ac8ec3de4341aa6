package function

import (
	"fmt"
	"sync"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// site is what an environment has beside its processes, where it has no number yet.
type site struct {
	pool     *Pool
	template *Template
	revision int32 // 0 if it is not known yet
	address  Address
	disk     *Disk
	output   *handover
}

// open opens its Kafka address.
func (s *site) open() error {
	address, err := s.template.Open(0)
	if err != nil {
		return fmt.Errorf("open a Kafka address: %w", err)
	}
	s.address, s.output = address, &handover{}
	return nil
}

// spec is what a process is started with there.
func (s *site) spec() Spec {
	return Spec{Function: s.template.Name, Revision: s.revision, Kafka: s.address.Addr(), Tracker: s.address,
		Output: s.output.line, Disk: s.disk}
}

// abandon clears it up. What was printed there is handed on as no environment's.
func (s *site) abandon() {
	if s.address == nil {
		return // it was never opened
	}
	s.output.to(func(stream, line string) {
		s.pool.output(journal.Entry{
			Kind: journal.Output, Function: s.template.Name, Revision: later(s.revision), Reason: stream, Text: line,
		})
	})
	s.address.Close()
	s.disk.remove()
}

// later is a revision as entries have it: 0 for the first.
func later(revision int32) int32 {
	if revision <= 1 {
		return 0
	}
	return revision
}

// handover keeps what is printed until it is known whose it is, and hands it on from
// then on. It is safe for concurrent use.
type handover struct {
	kept lines

	mu     sync.Mutex // guards all below
	output func(stream, line string)
}

// line takes a line.
func (h *handover) line(stream, text string) {
	h.mu.Lock()
	output := h.output
	if output == nil {
		h.kept.add(stream, text)
	}
	h.mu.Unlock()
	if output != nil {
		output(stream, text)
	}
}

// to hands on what was kept, in its order, and then what comes.
func (h *handover) to(output func(stream, line string)) {
	for {
		h.mu.Lock()
		kept, dropped := h.kept.take()
		if len(kept) == 0 && dropped == 0 {
			h.output = output
			h.mu.Unlock()
			return
		}
		h.mu.Unlock()
		for _, line := range kept {
			output(line.stream, line.text)
		}
		if dropped > 0 {
			output("stderr", fmt.Sprintf("coldbrook: %d more lines were dropped: over %d MiB before the first invocation", dropped, keptMost>>20))
		}
	}
}
