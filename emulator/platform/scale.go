package platform

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// scaling is how the number of a mapping's pollers changes.
//
// On demand AWS looks at the offset lag every minute, has changed the number
// within three minutes, takes no more pollers than partitions and fewer when the
// function is throttled; in provisioned mode it stays between a minimum and a
// maximum (docs: kafka-scaling-modes). With how many pollers it begins on demand,
// how large a lag is too large, and by how much the number changes, is not
// documented. Here it is multiplied by ScaleFactor while a whole batch of some
// partition waits, and divided by it, down to where it began, when all that came
// is done; when batches were throttled since it was looked at last, it is divided,
// too, down to the minimum.
//
// Lag is what the machine holds, at most three batches a partition: enough to know
// that a batch waits, and the same however fetches fell. What is left in the log
// beyond that makes no difference to the rule.
//
// The number is looked at on whole multiples of ScaleEvery, and only while there
// is lag or the number is above where it began: an idle world has no timer of it.
type scaling struct {
	timer     timer // evaluationTimer or scaleTimer
	to        int32 // with a scaleTimer: what the number becomes, and why
	why       string
	throttled bool // a batch was, since the number was looked at
}

// scales says whether the number can change at all.
func (r *Mapping) scales() bool { return r.PollersMax > r.PollersMin && r.ScaleEvery > 0 }

// holdsBatch says whether what a partition has waiting would fill a batch.
func (mp *mapping) holdsBatch(p *partition) bool {
	r := mp.rules
	return p.queue.len() >= int(r.BatchSize) || p.queue.bytes+r.PayloadBase+r.PayloadPartition >= r.PayloadMax
}

// watch has the number of pollers looked at when a partition falls behind.
func (m *Machine) watch(mp *mapping, p *partition) {
	if mp.rules.scales() && mp.scaling.timer.index == 0 && mp.isBehind(p) {
		m.evaluateLater(mp)
	}
}

// noteThrottle has it looked at when the function is throttled.
func (m *Machine) noteThrottle(b *batch) {
	if b.request != nil {
		return
	}
	mp := m.mappings[b.mapping]
	if !mp.rules.scales() {
		return
	}
	mp.scaling.throttled = true
	if mp.scaling.timer.index == 0 {
		m.evaluateLater(mp)
	}
}

func (m *Machine) evaluateLater(mp *mapping) {
	every := mp.rules.ScaleEvery
	m.timers.set(&mp.scaling.timer, later(m.now-m.now%every, every), evaluationTimer)
}

// evaluatePollers looks at the lag, and at whether the function was throttled.
func (m *Machine) evaluatePollers(mp *mapping) {
	s := &mp.scaling
	if m.draining || mp.removed {
		return
	}
	assigned, behind, held := mp.lag()
	s.to, s.why = mp.wanted(assigned, behind, held)
	s.throttled = false
	switch delay := mp.rules.ScaleDelay; {
	case s.to == mp.active:
		if behind > 0 || mp.active > mp.rules.Pollers {
			m.evaluateLater(mp)
		}
	case delay > 0:
		m.timers.set(&s.timer, later(m.now, delay), scaleTimer)
	default:
		m.scalePollers(mp)
	}
}

// lag counts the partitions that are assigned, those of which a whole batch
// waits, and those of which something is not done.
func (mp *mapping) lag() (assigned, behind, held int32) {
	for i := range mp.partitions {
		p := &mp.partitions[i]
		if !p.assigned {
			continue
		}
		assigned++
		if mp.isBehind(p) {
			behind++
		}
		if mp.isBusy(p) || p.queue.len() > 0 {
			held++
		}
	}
	return assigned, behind, held
}

// wanted is how many pollers there should be, and why.
func (mp *mapping) wanted(assigned, behind, held int32) (int32, string) {
	r, factor := mp.rules, max(mp.rules.ScaleFactor, 2)
	ceiling := min(r.PollersMax, assigned)
	switch {
	case assigned == 0: // the group rebalances
	case mp.scaling.throttled:
		return min(max(mp.active/factor, r.PollersMin, 1), mp.active), "the function is throttled"
	case behind > 0 && mp.active < ceiling:
		return int32(min(int64(mp.active)*int64(factor), int64(ceiling))),
			fmt.Sprintf("whole batches wait in %d of %d partitions", behind, assigned)
	case held == 0 && mp.active > r.Pollers:
		return max(mp.active/factor, r.Pollers), "nothing waits"
	}
	return mp.active, ""
}

// scalePollers changes the number of pollers, and divides the partitions among
// them anew. Those in flight stay with the batch and its poller until that is
// terminal. In AWS the consumer group rebalances (docs: with-kafka-low-latency).
func (m *Machine) scalePollers(mp *mapping) {
	if m.draining || mp.removed {
		return
	}
	s := &mp.scaling
	e := m.entry(journal.PollersScaled)
	e.Mapping, e.Function = mp.rules.Name, m.functions[mp.rules.Function].rules.Name
	e.First, e.Last, e.Delay = int64(mp.active), int64(s.to), mp.rules.ScaleDelay
	e.Reason = s.why
	m.divide(mp, s.to)
	if mp.rules.ScaleRebalances {
		m.act(Action{Kind: Rebalance, Mapping: mp.id})
	}
	m.evaluateLater(mp)
}

// divide gives the partitions to so many pollers.
func (m *Machine) divide(mp *mapping, pollers int32) {
	for i := range mp.lanes {
		if p := &mp.lanes[i]; p.lined > 0 {
			mp.pollerOf(p).leave(p)
		}
	}
	mp.active = pollers
	mp.growPollers()
	for i := range mp.lanes {
		p := &mp.lanes[i]
		m.line(mp, p, p.since)
	}
	for _, pl := range mp.pollers {
		m.form(pl)
	}
}

// growPollers makes those that are active. They stay when the number falls:
// batches point to them.
func (mp *mapping) growPollers() {
	for len(mp.pollers) < int(mp.active) {
		pl := &poller{mapping: mp.id, paid: -burst}
		pl.timer.poller = pl
		mp.pollers = append(mp.pollers, pl)
	}
}

// formElsewhere lets other pollers form batches of the partitions that a batch
// has left to them, because the number of pollers has changed since it was formed.
func (m *Machine) formElsewhere(mp *mapping, b *batch) {
	if !mp.rules.scales() {
		return
	}
	m.stopWaiting(b)
	for _, part := range b.parts {
		if pl := mp.pollerOf(&mp.lanes[part.index]); pl != b.poller {
			m.form(pl)
		}
	}
}
