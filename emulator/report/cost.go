package report

import (
	"fmt"
	"io"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// Rates is what a run is billed by.
type Rates struct {
	Billing profile.Billing
	// Functions is what of a function its price depends on, by name.
	Functions map[string]FunctionRates
	// Pollers is how many each mapping has.
	Pollers []int
}

// FunctionRates is what of a function its price depends on.
type FunctionRates struct {
	Memory       int64 // bytes
	Architecture string
}

// Cost is what a run would have cost, in units of profile.PriceUnit: what was
// billed by the prices of the profile, the free tier of a month not subtracted.
type Cost struct {
	Compute  int64 `json:"compute"`
	Requests int64 `json:"requests"`
	Pollers  int64 `json:"pollers,omitempty"`
	// Total is their sum, and PerMillion what a million events would have cost at
	// that: an extrapolation, 0 where there was no event.
	Total      int64 `json:"total"`
	PerMillion int64 `json:"perMillionEvents,omitempty"`
	// Date is that of the prices.
	Date string `json:"pricesOf"`
}

// price works out what the functions cost, in their order: tiers are of all of
// them together.
func (s *Summary) price(rates *Rates) {
	if rates == nil {
		return
	}
	c := &Cost{Date: rates.Billing.Date}
	used := map[string]int64{} // by architecture, MB-milliseconds
	for i := range s.Functions {
		f := &s.Functions[i]
		of := rates.Functions[f.Name]
		amount := of.Memory >> 20 * f.Billed
		compute := rates.Billing.Compute(of.Architecture).Cost(used[of.Architecture], amount)
		used[of.Architecture] += amount
		requests := int64(f.Invocations) * rates.Billing.Request
		f.Cost = compute + requests
		c.Compute, c.Requests = c.Compute+compute, c.Requests+requests
	}
	for _, n := range rates.Pollers {
		c.Pollers += rates.Billing.Pollers(n, s.Ran)
	}
	c.Total = c.Compute + c.Requests + c.Pollers
	if s.Handled > 0 {
		c.PerMillion = perMillion(c.Total, s.Handled)
	}
	s.Cost = c
}

// perMillion is total for each of events, a million times.
func perMillion(total int64, events uint64) int64 {
	n := int64(events)
	return total/n*1_000_000 + total%n*1_000_000/n
}

// writeCost writes the lines about cost.
func (s *Summary) writeCost(w io.Writer) error {
	if s.Cost == nil || s.Invocations == 0 {
		return nil
	}
	c := s.Cost
	text := fmt.Sprintf("  cost         $%s: compute $%s, requests $%s", Dollars(c.Total), Dollars(c.Compute), Dollars(c.Requests))
	if c.Pollers > 0 {
		text += fmt.Sprintf(", pollers $%s in %s", Dollars(c.Pollers), s.Ran.Round(time.Second))
	}
	text += fmt.Sprintf(" (prices of %s, without the free tier)\n", c.Date)
	if c.PerMillion > 0 {
		// In hundredths of a cent: what is extrapolated is not more exact.
		const step = profile.PriceUnit / 10_000
		text += fmt.Sprintf("               extrapolated: $%s for a million events\n", Dollars((c.PerMillion+step/2)/step*step))
	}
	_, err := io.WriteString(w, text)
	return err
}
