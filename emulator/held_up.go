package emulator

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// heldUp is what waits for somebody to save.
type heldUp struct {
	batches []platform.HeldBatch // that are held until there is another revision (OnReload), by mapping
	// unserved are the functions of which no revision serves, nor is being made, while
	// there are records for them.
	unserved []*functionPart
	all      bool // it is all that keeps the run from being idle
}

// heldUp returns what waits for somebody to save. The conductor calls it.
func (e *Emulator) heldUp() (h heldUp) {
	m, p := e.conductor.machine, e.parts()
	waits := map[string]*functionPart{} // by group
	for _, f := range p.functions {
		h.batches = append(h.batches, m.Held(f.id)...)
		if !f.removed && e.reloader.isUnserved(f.id) {
			for _, of := range p.of(f.id) {
				waits[of.rules.Name] = f
			}
		}
	}
	if len(h.batches)+len(waits) == 0 {
		return h
	}
	blocked := map[position]bool{}
	for i := range h.batches {
		of := &p.mappings[h.batches[i].Mapping].rules
		for _, s := range h.batches[i].Spans {
			if !m.GoesOn(h.batches[i].Mapping, s.Partition) {
				blocked[position{of.Name, of.Topic, s.Partition}] = true
			}
		}
	}
	h.all = m.InFlight() == 0 && m.OpenRequests() == 0 && !e.isCommitting()
	for _, o := range e.outstandingFrom(m.Position) {
		if f := waits[o.Mapping]; f == nil {
			h.all = h.all && blocked[position{o.Mapping, o.Topic, o.Partition}]
		} else if !slices.Contains(h.unserved, f) {
			h.unserved = append(h.unserved, f)
		}
	}
	return h
}

// sayHeld says what is held up that nobody waits for any more: a Warning for each batch
// and function. It returns them as an error, nil if there is none.
func (e *Emulator) sayHeld(ctx context.Context) error {
	var all []error
	err := e.conductor.do(ctx, func() {
		up := e.heldUp()
		for i := range up.batches {
			h := &up.batches[i]
			m := e.parts().mappings[h.Mapping]
			text := fmt.Sprintf("batch %d is left as it is held: %v on revision %d", h.Batch, h.Outcome, h.Revision)
			if h.Reason != "" {
				text += ": " + h.Reason
			}
			all = append(all, fmt.Errorf("mapping %q: %s", m.mapping, text))
			e.conductor.append([]journal.Entry{{Kind: journal.Warning, Function: m.function, Mapping: m.mapping, Batch: h.Batch, Text: text}})
		}
		for _, f := range up.unserved {
			const text = "no revision of it serves: its records are left"
			all = append(all, fmt.Errorf("function %q: %s", f.config.Name, text))
			e.conductor.append([]journal.Entry{{Kind: journal.Warning, Function: f.config.Name, Text: text}})
		}
	})
	return errors.Join(append(all, err)...)
}
