package lineage

import (
	"cmp"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Direction is which way a story is told.
type Direction uint8

// The directions.
const (
	Both Direction = iota
	Up             // where it came from
	Down           // what it led to
)

// Options bound a story. The zero value has the defaults.
type Options struct {
	Direction Direction
	// Depth is over how many hops records are followed. Default 16, -1 is none: the record alone.
	Depth int
	// Breadth is how many records are told of each cause or effect. Default 12.
	Breadth int
	// Records is how many records are told in all. Default 200.
	Records int
	// Cost returns what an invocation costs, in any unit; its argument is the entry of its
	// end. Nil means that no cost is told.
	Cost func(*journal.Entry) int64
	// Overtaken are what an order checker found. Default none.
	Overtaken []Overtaken
}

func (o Options) withDefaults() Options {
	o.Depth, o.Breadth, o.Records = cmp.Or(o.Depth, 16), cmp.Or(o.Breadth, 12), cmp.Or(o.Records, 200)
	return o
}
