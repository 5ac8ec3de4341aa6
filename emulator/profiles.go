package emulator

import (
	"cmp"

	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// leastRefusing is the profile that stands in for one that does not exist, so
// that no mistake is one only because the profile is unknown.
const leastRefusing = "aws-provisioned"

func (c *Config) profileName() string { return cmp.Or(c.Profile, DefaultProfile) }

// functionProfile is whose numbers a function has: its own, or those of the run.
func (c *Config) functionProfile(f *Function) *profile.Profile {
	return lookup(cmp.Or(f.Profile, c.profileName()))
}

// eventProfile is whose numbers an event source mapping has: its own, or those of
// its function.
func (c *Config) eventProfile(f *Function, e *Event) *profile.Profile {
	return lookup(cmp.Or(e.Profile, f.Profile, c.profileName()))
}

func lookup(name string) *profile.Profile {
	if p, ok := profile.Lookup(name); ok {
		return p
	}
	p, _ := profile.Lookup(leastRefusing)
	return p
}
