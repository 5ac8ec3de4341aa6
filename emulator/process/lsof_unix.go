//go:build unix

package process

import (
	"net/netip"
	"strconv"
	"strings"
)

// holderIn finds in what lsof -Fpgn printed the process that has the client's end of a
// connection open, and its group; 0 if there is none. Each line is a letter and a value: p
// begins a process, g is its group, n a connection, client->server.
func holderIn(out string, client, server netip.AddrPort) (pid, pgrp int) {
	wanted := client.String() + "->" + server.String()
	for line := range strings.Lines(out) {
		line = strings.TrimRight(line, "\n")
		if line == "" {
			continue
		}
		switch value := line[1:]; line[0] {
		case 'p':
			pid, _ = strconv.Atoi(value)
			pgrp = 0
		case 'g':
			pgrp, _ = strconv.Atoi(value)
		case 'n':
			if value == wanted {
				return pid, pgrp
			}
		}
	}
	return 0, 0
}
