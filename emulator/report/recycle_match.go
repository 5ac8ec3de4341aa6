package report

import (
	"crypto/sha256"
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
)

// identity is what a record of a mapping is known again by.
type identity struct {
	mapping, topic string
	sum            [sha256.Size]byte
	nth            int
}

// match finds for each record of a mapping in one run the same in another.
func match(first, again *pastRun, ignored ignored) error {
	known := map[identity]*handling{}
	err := again.identify(ignored, func(id identity, h *handling) { known[id] = h })
	if err != nil {
		return err
	}
	return first.identify(ignored, func(id identity, h *handling) {
		if h.match = known[id]; h.match != nil {
			h.match.match = h
		}
	})
}

// identify calls f for each record whose payload is there.
func (p *pastRun) identify(ignored ignored, f func(identity, *handling)) error {
	count := map[identity]int{}
	for _, h := range p.sorted() {
		m, err := p.message(h.record)
		if err != nil {
			return err
		}
		if m == nil {
			continue
		}
		sum := sha256.New()
		fmt.Fprintf(sum, "%d %t ", len(m.Key), m.Key == nil)
		sum.Write(m.Key)
		sum.Write(canonical(m.Value, ignored))
		id := identity{mapping: h.mapping, topic: h.record.Topic}
		sum.Sum(id.sum[:0])
		n := count[id]
		count[id]++
		id.nth = n
		f(id, h)
	}
	return nil
}

func (p *pastRun) message(r lineage.Record) (*journal.Message, error) {
	m, err := p.src.Message(r.Topic, r.Partition, r.Offset)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", r, err)
	}
	return m, nil
}

// groups are the inputs of an invocation, those together of which nothing tells which of
// them an output was made of.
type groups struct {
	of      []int32 // the first input of the group of each input
	members map[int32][]int32
	outputs map[int32][]lineage.Record
}

// groupsOf connects the inputs that outputs have in common.
func groupsOf(c *call) *groups {
	g := &groups{of: make([]int32, len(c.inputs)), members: map[int32][]int32{}, outputs: map[int32][]lineage.Record{}}
	for i := range g.of {
		g.of[i] = int32(i)
	}
	for i := range c.outputs {
		of := c.outputs[i].of
		if of == nil { // any of them may be its origin
			clear(g.of)
			break
		}
		for _, member := range of[1:] {
			g.join(of[0], member)
		}
	}
	for i := range g.of {
		g.of[i] = g.root(int32(i))
		g.members[g.of[i]] = append(g.members[g.of[i]], int32(i))
	}
	for i := range c.outputs {
		root := int32(0)
		if o := c.outputs[i].of; o != nil {
			root = g.of[o[0]]
		}
		g.outputs[root] = append(g.outputs[root], c.outputs[i].record)
	}
	return g
}

func (g *groups) root(i int32) int32 {
	for g.of[i] != i {
		i = g.of[i]
	}
	return i
}

func (g *groups) join(a, b int32) {
	a, b = g.root(a), g.root(b)
	g.of[max(a, b)] = min(a, b)
}
