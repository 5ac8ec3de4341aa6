package platform

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// A poller in provisioned mode handles up to 5 MB/s, or up to 5 concurrent
// invocations (docs: kafka-scaling-modes): whichever bound it meets first. Which
// bytes count is not documented. Here it is what a poller reads of a record (key,
// value, headers), and not the event document made from it, which is about twice
// as large and is bounded by its own 6 MB; records that filters leave out, and
// those that are tried again, do not count.
//
// It is a bucket that holds what the rate gives in a second. A batch goes as long
// as the bucket is not overdrawn, and may overdraw it: what it took too much, the
// next one waits for. So in any time t a poller takes at most rate × (t + 1 s) and
// one batch, and a steady stream is at the rate exactly.
//
// The bucket is kept as the time at which it would be paid for: integers, and
// rounded up, so that no rounding lets more through.
const burst = 1e9 // ns

// pay takes bytes out of the bucket.
func (pl *poller) pay(now, rate, bytes int64) {
	pl.paid = later(max(pl.paid+burst, now), costOf(bytes, rate)) - burst
}

// costOf is how many ns of a rate bytes are, rounded up.
func costOf(bytes, rate int64) int64 {
	whole, rest := bytes/rate, bytes%rate
	return whole*1e9 + (rest*1e9+rate-1)/rate
}

// waitsForRate says whether the next batch of a poller waits for its rate.
func (m *Machine) waitsForRate(mp *mapping, pl *poller) bool {
	if mp.rules.PollerRate <= 0 || pl.paid <= m.now {
		pl.waits = false
		return false
	}
	m.timers.set(&pl.timer, pl.paid, pollerTimer)
	if !pl.waits {
		pl.waits = true
		e := m.partitionEntry(journal.PollerWaiting, mp, mp.lanes[pl.line[0]].number)
		e.Delay = pl.paid - m.now
		e.Reason = fmt.Sprintf("a poller reads at most %d bytes/s", mp.rules.PollerRate)
	}
	return true
}
