package process

import (
	"net/netip"
	"os"
	"slices"
	"strconv"
	"syscall"
)

// TellsClients says that the system tells which process a connection is of.
const TellsClients = true

// clientOf is the process of those running in whose family the client of a connection is,
// nil if it is in none. Leaders are looked at first: it is one of them most of the time.
func clientOf(running []*Process, client, server netip.AddrPort) *Process {
	socket := socketOf(client, server)
	if socket == "" {
		return nil
	}
	for _, p := range running {
		if holds(p.group.pid, socket) {
			return p
		}
	}
	for _, p := range running {
		if holdsBelow(p.group.pid, socket) {
			return p
		}
	}
	return escapeeOf(running, socket)
}

// escapeeOf is the process of those running of which an escapee has a socket open, nil if
// none has. This program, the subreaper, is their parent.
func escapeeOf(running []*Process, socket string) *Process {
	for _, pid := range childrenOf(os.Getpid()) {
		if slices.ContainsFunc(running, func(p *Process) bool { return p.group.pid == pid }) {
			continue
		}
		marked := mark(pid)
		i := slices.IndexFunc(running, func(p *Process) bool { return p.group.mark == marked })
		if i >= 0 && (holds(pid, socket) || holdsBelow(pid, socket)) {
			return running[i]
		}
	}
	return nil
}

// holds says that a process has a socket open.
func holds(pid int, socket string) bool {
	folder := "/proc/" + strconv.Itoa(pid) + "/fd"
	dir, err := os.Open(folder)
	if err != nil {
		return false
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	target := make([]byte, 64)
	for _, name := range names {
		if n, err := syscall.Readlink(folder+"/"+name, target); err == nil && string(target[:n]) == socket {
			return true
		}
	}
	return false
}

// holdsBelow says that a descendant of a process has a socket open.
func holdsBelow(pid int, socket string) bool {
	m := meter{pid: pid}
	m.search()
	return slices.ContainsFunc(m.members, func(member int) bool { return holds(member, socket) })
}
