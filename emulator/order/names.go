package order

import (
	"fmt"
	"slices"
)

// UnmarshalText reads a domain as the user names it. Its error says what there is.
func (d *Domain) UnmarshalText(text []byte) error {
	i := slices.Index(domainNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("%q is no domain of order: key, partition or topic", text)
	}
	*d = Domain(i)
	return nil
}

// UnmarshalText reads a rule as MarshalText writes it.
func (r *Rule) UnmarshalText(text []byte) error {
	for i := Rule(1); i < rules; i++ {
		if own, _ := i.MarshalText(); string(own) == string(text) {
			*r = i
			return nil
		}
	}
	return fmt.Errorf("%q is no rule of order", text)
}

// UnmarshalText reads a class as MarshalText writes it.
func (c *Class) UnmarshalText(text []byte) error {
	i := slices.Index(classNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("%q is no class of violations", text)
	}
	*c = Class(i)
	return nil
}

// UnmarshalText reads a cause as MarshalText writes it.
func (c *Cause) UnmarshalText(text []byte) error {
	i := slices.Index(causeNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("%q is no cause", text)
	}
	*c = Cause(i)
	return nil
}
