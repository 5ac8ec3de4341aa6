//go:build unix

package process

import (
	"syscall"
	"time"
)

// A process that does not die of KILL within endLimit hangs in the kernel; it
// is left behind.
const endLimit = 2 * time.Second

// relative is a process as the system lists it.
type relative struct {
	pid, ppid, pgrp int
	zombie          bool
	started         uint64 // tells it from a later process of the same pid
}

// family lists the living and unreaped processes of the family, without the
// leader. Those seen before belong to it whatever they look like now.
func (g *group) family() []relative {
	all := processes()
	member := map[int]bool{g.pid: true}
	for _, p := range all {
		started, ok := g.known[p.pid]
		if p.pgrp == g.pid || ok && started == p.started || g.orphan(p) {
			member[p.pid] = true
		}
	}
	for grown := true; grown; {
		grown = false
		for _, p := range all {
			if member[p.ppid] && !member[p.pid] {
				member[p.pid], grown = true, true
			}
		}
	}
	delete(member, g.pid)
	var found []relative
	for _, p := range all {
		if member[p.pid] {
			found = append(found, p)
			g.known[p.pid] = p.started
		}
	}
	return found
}

// orphan reports whether p lost its parent and inherited the mark of g.
func (g *group) orphan(p relative) bool {
	return p.ppid == orphanage() && !p.zombie && p.pid != g.pid && settledMark(p.pid) == g.mark
}

// end kills what is left of the family after its leader, and reaps it.
func (g *group) end() {
	limit := time.Now().Add(endLimit)
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		g.signal(syscall.SIGKILL)
		left := g.family()
		for _, p := range left {
			if p.zombie {
				reap(p)
			} else {
				syscall.Kill(p.pid, syscall.SIGKILL)
			}
		}
		if len(left) == 0 || time.Now().After(limit) {
			return
		}
		<-time.After(pause) // they are dying: there is nothing to wait on
	}
}
