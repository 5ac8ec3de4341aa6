package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
)

// recycling compares what a function did in two runs.
type recycling struct {
	RecycledFunction
	*recycler
	done      map[taken]bool
	why       map[string]int
	members   map[string]*RecycledMember
	differing []RecycleWitness
}

// unit is what is compared as a whole: a record, or several of an invocation of which
// nothing tells which of them an output was made of.
type unit struct {
	of       []*handling
	outputs  []lineage.Record
	again    []lineage.Record
	whyNot   string
	outcomes [2]journal.Outcome
}

// add compares what became of a record, with all that it must be compared with.
func (f *recycling) add(h *handling) error {
	at := taken{h.mapping, h.record}
	if f.done[at] {
		return nil
	}
	u := f.unit(h)
	n := 0 // without those that could not be compared by themselves
	for _, member := range u.of {
		if at := (taken{member.mapping, member.record}); !f.done[at] {
			f.done[at] = true
			n++
		}
	}
	f.Records += n
	if u.whyNot != "" {
		f.why[u.whyNot] += n
		return nil
	}
	found, present, err := f.compare(&u)
	if err != nil {
		return err
	}
	isFresh := h.call == nil || h.call.fresh
	f.count(found, present, isFresh)
	if len(found) == 0 {
		f.Equal += n
		return nil
	}
	if n > 1 {
		f.why["their outputs differ, and nothing tells which of the batch an output was made of"] += n - 1
	}
	f.differing = append(f.differing, f.witness(&u, found, isFresh))
	return nil
}

// unit collects what is compared with a record, and why it cannot be.
func (f *recycling) unit(h *handling) unit {
	u := unit{of: []*handling{h}}
	switch {
	case h.match == nil:
		u.whyNot = f.whyNoMatch(h)
		return u
	case h.outcome != journal.Succeeded || h.match.outcome != journal.Succeeded:
		u.outcomes = [2]journal.Outcome{h.outcome, h.match.outcome}
		return u
	case h.call == nil || h.match.call == nil:
		u.whyNot = "it is not known which invocation handled it, as with an asynchronous queue"
		return u
	case h.call.unsure || h.match.call.unsure:
		u.whyNot = "its environment produced records of which it is not known which invocation made them"
		return u
	}
	g := f.groupsOf(h.call)
	root := g.of[h.member]
	u.outputs, u.of = g.outputs[root], nil
	for _, member := range g.members[root] {
		if of := f.first.handled[taken{h.mapping, h.call.inputs[member].Record}]; of != nil && of.call == h.call {
			u.of = append(u.of, of)
		}
	}
	u.collectAgain(f, len(g.members[root]))
	return u
}

// whyNoMatch says why a record is not there in the second run.
func (f *recycling) whyNoMatch(h *handling) string {
	if m, err := f.first.message(h.record); err == nil && m == nil {
		return "its payload is gone"
	}
	if who := f.first.producer[h.record.Topic]; who != "" {
		return "the fresh run has no such input: " + who + " made another one"
	}
	return "the fresh run has no such input, or did not come to it"
}

// collectAgain adds the outputs of the same inputs in the second run, if those are just
// the same group there: what comes of several may depend on how they were cut.
func (u *unit) collectAgain(f *recycling, size int) {
	const anotherBatch = "nothing tells which record of a batch an output was made of, and the batches were others"
	if len(u.of) != size {
		u.whyNot = "a part of its batch ended in another invocation"
		return
	}
	if u.of[0].match == nil || u.of[0].match.call == nil {
		u.whyNot = anotherBatch
		return
	}
	c := u.of[0].match.call
	g := f.groupsOf(c)
	root := g.of[u.of[0].match.member]
	for _, h := range u.of {
		if h.match == nil || h.match.call != c || h.match.outcome != h.outcome || g.of[h.match.member] != root {
			u.whyNot = anotherBatch
			return
		}
	}
	if len(g.members[root]) != size {
		u.whyNot = anotherBatch
		return
	}
	u.again = g.outputs[root]
}

func (f *recycling) groupsOf(c *call) *groups {
	g := f.groups[c]
	if g == nil {
		g = groupsOf(c)
		f.groups[c] = g
	}
	return g
}

// output is a record that came of a unit.
type output struct {
	topic, key string
	leaves     map[string]string
}

// same is what outputs are paired by first, and then the rest of them in their order.
func (o *output) same(p *output) bool {
	return o.topic == p.topic && o.key == p.key && maps.Equal(o.leaves, p.leaves)
}

// compare returns the differences of a unit, and the members that its outputs have.
func (f *recycling) compare(u *unit) (found []Difference, present map[string]bool, err error) {
	present = map[string]bool{}
	if u.outcomes[0] != u.outcomes[1] {
		return []Difference{{Member: "how it ended", First: u.outcomes[0].String(), Again: u.outcomes[1].String()}}, present, nil
	}
	first, err := f.read(f.first, u.outputs, present)
	if err != nil {
		return nil, nil, err
	}
	again, err := f.read(f.again, u.again, present)
	if err != nil {
		return nil, nil, err
	}
	first, again = without(first, again)
	for i := range first {
		j := slices.IndexFunc(again, func(o output) bool { return o.topic == first[i].topic && o.key == first[i].key })
		if j < 0 {
			found = append(found, Difference{Topic: first[i].topic, Member: "output", First: first[i].String()})
			continue
		}
		found = append(found, first[i].differences(&again[j])...)
		again = slices.Delete(again, j, j+1)
	}
	for i := range again {
		found = append(found, Difference{Topic: again[i].topic, Member: "output", Again: again[i].String()})
	}
	return found, present, nil
}

// read returns outputs with their payload.
func (f *recycling) read(of *pastRun, records []lineage.Record, present map[string]bool) ([]output, error) {
	var all []output
	for _, r := range records {
		m, err := of.message(r)
		if err != nil {
			return nil, err
		}
		o := output{topic: r.Topic}
		if m != nil {
			o.key, o.leaves = string(m.Key), leaves(m.Value, f.ignored)
		}
		for path := range o.leaves {
			present[general(path)] = true
		}
		all = append(all, o)
	}
	return all, nil
}

// without leaves out those that both have, as often as both have them.
func without(a, b []output) (onlyA, onlyB []output) {
	for i := range a {
		j := slices.IndexFunc(b, func(o output) bool { return o.same(&a[i]) })
		if j < 0 {
			onlyA = append(onlyA, a[i])
			continue
		}
		b = slices.Delete(b, j, j+1)
	}
	return onlyA, b
}

// differences are the members in which two outputs differ, in the order of their paths.
func (o *output) differences(p *output) []Difference {
	paths := maps.Clone(o.leaves)
	if paths == nil {
		paths = map[string]string{}
	}
	maps.Copy(paths, p.leaves)
	var all []Difference
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if a, b := o.leaves[path], p.leaves[path]; a != b {
			all = append(all, Difference{Topic: o.topic, Member: cmp.Or(path, "value"), First: short(a), Again: short(b)})
		}
	}
	return all
}

// String returns an output in short.
func (o *output) String() string {
	var all []string
	for _, path := range slices.Sorted(maps.Keys(o.leaves)) {
		all = append(all, strings.TrimPrefix(path+": ", ": ")+o.leaves[path])
	}
	return short(strings.Join(all, ", "))
}

// shortest is how many bytes of a value are kept.
const shortest = 200

// short cuts a text.
func short(s string) string {
	if len(s) <= shortest {
		return s
	}
	return strings.ToValidUTF8(s[:shortest], "") + "…"
}
