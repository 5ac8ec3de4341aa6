package flow

import (
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// factsEvery is how long facts are kept while the run goes on: numbers that change more
// often cannot be read.
const factsEvery = 250e6

// facts is what is worked out from a view a few times a second.
type facts struct {
	of        factsOf
	functions map[string]functionFacts
	attention []store.Attention
}

// factsOf names the view that facts were worked out from.
type factsOf struct {
	mode      ui.Mode
	seq       uint64 // of a view that stands
	slice     int64  // of one that goes on
	functions int
}

// functionFacts is what is known of a function.
type functionFacts struct {
	p50, p99 int64 // ns
	late     uint64
	// where is the partition in which most were late, -1 if none is.
	where int32
}

// refresh works the facts out anew if they are old.
func (s *Screen) refresh(c *ui.Context) {
	v := c.View
	of := factsOf{mode: c.Mode, functions: len(v.Flow.Functions)}
	if c.Mode == ui.Live && !v.Ended && !v.Paused {
		of.slice = v.Now / factsEvery
	} else {
		of.seq = v.Seq
	}
	s.list(v)
	if s.facts.functions != nil && s.facts.of == of {
		return
	}
	r := v.Order.Report(order.ByKey)
	s.facts = facts{of: of, functions: make(map[string]functionFacts, len(v.Flow.Functions)), attention: v.Attentions(r)}
	for _, d := range v.Flow.Functions {
		f := functionFacts{p50: d.Took.Quantile(v.Now, 500), p99: d.Took.Quantile(v.Now, 990), where: -1}
		for i := range r.Mappings {
			if r.Mappings[i].Function == d.Name {
				f.late += r.Mappings[i].Disordered
			}
		}
		if f.late > 0 {
			f.where = worstPartition(r, d.Name)
		}
		s.facts.functions[d.Name] = f
	}
}

// worstPartition is where the worst rule that a function broke was broken most.
func worstPartition(r *order.Report, function string) int32 {
	for i := range r.Groups { // worst first
		if g := &r.Groups[i]; g.Function == function && g.Class == order.OfOrder {
			return g.Partition
		}
	}
	return -1
}
