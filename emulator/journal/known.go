package journal

// Known reports whether k is a kind of this version. A file of a later one may have others,
// which have no name here.
func (k Kind) Known() bool { return k > 0 && k < kindEnd }

// Known reports whether o is an outcome of this version.
func (o Outcome) Known() bool { return int(o) < len(outcomeNames) }
