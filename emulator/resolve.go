package emulator

import (
	"cmp"
	"math"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/filter"
	"github.com/coldbrook-dev/coldbrook/emulator/kafkaevent"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// inProcessRuntime is whose cold starts functions without a runtime have: those
// within a test, and those started by a command of the user.
const inProcessRuntime = "provided.al2023"

// Resolve returns the plain configuration of the machine, with the profile's
// defaults filled in: functions in the order of Functions, mappings in the order
// of the functions and their events. It returns the mistakes of Validate, if
// there are any.
//
// PayloadBase and PayloadPartition of the mappings are left 0: they are facts of
// the event document, which is the caller's. A nil Seed is 0: the caller draws
// one before.
func (c Config) Resolve() (platform.Config, error) {
	if err := c.Validate(); err != nil {
		return platform.Config{}, err
	}
	p, _ := profile.Lookup(c.profileName())
	r := platform.Config{
		AccountConcurrency: int32(c.accountConcurrency(p.Function.AccountConcurrency)), MaxProcesses: int32(c.MaxProcesses),
	}
	r.RequestMax, r.EventMax = p.Function.RequestMax, p.Function.AsyncRequestMax
	if c.Seed != nil {
		r.Seed = *c.Seed
	}
	for i := range c.Functions {
		f := &c.Functions[i]
		resolved := c.resolveFunction(f)
		c.resolveShare(c.functionProfile(f), f, &resolved)
		r.Functions = append(r.Functions, resolved)
		for j := range f.Events {
			m := resolveMapping(c.eventProfile(f, &f.Events[j]), &f.Events[j])
			if c.connector(f, &f.Events[j]) {
				f.resolveConnector(&m, j)
			}
			m.PayloadMax = c.functionProfile(f).Function.RequestMax
			if m.Async {
				m.PayloadMax = c.functionProfile(f).Function.AsyncRequestMax
			}
			m.Name, m.Function, m.OnReload = f.group(j), platform.FunctionID(i), c.onReload(f)
			r.Mappings = append(r.Mappings, m)
			if len(f.Events[j].Filters) > 0 {
				r.FailOpenReasons = filter.Reasons()
			}
		}
	}
	r.SettleDebugged()
	return r, nil
}

func (c *Config) resolveFunction(f *Function) platform.Function {
	p := c.functionProfile(f)
	r := platform.Function{
		Name:      f.Name,
		Timeout:   int64(cmp.Or(f.Timeout, p.Function.TimeoutDefault)),
		Reserved:  -1,
		IdleMin:   int64(p.Function.IdleMin),
		IdleMax:   int64(p.Function.IdleMax),
		InitLimit: int64(p.Function.InitLimit),
	}
	for i := range f.Events {
		if longest := int64(c.eventProfile(f, &f.Events[i]).Kafka.TimeoutMax); longest > 0 {
			r.Timeout = min(r.Timeout, longest)
		}
	}
	r.Debugged = c.isDebugged(f.Name)
	if f.ReservedConcurrency != nil {
		r.Reserved = int32(*f.ReservedConcurrency)
	}
	if f.KeepAlive != nil {
		r.IdleMin, r.IdleMax = int64(*f.KeepAlive), int64(*f.KeepAlive)
	}
	resolveConcurrency(p, f, &r)
	r.Async = resolveAsync(p, f)
	resolveLifecycle(&r, p, f)
	r.Init, r.Placement = coldStart(p, f)
	r.Duration = p.Function.Duration
	if d := f.Duration; d != nil {
		r.Duration = profile.Lognormal(d.P50, d.P99)
	}
	return r
}

// coldStart returns the two parts of a function's cold start. What the user says
// is the whole of it, so there is no placement on top; nor is there where the
// profile says one for all runtimes.
func coldStart(p *profile.Profile, f *Function) (init, placement *profile.Quantiles) {
	if c := f.ColdStart; c != nil {
		if c.Off {
			return nil, nil
		}
		return profile.Lognormal(c.P50, c.P99), nil
	}
	if whole := p.Function.ColdStart; whole != nil {
		return whole, nil
	}
	architecture := cmp.Or(f.Architecture, p.Function.ArchitectureDefault)
	return profile.ColdStart(cmp.Or(f.Runtime, inProcessRuntime), architecture), p.Function.Placement
}

func resolveMapping(p *profile.Profile, e *Event) platform.Mapping {
	k := &p.Kafka
	m := platform.Mapping{
		Topic:             e.Topic,
		BatchSize:         int32(cmp.Or(e.BatchSize, k.BatchSizeDefault)),
		Window:            int64(k.WindowDefault),
		PollerConcurrency: int32(cmp.Or(k.PollerConcurrency, math.MaxInt32)),
		Retries:           -1,
		OnFailure:         destinationTopic(e.OnFailure),
		RetryBackoff:      backoff(e.RetryBackoff, k.RetryBackoff),
		ThrottleBackoff:   backoff(e.ThrottleBackoff, k.ThrottleBackoff),
		FilteredWait:      e.CommitFiltered == commitFiltered[1],
	}
	resolvePollers(&m, k, e)
	m.Order, m.Lanes = resolveLanes(k, e)
	if e.BatchWindow != nil {
		m.Window = int64(*e.BatchWindow)
	}
	if e.Retries != nil {
		m.Retries = int32(*e.Retries)
	}
	m.WindowFromInvocation, m.Async = k.WindowFromInvocation, k.Async
	m.Bisect, m.BisectCounts = e.Bisect, e.BisectCountsAsRetry
	m.FromLowest = e.PartialResponseMode == fromLowest
	m.AgeCondition = e.RecordAgeCondition
	m.RequestsUncounted = isRequestLimitOff(p, e)
	if e.MaximumRecordAge != nil {
		m.MaxAge = int64(max(*e.MaximumRecordAge, 0))
	}
	if isARN(e.OnFailure) {
		m.ExhaustedCondition = kafkaevent.RetryAttemptsExhausted
	}
	// AWS stops infinite retries after 10 once there is a destination, without
	// saying so (kafka-retry-configurations); Warnings says it.
	if m.Retries < 0 && m.OnFailure != "" {
		m.Retries = int32(k.RetriesWithDestination)
	}
	return m
}

// backoff begins with what the user said and ends where the profile does, but
// never below its beginning. A beginning of 0 does not wait at all.
func backoff(initial *time.Duration, b profile.Backoff) profile.Backoff {
	if initial == nil {
		return b
	}
	b.Initial = int64(*initial)
	if b.Initial == 0 {
		return profile.Backoff{}
	}
	b.Max = max(b.Max, b.Initial)
	return b
}
