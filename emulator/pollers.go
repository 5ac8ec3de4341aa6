package emulator

import (
	"cmp"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// Provisioned bounds the number of event pollers in provisioned mode: it begins
// with MinimumPollers and changes with the lag (kafka-scaling-modes). The same
// number twice is a fixed one.
type Provisioned struct {
	// MinimumPollers is 1 to 200. Default 1.
	MinimumPollers int
	// MaximumPollers is 1 to 2,000, not less than MinimumPollers. Default 200, or
	// MinimumPollers if that is more.
	MaximumPollers int
}

// pollerBounds returns with how many pollers a mapping begins, and between which
// numbers it stays; most is math.MaxInt32 where only the partitions bound it.
func pollerBounds(k *profile.Kafka, e *Event) (first, least, most int) {
	switch p := e.Provisioned; {
	case k.PollersScaleMax == 0: // on demand
		return cmp.Or(e.Pollers, k.PollersDefault), 1, 1<<31 - 1
	case p != nil:
		least = cmp.Or(p.MinimumPollers, k.PollersDefault)
		return least, least, cmp.Or(p.MaximumPollers, max(k.PollersScaleDefault, least))
	case e.Pollers != 0:
		return e.Pollers, e.Pollers, e.Pollers
	}
	return k.PollersDefault, k.PollersDefault, k.PollersScaleDefault
}

func resolvePollers(m *platform.Mapping, k *profile.Kafka, e *Event) {
	first, least, most := pollerBounds(k, e)
	m.Pollers, m.PollersMin, m.PollersMax = int32(first), int32(least), int32(most)
	m.ScaleEvery, m.ScaleDelay, m.ScaleFactor = int64(k.ScaleEvery), int64(k.ScaleDelay), int32(k.ScaleFactor)
	if d := e.PollerScaleDelay; d != nil {
		m.ScaleDelay = int64(*d)
	}
	// The change of the number makes the group rebalance (with-kafka-low-latency).
	m.ScaleRebalances = e.PollerRebalance == nil || *e.PollerRebalance
	m.PollerRate = k.PollerRate
	if r := e.PollerRate; r != nil {
		m.PollerRate = int64(*r)
	}
}
