package query

import (
	"iter"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Query is a query that was parsed. It is never changed, and safe for concurrent use. The
// zero Query matches everything.
type Query struct {
	text string
	root *node // as it was written; nil if it matches everything
	plan *node // the same with what costs least first
}

func newQuery(text string, root *node) *Query {
	return &Query{text: text, root: root, plan: planned(root)}
}

// planned returns a copy in which what costs least comes first.
func planned(n *node) *node {
	c := *n
	c.kids = nil
	for _, k := range n.kids {
		c.kids = append(c.kids, planned(k))
	}
	slices.SortStableFunc(c.kids, func(a, b *node) int { return a.cost - b.cost })
	return &c
}

// And is the query that all of some hold for. Check them before: what it says of places is
// said of each text.
func And(queries ...*Query) *Query {
	var kids []*node
	for _, q := range queries {
		if q.root != nil {
			kids = append(kids, q.root)
		}
	}
	if len(kids) == 0 {
		return &Query{}
	}
	return newQuery("", joined(and, kids))
}

// String returns the query in a form that is the same for all that differ only in their
// spelling. Parse makes the same query of it.
func (q *Query) String() string {
	if q.root == nil {
		return ""
	}
	return string(appendNode(nil, q.root, none))
}

// Everything reports whether every subject matches.
func (q *Query) Everything() bool { return q.root == nil }

// NeedsPayload reports whether a condition is about the payload, the headers or, other
// than by equality, the key of records: whether Subject.Records can be asked.
func (q *Query) NeedsPayload() bool { return q.root != nil && q.root.payload }

// Subject is what a query is asked about. It may be used again with another Entry.
type Subject struct {
	Entry *journal.Entry
	// Now is what age counts from, in the same time as Entry.At.
	Now int64
	// Records yields those records of the entry that are at hand, with their payload. It
	// is asked only if the answer depends on it, and may be nil.
	Records iter.Seq[*journal.Message]
	// Told says whether a predicate holds that the entry alone does not show: those of
	// Predicates with Told. None does if it is nil.
	Told func(predicate string) bool
}

// Check returns, of a query from Parse, an *Error about the first condition that cannot be answered: one on a
// field that may refuses, or a predicate that told does not have. may is asked with the
// field and whether it takes the payload of a record to answer, which is so for a key and
// a regular expression; with nil for the other predicates. Who answers is said in the
// error: "a record by itself". Check returns nil if all can be answered.
func (q *Query) Check(who string, may func(f *Field, payload bool) bool, told ...string) error {
	if q.root == nil {
		return nil
	}
	return q.root.refuse(q, who, may, told)
}

// AboutRecords reports whether a condition is about single records.
func (q *Query) AboutRecords() bool { return q.root != nil && q.root.record }

// IsWord reports whether the query is nothing but a word without quotes.
func (q *Query) IsWord() bool {
	return q.root != nil && q.root.term != nil && q.root.term.word == q.text
}
