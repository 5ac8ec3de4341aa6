package platform

import "strings"

// pollerRule reads a rule of pollers: pollers=2, or pollers=1-4, which are at least
// and at most so many, beginning with the least; rebalance, rate in bytes/s.
func (s *script) pollerRule(mp *Mapping, name, value string) bool {
	switch name {
	case "pollers":
		least, most, scales := strings.Cut(value, "-")
		mp.Pollers = int32(s.number(least))
		if scales {
			mp.PollersMin, mp.PollersMax = mp.Pollers, int32(s.number(most))
			mp.ScaleEvery, mp.ScaleFactor = 60e9, 2
		}
	case "pollersMin":
		mp.PollersMin = int32(s.number(value))
	case "scaleDelay":
		mp.ScaleDelay = s.duration(value)
	case "rebalance":
		mp.ScaleRebalances = true
	case "pollerConcurrency":
		mp.PollerConcurrency = int32(s.number(value))
	case "rate":
		mp.PollerRate = s.number(value)
	default:
		return false
	}
	return true
}
