package order

// Class is what a rule is about: what --fail-on names.
type Class uint8

// The classes.
const (
	OfOrder     Class = iota // the order in which records are handled
	OfLoss                   // records that are not handled
	OfDuplicate              // records that are handled more than once
)

var classNames = [...]string{"order", "loss", "duplicate"}

// String returns the class as --fail-on names it; OfOrder is named by the domain there.
func (c Class) String() string { return classNames[c] }

// MarshalText writes the class for JSON.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// ruleInfo is what is said of a rule. One with a lower weight is worse.
type ruleInfo struct {
	id, name string
	class    Class
	weight   int
	// broken is what happened, in words, of more than one record.
	broken string
}

var ruleInfos = [rules]ruleInfo{
	ConcurrentKey:      {"O1", "concurrent", OfOrder, 4, "handled while another one was still being handled"},
	StartedOutOfOrder:  {"O2", "started out of order", OfOrder, 5, "begun after a later one"},
	DisorderInBatch:    {"O3", "disorder in a batch", OfOrder, 3, "in the wrong order within one batch"},
	Skipped:            {"O4", "skipped", OfOrder, 6, "begun past an earlier one that nothing had begun with"},
	Overtaken:          {"O5", "begun too early", OfOrder, 7, "begun before an earlier one had ended"},
	LateCompletion:     {"O5", "late", OfOrder, 2, "ended after a later one had succeeded"},
	StaleRetry:         {"O6", "stale retry", OfOrder, 3, "tried again after a later one had succeeded"},
	DuplicateWindow:    {"O7", "delivered again", OfDuplicate, 11, "delivered again by a new owner of the partition (at least once; no violation of order)"},
	CommitPastOpen:     {"O8", "committed too early", OfLoss, 8, "committed before they had ended; a crash would have lost them"},
	HandledTwice:       {"O9", "handled twice", OfDuplicate, 9, "successful more than once"},
	Lost:               {"O10", "lost", OfLoss, 0, "lost"},
	Stuck:              {"O10", "not handled", OfLoss, 10, "not handled at the end, and not committed either"},
	Zombie:             {"O11", "zombie", OfOrder, 4, "still handled by the old owner when the new one had begun"},
	KeyInTwoPartitions: {"O12", "key in two partitions", OfOrder, 1, "in more than one partition, which have no order among each other"},
	OutputDisorder:     {"O13", "output out of order", OfOrder, 1, "produced before the output of an earlier input"},
	StateFork:          {"O14", "state fork", OfOrder, 1, "folded into another state"},
}

// ID returns the name of the rule in facts/triggers.md: "O5".
func (r Rule) ID() string { return ruleInfos[r].id }

// String returns the rule in a few words.
func (r Rule) String() string { return ruleInfos[r].name }

// Class says what the rule is about.
func (r Rule) Class() Class { return ruleInfos[r].class }

// MarshalText writes the rule as "O5 late", for JSON.
func (r Rule) MarshalText() ([]byte, error) { return []byte(r.ID() + " " + r.String()), nil }

var domainNames = [...]string{"key", "partition", "topic"}

// String returns the domain as the user names it: "key", "partition" or "topic".
func (d Domain) String() string { return domainNames[d] }

// MarshalText writes the domain for JSON.
func (d Domain) MarshalText() ([]byte, error) { return []byte(d.String()), nil }
