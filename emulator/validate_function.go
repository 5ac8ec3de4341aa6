package emulator

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// functionName is that of the API model, without ARN: letters, digits, dash and
// underscore, at most 64.
var functionName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// maxColdStart bounds the override, so that a slip of the unit is found: the
// longest init of any kind on AWS is 15 minutes (lambda-runtime-environment).
const maxColdStart = 15 * time.Minute

func (v *validation) allFunctions() {
	seen := map[string]bool{}
	run := v.profile
	for i := range v.config.Functions {
		f := &v.config.Functions[i]
		path := Path("functions", f.Name)
		v.profileName(Path(path, "profile"), f.Profile)
		v.profile = v.config.functionProfile(f)
		v.name(path, "function", f.Name, seen)
		v.code(path, f)
		v.limits(path, f)
		v.storage(path, f)
		v.provisioned(path, f)
		v.coldStart(path, f)
		v.duration(path, f)
		v.async(path, f)
		v.passEnv(Path(path, "passEnv"), f.PassEnv, v.profile)
		v.environment(Path(path, "env"), f.Env)
		v.oneOf(Path(path, "architecture"), f.Architecture, v.profile.Function.Architectures)
		if f.Output != "" {
			v.reference(Path(path, "output"), f.Output)
		}
		for j := range f.Events {
			v.profile = v.config.eventProfile(f, &f.Events[j])
			v.event(fmt.Sprintf("%s.events[%d].kafka", path, j), f, j)
		}
	}
	v.profile = run
}

// name checks the name of a function or process and that it is the only one.
func (v *validation) name(path, kind, name string, seen map[string]bool) {
	if !functionName.MatchString(name) {
		v.add(path, name, fmt.Sprintf("%q is not a name for a %s", name, kind),
			"1 to 64 letters, digits, dashes and underscores")
	}
	if seen[name] {
		v.add(path, name, fmt.Sprintf("%s %q is defined twice", kind, name), "")
	}
	seen[name] = true
}

func (v *validation) limits(path string, f *Function) {
	p := &v.profile.Function
	if f.Memory != 0 {
		at := Path(path, "memory")
		within(v, at, f.Memory, p.MemoryMin, p.MemoryMax, showMegabytes)
		if f.Memory%(1<<20) != 0 {
			v.add(at, showMegabytes(f.Memory), fmt.Sprintf("%s is not in steps of 1MB", showMegabytes(f.Memory)), "")
		}
	}
	if f.Timeout != 0 {
		at := Path(path, "timeout")
		within(v, at, int64(f.Timeout), int64(time.Second), int64(p.TimeoutMax), showDuration)
		v.wholeSeconds(at, f.Timeout, time.Second)
	}
	if f.KeepAlive != nil && *f.KeepAlive < 0 {
		within(v, Path(path, "keepAlive"), int64(*f.KeepAlive), 0, 0, showDuration)
	}
	if f.MaximumLifetime != nil && *f.MaximumLifetime < 0 {
		within(v, Path(path, "maximumLifetime"), int64(*f.MaximumLifetime), 0, 0, showDuration)
	}
	within(v, Path(path, "proactiveInit"), f.ProactiveInit, 0, 100, showCount)
	if n := f.ReservedConcurrency; n != nil {
		v.keepable(Path(path, "reservedConcurrency"), *n)
	}
}

// wholeSeconds reports a duration above zero that is not a multiple of step.
func (v *validation) wholeSeconds(path string, d, step time.Duration) {
	if d > 0 && step > 0 && d%step != 0 {
		v.add(path, showDuration(int64(d)), fmt.Sprintf("%s is not in whole seconds, as on AWS", showDuration(int64(d))), "")
	}
}

func (v *validation) coldStart(path string, f *Function) {
	c := f.ColdStart
	if c == nil {
		return
	}
	at := Path(path, "coldStart")
	if c.Off {
		if c.P50 != 0 || c.P99 != 0 {
			v.add(at, "off", "a cold start that is off has no p50 or p99", "")
		}
		return
	}
	v.quantiles(at, "write {p50: 300ms, p99: 1s}, or off", c.P50, c.P99, maxColdStart)
}

func (v *validation) duration(path string, f *Function) {
	if d := f.Duration; d != nil {
		v.quantiles(Path(path, "duration"), "write {p50: 80ms, p99: 200ms}", d.P50, d.P99, v.profile.Function.TimeoutMax)
	}
}

// quantiles checks a distribution that is given by two of its quantiles.
func (v *validation) quantiles(at, form string, p50, p99, longest time.Duration) {
	if p50 == 0 {
		v.add(Path(at, "p50"), "", "is missing", form)
	} else {
		within(v, Path(at, "p50"), int64(p50), int64(time.Millisecond), int64(longest), showDuration)
	}
	if p99 != 0 {
		within(v, Path(at, "p99"), int64(p99), int64(time.Millisecond), int64(longest), showDuration)
	}
	if p99 > 0 && p50 > 0 && p99 < p50 {
		v.add(Path(at, "p99"), showDuration(int64(p99)),
			fmt.Sprintf("%s is under the p50 of %s", showDuration(int64(p99)), showDuration(int64(p50))), "")
	}
}

// given returns those of the names whose value is set, for messages.
func given(names []string, values ...bool) string {
	var set []string
	for i, on := range values {
		if on {
			set = append(set, names[i])
		}
	}
	return strings.Join(set, ", ")
}
