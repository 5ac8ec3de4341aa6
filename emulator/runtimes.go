package emulator

import (
	"cmp"
	"slices"
)

// Runtimes are the platform's names of the runtimes that a profile knows, in its order;
// empty is the default profile. What is no profile has those of aws-provisioned.
func Runtimes(profile string) []string {
	return slices.Clone(lookup(cmp.Or(profile, DefaultProfile)).Function.Runtimes)
}
