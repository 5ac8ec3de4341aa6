package lineage

// sums adds up intervals by what they went into, in the order of What.
func sums(spans []interval) []Span {
	var by [Send + 1]int64
	for _, s := range spans {
		by[s.what] += s.to - s.from
	}
	var all []Span
	for what, time := range by {
		if time > 0 {
			all = append(all, Span{What(what), time})
		}
	}
	return all
}

// way is a way through a tree to where it ends.
type way struct {
	end   int64
	hops  int
	spans []interval
}

// measure adds the total time of a story and where it went.
func (s *Story) measure() {
	w, cost := s.longest()
	s.Cost = cost
	if s.Produced == nil || w.end <= s.Produced.At {
		return
	}
	s.Total, s.Hops, s.Where = w.end-s.Produced.At, w.hops, sums(w.spans)
}

// longest returns the way that ends last, and what all of the tree costs.
func (s *Story) longest() (best way, cost int64) {
	best.end = producedAt(s)
	for _, r := range s.Readings {
		end := max(r.Ended, r.Arrived)
		for _, a := range r.Attempts {
			end = max(end, a.Ended)
			cost += a.Cost
		}
		if end > best.end {
			best = way{end, 1, r.until(end)}
		}
		for _, o := range r.outputs() {
			w, more := o.longest()
			cost += more
			if w.end > best.end {
				best = way{w.end, w.hops + 1, append(r.until(producedAt(o)), w.spans...)}
			}
		}
	}
	return best, cost
}

// outputs are all that a reading led to.
func (r *Reading) outputs() []*Story {
	all := r.Outputs
	for _, a := range r.Attempts {
		all = append(all[:len(all):len(all)], a.Outputs...)
	}
	return all
}

// until returns what the time went into before t.
func (r *Reading) until(t int64) []interval {
	var all []interval
	at := int64(0)
	for _, s := range r.spans {
		if s.to = min(s.to, t); s.to > s.from {
			all = append(all, s)
		}
		at = max(at, s.from, s.to)
	}
	if at != 0 && t > at {
		what := Send
		if r.Process != "" {
			what = Run
		}
		all = append(all, interval{what, at, t})
	}
	return all
}
