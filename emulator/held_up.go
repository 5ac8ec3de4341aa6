package emulator

import (
	"context"
	"errors"
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// heldUp returns the batches that are held until there is another revision (OnReload),
// by mapping, and whether they are all that keeps the run from being idle. The conductor
// calls it.
func (e *Emulator) heldUp() (held []platform.HeldBatch, all bool) {
	m, p := e.conductor.machine, e.parts()
	for _, f := range p.functions {
		held = append(held, m.Held(f.id)...)
	}
	if len(held) == 0 || m.InFlight() > 0 || m.OpenRequests() > 0 || e.isCommitting() {
		return held, false
	}
	blocked := map[position]bool{}
	for i := range held {
		of := &p.mappings[held[i].Mapping].rules
		for _, s := range held[i].Spans {
			if !m.GoesOn(held[i].Mapping, s.Partition) {
				blocked[position{of.Name, of.Topic, s.Partition}] = true
			}
		}
	}
	for _, o := range e.outstandingFrom(m.Position) {
		if !blocked[position{o.Mapping, o.Topic, o.Partition}] {
			return held, false
		}
	}
	return held, true
}

// sayHeld says which batches are held that nobody waits for any more: a Warning for
// each. It returns them as an error, nil if there is none.
func (e *Emulator) sayHeld(ctx context.Context) error {
	var all []error
	err := e.conductor.do(ctx, func() {
		held, _ := e.heldUp()
		for i := range held {
			h := &held[i]
			m := e.parts().mappings[h.Mapping]
			text := fmt.Sprintf("batch %d is left as it is held: %v on revision %d", h.Batch, h.Outcome, h.Revision)
			if h.Reason != "" {
				text += ": " + h.Reason
			}
			all = append(all, fmt.Errorf("mapping %q: %s", m.mapping, text))
			e.conductor.append([]journal.Entry{{Kind: journal.Warning, Function: m.function, Mapping: m.mapping, Batch: h.Batch, Text: text}})
		}
	})
	return errors.Join(append(all, err)...)
}
