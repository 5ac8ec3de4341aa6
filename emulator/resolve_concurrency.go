package emulator

import (
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// processesPerCore is how many environments a core of this machine holds unless
// the user says it: they are mostly frozen, but each of them starts at some time.
const processesPerCore = 4

// resolveConcurrency fills in the rates of a function, its provisioned concurrency,
// and whether it takes room on this machine.
func resolveConcurrency(p *profile.Profile, f *Function, r *platform.Function) {
	of := &p.Function
	r.Process = !f.isInProcess()
	r.RequestsPerEnvironment = int32(of.RequestsPerEnvironment)
	r.ScalingMost, r.ScalingPeriod = int32(of.ScalingMost), int64(of.ScalingPeriod)
	if f.ProvisionedConcurrency == 0 {
		return
	}
	r.Provisioned = int32(f.ProvisionedConcurrency)
	r.ProvisionedInterval = int64(of.ProvisionedInterval)
	r.ProvisionedMin, r.ProvisionedMax = int64(of.ProvisionedMin), int64(of.ProvisionedMax)
	if d := f.ProvisionedDelay; d != nil {
		r.ProvisionedMin, r.ProvisionedMax, r.ProvisionedInterval = int64(*d), int64(*d), 0
	}
	r.ProvisionedInitLimit = max(int64(of.ProvisionedInitMin), r.Timeout)
}

// isRequestLimitOff says that the invocations of an event do not count as requests.
func isRequestLimitOff(p *profile.Profile, e *Event) bool {
	if e.RequestLimit == "" {
		return !p.Function.CountMappings
	}
	return e.RequestLimit == requestLimits[1]
}
