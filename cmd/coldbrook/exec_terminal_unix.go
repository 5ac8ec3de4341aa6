//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// terminalIsOurs reports whether our process group is in the foreground of the terminal
// that is among streams: then whoever presses Ctrl-C there interrupts all of the group.
func terminalIsOurs(streams []any) bool {
	for _, s := range streams {
		if f, ok := s.(*os.File); ok && isTerminal(f) {
			group, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCGPGRP)
			return err == nil && group == unix.Getpgrp()
		}
	}
	return false
}
