package process

import (
	"net/netip"
	"slices"
	"sync"
)

// labelled are the running processes with a Spec.Label.
var labelled labels

// labels are processes by what they are called. It is safe for concurrent use.
type labels struct {
	mu  sync.Mutex // guards all
	all []*Process
}

func (l *labels) add(p *Process) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, p)
}

func (l *labels) remove(p *Process) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = slices.DeleteFunc(l.all, func(other *Process) bool { return other == p })
}

func (l *labels) running() []*Process {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.all)
}

// LabelOf returns the Spec.Label of the process in whose family the client of a TCP
// connection of this machine is, from the client's and the server's end of it. It is ""
// where none is, and where the system does not tell: see TellsClients.
//
// The families are searched each time. With ten processes that takes 0.3 ms on Linux, and
// 1.4 ms for a client that is in none of them; on macOS, where lsof has to be asked, 50 ms
// and more. It is safe for concurrent use.
func LabelOf(client, server netip.AddrPort) string {
	running := labelled.running()
	if len(running) == 0 {
		return ""
	}
	client = netip.AddrPortFrom(client.Addr().Unmap(), client.Port())
	server = netip.AddrPortFrom(server.Addr().Unmap(), server.Port())
	if p := clientOf(running, client, server); p != nil {
		return p.label
	}
	return ""
}
