package order

// Tally is what is known at once, without a Report.
type Tally struct {
	// Records is how many records invocations have begun with, Disordered how many of them
	// broke order: as in Report.
	Records, Disordered uint64
}

// Tally returns what was counted so far. It takes some nanoseconds.
func (c *Checker) Tally() Tally { return Tally{Records: c.begun, Disordered: c.disordered} }
