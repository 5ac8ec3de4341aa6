package report

import (
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// AlwaysOn is the processor that runs whether there are events or not, which functions are
// compared with.
type AlwaysOn struct {
	// PricePerHour is in units of profile.PriceUnit, above 0.
	PricePerHour int64 `json:"pricePerHour"`
	// Of says what that is the price of, and where it comes from.
	Of string `json:"of"`
}

// DefaultAlwaysOn is a container with one processor and 2 GiB of memory, all hours of the
// month: $0.000024 for a vCPU-second and $0.0000025 for a GiB-second, Google Cloud Run as
// of 2026-10 (facts/platforms.md 8), with the price of requests and the free tier left out.
// Prices of other platforms differ by half as much; the user can name another.
func DefaultAlwaysOn() AlwaysOn {
	const vCPUSecond, gibSecond, gib = 240_000, 25_000, 2
	return AlwaysOn{3600 * (vCPUSecond + gib*gibSecond), "1 vCPU and 2 GiB, Google Cloud Run, 2026-10"}
}

// FunctionCost is what a function would have cost, in units of profile.PriceUnit, without
// the free tier, at the first tier of prices.
type FunctionCost struct {
	Compute  int64 `json:"compute"`
	Requests int64 `json:"requests"`
	Pollers  int64 `json:"pollers,omitempty"`
	Total    int64 `json:"total"`
	// PollersPerHour is what its pollers cost whether there are events or not.
	PollersPerHour int64 `json:"pollersPerHour,omitempty"`
	// PerMillion is for a million handled records without what pollers cost, and
	// PerMillionInAll with it at the rate of this run: extrapolations, 0 if there were none.
	PerMillion      int64  `json:"perMillionEvents,omitempty"`
	PerMillionInAll int64  `json:"perMillionEventsWithPollers,omitempty"`
	Date            string `json:"pricesOf"`
	// BreakEven is at how many records a second, on average over all hours, the function
	// costs as much as an always-on processor; 0 where it is dearer at any rate.
	BreakEven uint64 `json:"breakEven,omitempty"`
	// BreakEvenAlone is BreakEven where the pollers are paid for anyway.
	BreakEvenAlone uint64 `json:"breakEvenWithoutPollers,omitempty"`
	// Carries is how many records a second one processor like this machine's would carry by
	// the processor time that was measured, 0 where it was not. Where it is below BreakEven,
	// it takes several processors to come there, and the function is cheaper at any rate.
	Carries uint64 `json:"carries,omitempty"`
}

// cost works out what a function would have cost in a run of so many nanoseconds.
func (f *functionFitting) cost(b *profile.Billing, d *journal.DescribedFunction, ran int64, than AlwaysOn) *FunctionCost {
	c := &FunctionCost{Date: b.Date, Requests: int64(f.work.Invocations) * b.Request,
		Compute: b.Compute(d.Architecture).Cost(0, d.Memory>>20*f.billedMs)}
	for _, m := range f.models {
		c.Pollers += m.pollersUntil(ran)
		c.PollersPerHour += m.pollersFor(m.pollersFirst(), time.Hour)
	}
	c.Total = c.Compute + c.Requests + c.Pollers
	records := f.meter.total
	if records == 0 {
		return c
	}
	c.PerMillion = perMillion(c.Compute+c.Requests, records)
	c.PerMillionInAll = perMillion(c.Total, records)
	c.BreakEven = c.pays(than.PricePerHour - c.PollersPerHour)
	c.BreakEvenAlone = c.pays(than.PricePerHour)
	if b := &f.billed; b.CPU > 0 {
		perInvocation := float64(b.CPU) / float64(b.Invocations)
		c.Carries = uint64(float64(second) / (perInvocation * float64(f.work.Invocations) / float64(records)))
	}
	return c
}

// pays is from how many records a second on they cost more than so much an hour.
func (c *FunctionCost) pays(perHour int64) uint64 {
	if perHour <= 0 || c.PerMillion <= 0 {
		return 0
	}
	return uint64(float64(perHour) / 3600 * 1_000_000 / float64(c.PerMillion))
}

// pollersFirst is how many pollers a mapping has at the start, and stays with when there
// is little to do.
func (m *modelFitting) pollersFirst() int64 {
	if m.described == nil {
		return 0
	}
	return int64(m.described.PollersFirst)
}

// pollersScaled takes an entry that says that there are more or fewer pollers.
func (m *modelFitting) pollersScaled(e *journal.Entry) {
	m.pollersCost += m.pollersFor(e.First, time.Duration(e.At-m.pollersSince))
	m.pollersSince, m.pollersNow = e.At, e.Last
}

// pollersUntil is what the pollers of a mapping cost until a time.
func (m *modelFitting) pollersUntil(at int64) int64 {
	n := m.pollersNow
	if m.pollersSince == 0 {
		n = m.pollersFirst()
	}
	return m.pollersCost + m.pollersFor(n, time.Duration(at-m.pollersSince))
}

// pollersFor is what so many pollers cost for a time.
func (m *modelFitting) pollersFor(n int64, ran time.Duration) int64 {
	if m.described == nil {
		return 0
	}
	p, ok := profile.Lookup(m.described.Profile)
	if !ok {
		return 0
	}
	return p.Billing.Pollers(int(n), ran)
}
