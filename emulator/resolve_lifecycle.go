package emulator

import (
	"cmp"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// resolveLifecycle sets how long environments live, how many are started ahead and
// how long a first call takes.
func resolveLifecycle(r *platform.Function, p *profile.Profile, f *Function) {
	r.LifeMin, r.LifeMax = int64(p.Function.LifeMin), int64(p.Function.LifeMax)
	if f.MaximumLifetime != nil {
		r.LifeMin, r.LifeMax = int64(*f.MaximumLifetime), int64(*f.MaximumLifetime)
	}
	r.Proactive = uint32(f.ProactiveInit) * 10_000 // percent to millionths
	// Who says the cold start says all of it; and what runs in a function without a
	// runtime is not known.
	if f.ColdStart == nil && p.Function.ColdStart == nil {
		r.FirstCall = int64(profile.FirstCall(f.Runtime, cmp.Or(f.Architecture, p.Function.ArchitectureDefault),
			cmp.Or(f.Memory, p.Function.MemoryDefault)))
	}
}
