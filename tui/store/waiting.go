package store

// Waiting is a range of records and when the first of them was produced.
type Waiting struct{ First, Last, At int64 }

const (
	// mostWaiting is how many ranges a partition has at most.
	mostWaiting = 64
	// leastQuantum is how much time a range holds as long as there are few.
	leastQuantum = 1e6
)

// wait takes records that were produced.
func (p *MappingPartition) wait(first, last, at int64) {
	if last < p.Committed {
		return
	}
	n := len(p.Waiting)
	switch {
	case n == 0:
		p.quantum = leastQuantum
	case at-p.Waiting[n-1].At < p.quantum:
		p.Waiting[n-1].Last = max(p.Waiting[n-1].Last, last)
		return
	case n == mostWaiting:
		p.coarsen()
	}
	p.Waiting = append(p.Waiting, Waiting{max(first, p.Committed), last, at})
}

// coarsen makes ranges longer until at most half of them are left.
func (p *MappingPartition) coarsen() {
	for len(p.Waiting) > mostWaiting/2 {
		p.quantum *= 2
		kept := 0
		for _, w := range p.Waiting[1:] {
			if w.At-p.Waiting[kept].At < p.quantum {
				p.Waiting[kept].Last = w.Last
				continue
			}
			kept++
			p.Waiting[kept] = w
		}
		p.Waiting = p.Waiting[:kept+1]
	}
}

// done says that all records below an offset are done with.
func (p *MappingPartition) done(below int64) {
	gone := 0
	for gone < len(p.Waiting) && p.Waiting[gone].Last < below {
		gone++
	}
	if gone > 0 {
		p.Waiting = p.Waiting[:copy(p.Waiting, p.Waiting[gone:])]
	}
	if len(p.Waiting) > 0 {
		p.Waiting[0].First = max(p.Waiting[0].First, below)
	}
	if len(p.Waiting) < mostWaiting/4 && p.quantum > leastQuantum {
		p.quantum /= 2
	}
}
