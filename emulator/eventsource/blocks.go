package eventsource

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// blocks makes room for what the entries of a publication know of their records, in
// arrays that all of them share. The records of a partition come one after the other as
// long as its batch lasts, so that most often it is the last block that grows, in place;
// another one moves. That needs no more memory than there are records, and entries are
// kept for long.
type blocks struct {
	known   []journal.Known
	origins []int32
	used    int
	begun   []int // for each block, where it begins in known; moved for one that does not
}

const moved = -1

// begin returns a new block, the first of a publication of n records at most. Bound says
// that records have origins.
func (b *blocks) begin(n int, bound bool) *journal.Records {
	if b.known == nil {
		b.known = make([]journal.Known, n)
		if bound {
			b.origins = make([]int32, n)
		}
	}
	b.begun = append(b.begun, b.used)
	return new(journal.Records)
}

// extend gives block number i room for one record more.
func (b *blocks) extend(i int, block *journal.Records) {
	from, n := b.begun[i], len(block.Each)
	if from == moved || from+n != b.used || b.used == len(b.known) {
		b.begun[i] = moved
		block.Each = append(block.Each, journal.Known{})
		if b.origins != nil {
			block.Origins = append(block.Origins, 0)
		}
		return
	}
	b.used++
	block.Each = b.known[from:b.used:b.used]
	if b.origins != nil {
		block.Origins = b.origins[from:b.used:b.used]
	}
}
