package report

import (
	"cmp"
	"maps"
	"slices"
)

// count counts a unit for each member that its outputs have, and that differs.
func (f *recycling) count(found []Difference, present map[string]bool, isFresh bool) {
	differs := map[string]bool{}
	for i := range found {
		differs[general(found[i].Member)] = true
	}
	if present[""] {
		present["value"] = true
	}
	for member := range differs {
		present[member] = true
	}
	delete(present, "")
	for member := range present {
		m := f.members[member]
		if m == nil {
			m = &RecycledMember{Member: member}
			f.members[member] = m
		}
		of, n := &m.OfWarm, &m.Warm
		if isFresh {
			of, n = &m.OfFresh, &m.Fresh
		}
		*of++
		if differs[member] {
			*n++
		}
	}
}

// always reports whether a member differs in each of several records, some of which had a
// fresh environment in both runs.
func (m *RecycledMember) always() bool {
	return m.Fresh > 0 && m.Fresh == m.OfFresh && m.Warm == m.OfWarm && m.Fresh+m.Warm > 1
}

func (f *recycling) witness(u *unit, found []Difference, isFresh bool) RecycleWitness {
	h := u.of[0]
	w := RecycleWitness{Record: h.record, Again: h.match.record, Records: len(u.of), Mapping: h.mapping, Fresh: isFresh, Differences: found}
	if m, err := f.first.message(h.record); err == nil && m != nil {
		w.Key = string(m.Key)
	}
	if c := h.call; c != nil {
		w.Environment, w.Invocation, w.Served, w.Age = c.environment, c.number, c.served, c.age
	}
	return w
}

// finish tells stale state from what differs always, and chooses witnesses.
func (f *recycling) finish(witnesses int) RecycledFunction {
	always := map[string]bool{}
	for name, m := range f.members {
		switch {
		case m.always():
			always[name] = true
		case m.Warm+m.Fresh > 0:
			f.Members = append(f.Members, *m)
		}
	}
	f.Always = slices.Sorted(maps.Keys(always))
	slices.SortFunc(f.Members, func(a, b RecycledMember) int {
		return cmp.Or(cmp.Compare(a.Fresh*b.OfFresh, b.Fresh*a.OfFresh), cmp.Compare(a.Warm, b.Warm), cmp.Compare(a.Member, b.Member))
	})
	left := f.differing[:0]
	for _, w := range f.differing {
		w.Differences = slices.DeleteFunc(w.Differences, func(d Difference) bool { return always[general(d.Member)] })
		switch {
		case len(w.Differences) == 0:
			f.Natural++
			continue
		case w.Fresh:
			f.Other++
		default:
			f.Stale++
		}
		left = append(left, w)
	}
	f.Witnesses = f.choose(left, witnesses)
	for _, reason := range slices.Sorted(maps.Keys(f.why)) {
		f.NotCompared = append(f.NotCompared, NotCompared{reason, f.why[reason]})
	}
	slices.SortStableFunc(f.NotCompared, func(a, b NotCompared) int { return cmp.Compare(b.Records, a.Records) })
	return f.RecycledFunction
}

// choose returns the witnesses that tell most: of warm environments, of single records,
// with the members first that differ seldom, each member before one of them again.
func (f *recycling) choose(all []RecycleWitness, most int) []RecycleWitness {
	rank := map[string]int{}
	for i, m := range f.Members {
		rank[m.Member] = i
	}
	shown := map[string]int{}
	var chosen []RecycleWitness
	for len(chosen) < most && len(all) > 0 {
		score := func(w *RecycleWitness) (again, first int) {
			again, first = 1<<30, 1<<30
			for _, d := range w.Differences {
				member := general(d.Member)
				if n := shown[member]; n < again || n == again && rank[member] < first {
					again, first = n, rank[member]
				}
			}
			return again, first
		}
		best := 0
		for i := range all {
			a, b := &all[i], &all[best]
			again, first := score(a)
			bestAgain, bestFirst := score(b)
			if cmp.Or(compareBool(a.Fresh, b.Fresh), cmp.Compare(again, bestAgain), cmp.Compare(first, bestFirst),
				cmp.Compare(a.Records, b.Records)) < 0 {
				best = i
			}
		}
		for _, d := range all[best].Differences {
			shown[general(d.Member)]++
		}
		chosen = append(chosen, all[best])
		all = slices.Delete(all, best, best+1)
	}
	return chosen
}

// compareBool has false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
