package main

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
)

// newMistake is an error when a file that is read again has a mistake it did not have when
// it was read last. What is wrong from the start is said and left out; but a function that
// runs must not vanish because its handler was misspelt in passing: then, as with a mistake
// in coldbrook.yaml, nothing of what was saved applies.
func (o *fromOptions) newMistake(p *plan.Plan) error {
	wrong, added := map[string]bool{}, 0
	var first plan.Finding
	for _, f := range p.Sorted() {
		if f.Verdict != plan.Wrong {
			continue
		}
		what := subject(&f) + ": " + sentence(&f) // without the line, which moves
		if o.wrong != nil && !o.wrong[what] {
			if added++; added == 1 {
				first = f
			}
		}
		wrong[what] = true
	}
	switch added {
	case 0:
		o.wrong = wrong
		return nil
	case 1:
		return fmt.Errorf("%s: %s: %s", first.At, subject(&first), sentence(&first))
	}
	return fmt.Errorf("%s: %s: %s; and %d more", first.At, subject(&first), sentence(&first), added-1)
}
