//go:build unix

package process

import (
	"os"
	"syscall"
)

// pass sends a signal that this program got. What is stopped gets it when it goes on.
func (g *group) pass(s os.Signal) {
	if number, ok := s.(syscall.Signal); ok {
		g.signal(number)
	}
}

func exitCode(s *os.ProcessState) int {
	if status, ok := s.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return s.ExitCode()
}
