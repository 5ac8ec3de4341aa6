package emulator

import (
	"fmt"
	"net"
	"strconv"

	"github.com/coldbrook-dev/coldbrook/emulator/runtimeapi"
)

// attachConfiguration is what VS Code attaches with. The code runs where it was written,
// so that both roots are the same folder.
func attachConfiguration(function string, d *debugger) string {
	name, root := strconv.Quote(function), strconv.Quote(d.code)
	_, port, _ := net.SplitHostPort(d.found.Address)
	switch d.found.Language {
	case runtimeapi.DebugNode:
		return fmt.Sprintf(`{"name": %s, "type": "node", "request": "attach", "address": "127.0.0.1", "port": %s, "restart": true, "localRoot": %s, "remoteRoot": %s, "skipFiles": ["<node_internals>/**"]}`,
			name, port, root, root)
	case runtimeapi.DebugPython:
		return fmt.Sprintf(`{"name": %s, "type": "debugpy", "request": "attach", "connect": {"host": "127.0.0.1", "port": %s}, "pathMappings": [{"localRoot": %s, "remoteRoot": %s}]}`,
			name, port, root, root)
	}
	return fmt.Sprintf(`{"name": %s, "type": "go", "request": "attach", "mode": "remote", "host": "127.0.0.1", "port": %s}`, name, port)
}

// otherEditors is how to attach otherwise, in a line.
func otherEditors(d *debugger) string {
	_, port, _ := net.SplitHostPort(d.found.Address)
	switch d.found.Language {
	case runtimeapi.DebugNode:
		return "or in WebStorm: Attach to Node.js/Chrome, port " + port + "; or in Chrome: chrome://inspect"
	case runtimeapi.DebugPython:
		return "or in PyCharm: Attach to DAP, 127.0.0.1:" + port
	}
	return "or in GoLand: Go Remote, port " + port + "; or dlv connect " + d.found.Address
}
