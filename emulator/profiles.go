package emulator

import (
	"cmp"
	"sync"

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

// made are the profiles that were looked up, by name: to make one takes a good part
// of a millisecond, and nobody here changes it.
var made sync.Map

// lookup returns a profile, or the one that stands in for it.
func lookup(name string) *profile.Profile {
	if p, ok := made.Load(name); ok {
		return p.(*profile.Profile)
	}
	p, ok := profile.Lookup(name)
	if !ok {
		return lookup(leastRefusing)
	}
	made.Store(name, p)
	return p
}
