package journal

import (
	"fmt"
	"slices"
)

// UnmarshalText reads a kind in words. Its error names what it got.
func (k *Kind) UnmarshalText(text []byte) error {
	i := slices.Index(kindNames[1:], string(text))
	if i < 0 {
		return fmt.Errorf("%q is no kind of entry", text)
	}
	*k = Kind(i + 1)
	return nil
}

// UnmarshalText reads an outcome in words. Its error names what it got.
func (o *Outcome) UnmarshalText(text []byte) error {
	i := slices.Index(outcomeNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("%q is no outcome", text)
	}
	*o = Outcome(i)
	return nil
}
