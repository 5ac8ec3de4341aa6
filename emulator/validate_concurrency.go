package emulator

import (
	"cmp"
	"fmt"
	"time"
)

const (
	maxAccountConcurrency = 100_000 // tens of thousands: gettingstarted-limits
	maxProcesses          = 100_000
	maxProvisionedDelay   = time.Hour // a knob of ours
)

// What the API says, as is seen in reports of users.
const (
	provisionedOverReserved = "AWS says: Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function"
	unreservedTooLow        = "AWS says: Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [%d]."
)

// requestLimits are the values of Event.RequestLimit, the default first.
var requestLimits = []string{"enforce", "off"}

// accountConcurrency is the quota of the account.
func (c *Config) accountConcurrency(ofProfile int) int {
	return cmp.Or(c.AccountConcurrency, ofProfile)
}

// mostReserved is how much all functions together may keep from others.
func (v *validation) mostReserved() int {
	p := &v.profile.Function
	return max(v.config.accountConcurrency(p.AccountConcurrency)-p.UnreservedMin, 0)
}

// keepable checks what one function keeps from others, and says whether it may. In
// a small account nothing can be kept.
func (v *validation) keepable(at string, n int) bool {
	most := v.mostReserved()
	switch {
	case n < 0:
		within(v, at, n, 0, 0, showCount)
	case n > most:
		v.add(at, showCount(n), fmt.Sprintf("%d is over the limit of %d", n, most), "")
	default:
		return true
	}
	return false
}

// quotas checks what is said of the account and of this machine.
func (v *validation) quotas() {
	if n := v.config.AccountConcurrency; n != 0 {
		within(v, "accountConcurrency", n, 1, maxAccountConcurrency, showCount)
	}
	if n := v.config.MaxProcesses; n != 0 {
		within(v, "maxProcesses", n, 1, maxProcesses, showCount)
	}
}

// provisioned checks the provisioned concurrency of a function.
func (v *validation) provisioned(path string, f *Function) {
	if d := f.ProvisionedDelay; d != nil {
		within(v, Path(path, "provisionedDelay"), int64(*d), 0, int64(maxProvisionedDelay), showDuration)
	}
	n, at := f.ProvisionedConcurrency, Path(path, "provisionedConcurrency")
	if n == 0 {
		return
	}
	if !v.keepable(at, n) {
		return
	}
	if r := f.ReservedConcurrency; r != nil && *r >= 0 && n > *r {
		v.add(at, showCount(n), fmt.Sprintf("%d is over the reservedConcurrency of %d", n, *r), provisionedOverReserved)
	}
}

// kept is how much of the account's concurrency a function keeps from others, and
// the key that says so.
func (f *Function) kept() (n int, key string) {
	if f.ReservedConcurrency != nil {
		return *f.ReservedConcurrency, "reservedConcurrency"
	}
	return f.ProvisionedConcurrency, "provisionedConcurrency"
}

// concurrency checks what all functions together keep: AWS leaves 100 of the
// account's concurrency unreserved.
func (v *validation) concurrency() {
	p := &v.profile.Function
	most, sum := v.mostReserved(), 0
	for i := range v.config.Functions {
		f := &v.config.Functions[i]
		n, key := f.kept()
		if n < 0 || n > most {
			continue // reported with the function
		}
		if sum += n; sum > most && sum-n <= most {
			v.add(Path(Path("functions", f.Name), key), showCount(n),
				fmt.Sprintf("%d makes %d reserved up to here, over the limit of %d", n, sum, most),
				fmt.Sprintf("of the account's %d, %d stay unreserved; "+unreservedTooLow,
					v.config.accountConcurrency(p.AccountConcurrency), p.UnreservedMin, p.UnreservedMin))
		}
	}
}
