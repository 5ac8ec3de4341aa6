package store

import (
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/order"
)

// mostFound is how many violations of a domain are kept.
const mostFound = 1 << 10

// FoundRing is the newest violations of a domain, numbered from 1 on.
type FoundRing struct {
	Total  uint64
	domain order.Domain
	ring   []foundOne // number n is at (n-1)%mostFound
}

type foundOne struct {
	violation order.Violation
	first     bool
}

func (f *FoundRing) push(v *order.Violation, first bool) {
	f.Total++
	if len(f.ring) < mostFound {
		f.ring = append(f.ring, foundOne{*v, first})
		return
	}
	f.ring[(f.Total-1)%mostFound] = foundOne{*v, first}
}

// First is the number of the oldest that is kept.
func (f *FoundRing) First() uint64 { return f.Total - uint64(len(f.ring)) + 1 }

// At returns a violation by its number, nil if it is not kept. first says that it is the
// first rule of order that its record broke.
func (f *FoundRing) At(number uint64) (v *order.Violation, first bool) {
	if number == 0 || number > f.Total || number < f.First() {
		return nil, false
	}
	one := &f.ring[(number-1)%mostFound]
	return &one.violation, one.first
}

// Of returns what was found about a record of a mapping's partition, nil if nothing was, or
// it is not kept: that it ended late, if it did.
func (f *FoundRing) Of(mapping string, partition int32, r *OrderRecord) *order.Violation {
	n := r.Found[f.domain]
	v, _ := f.At(uint64(n))
	if v == nil || v.Earlier.Record.Offset != r.Offset || v.Earlier.Record.Partition != partition || v.Mapping != mapping {
		return nil
	}
	return v
}

func (f *FoundRing) clone() FoundRing { return FoundRing{f.Total, f.domain, slices.Clone(f.ring)} }
