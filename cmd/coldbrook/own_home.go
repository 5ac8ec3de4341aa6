package main

import (
	"fmt"
	"io"
	"maps"
	"net"
	"strconv"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// atHome has a run keep its own files in the folder home instead of the project's, and its
// records in memory, so that it goes beside another run of the project. Processes find it by
// home, unless the configuration says otherwise.
func atHome(cfg *emulator.Config, home string) {
	cfg.Kafka.DataDir = ""
	cfg.Reload.Builds = home
	for i := range cfg.Processes {
		p := &cfg.Processes[i]
		env := map[string]string{instanceVariable: home}
		maps.Copy(env, p.Env)
		p.Env = env
	}
}

// givePortsWay replaces ports of the configuration that are taken, as by another run of the
// project, by free ones, and says so on w. One that is taken right behind that is an error
// of the start.
func givePortsWay(cfg *emulator.Config, w io.Writer) {
	if p := cfg.Kafka.Port; p != nil && isTaken(*p) {
		fmt.Fprintf(w, "note: kafka.port %d is not free: this run has another port\n", *p)
		cfg.Kafka.Port = new(int)
	}
	if p := cfg.Invoke.Port; isTaken(p) {
		fmt.Fprintf(w, "note: invoke.port %d is not free: this run has another port\n", p)
		cfg.Invoke.Port = 0
	}
}

// isTaken reports whether somebody listens on a port of this machine, or may not.
func isTaken(port int) bool {
	if port <= 0 || port > 65535 { // any, or what the start refuses
		return false
	}
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return true
	}
	l.Close()
	return false
}
