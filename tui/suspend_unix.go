//go:build unix

package tui

import "golang.org/x/sys/unix"

// resumable reports whether there is a shell that could let the program go on once it has
// stopped itself. A program that leads its session, as the first one of a container does,
// has none: the system would not stop it, and it would wait for ever to be let go on.
func resumable() bool {
	session, err := unix.Getsid(0)
	return err != nil || session != unix.Getpgrp()
}
