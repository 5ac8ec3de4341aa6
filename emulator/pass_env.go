package emulator

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// endpointVariables are how variables begin that say where the SDKs of AWS find services;
// handlers get them from this program's own environment.
const endpointVariables = "AWS_ENDPOINT_URL"

// passable is a name of passEnv, or the beginning of names and a star.
var passable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*\*?$`)

// ofOurs are variables whose values are told to each handler by Coldbrook.
var ofOurs = []string{"KAFKA_BOOTSTRAP_SERVERS", "COLDBROOK_"}

// passEnv checks which variables are passed on.
func (v *validation) passEnv(path string, names []string, p *profile.Profile) {
	for i, name := range names {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case !passable.MatchString(name):
			v.add(at, name, fmt.Sprintf("%q is not a name for an environment variable", name), "write NAME, or PREFIX_* for all that begin so")
		case slices.Contains(p.Function.ReservedVariables, name):
			v.add(at, name, name+" is reserved: only the platform sets it", "")
		case slices.ContainsFunc(ofOurs, func(ours string) bool { return strings.HasPrefix(name, ours) }):
			v.add(at, name, name+" is Coldbrook's own: handlers get theirs", "")
		}
	}
}

// passed are the names of the variables that a function gets from this program's
// environment, which would be kept from it otherwise.
func (e *Emulator) passed(f *Function) []string {
	return slices.Concat(e.parts().config.PassEnv, f.PassEnv)
}

// passed warns of credentials.
func (w *warnings) passed(path string, names []string) {
	for i, name := range names {
		prefix, isPrefix := strings.CutSuffix(name, "*")
		for _, private := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"} {
			if name == private || isPrefix && strings.HasPrefix(private, prefix) {
				w.add(fmt.Sprintf("%s[%d]", path, i), "handlers get credentials of yours instead of dummies: what they do may be real")
				break
			}
		}
	}
}
