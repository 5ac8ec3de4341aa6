package query

import "regexp"

// node is a part of a query: a term, or what joins nodes. It is never changed once it is
// parsed.
type node struct {
	join join
	kids []*node // of and, or; one of not
	term *term   // if join is none
	cost int     // the highest cost of its terms
	// record says that a term in it is about single records, payload that one needs
	// their payload.
	record, payload bool
}

type join uint8

const (
	none join = iota
	and
	or
	not
)

// term is a condition on one thing.
type term struct {
	column int // where it stands, for later errors
	// One of these three is set. A word is a bare word.
	predicate *Predicate
	field     *Field
	word      string

	path []step // of fieldPayload, and the name of fieldHeader

	operator operator
	absent   bool     // "or absent"
	texts    []string // the operands
	values   []string // the same as they are printed
	read     reader   // of such a number, if that is all it takes
	numbers  []span   // the same of Number, Duration, Size
	set      uint64   // of KindName, OutcomeName
	hashes   []uint64 // of keys
	bounds   []bounds // of Value
	pattern  *regexp.Regexp
}

// step leads one level down in JSON: to a name, or to an index if name is nil.
type step struct {
	name  *string
	index int
}

// span is a range of numbers, both inclusive.
type span struct{ from, to int64 }

// bounds are one operand of a Value: numbers are compared with numbers, all else as text.
type bounds struct {
	low, high                   *bound // nil for none; the same one for equality
	lowExclusive, highExclusive bool
}

type bound struct {
	text    string
	number  float64
	numeric bool
}

type operator uint8

const (
	equals operator = iota
	differs
	less
	atMost
	greater
	atLeast
	like
	unlike
)

var operatorTexts = [...]string{"=", "!=", "<", "<=", ">", ">=", "~", "!~"}

func (o operator) String() string { return operatorTexts[o] }

// negative reports whether o is the contrary of another operator.
func (o operator) negative() bool { return o == differs || o == unlike }
