package process

import (
	"context"
	"net/netip"
	"os/exec"
	"slices"
	"strconv"
	"time"
)

// TellsClients says that the system tells which process a connection is of.
const TellsClients = true

// lsofLimit is how long lsof may take; it can hang where a network drive does.
const lsofLimit = time.Second

// clientOf is the process of those running in whose family the client of a connection is,
// nil if it is in none, or lsof does not say it.
func clientOf(running []*Process, client, server netip.AddrPort) *Process {
	ctx, cancel := context.WithTimeout(context.Background(), lsofLimit)
	defer cancel()
	out, _ := exec.CommandContext(ctx, "lsof", "-nP", "-iTCP:"+strconv.Itoa(int(client.Port())), "-sTCP:ESTABLISHED", "-Fpgn").Output()
	pid, pgrp := holderIn(string(out), client, server)
	if pid == 0 {
		return nil
	}
	find := func(is func(*Process) bool) *Process {
		if i := slices.IndexFunc(running, is); i >= 0 {
			return running[i]
		}
		return nil
	}
	if p := find(func(p *Process) bool { return p.group.pid == pid || p.group.pid == pgrp }); p != nil {
		return p
	}
	marked := mark(pid)
	return find(func(p *Process) bool { return p.group.mark == marked })
}
