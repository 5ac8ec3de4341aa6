//go:build unix

package main

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// keepPipeErrors makes a write to a pipe that nobody reads return EPIPE, where
// it would end the process for stdout and stderr. It does not ignore the signal:
// that would be inherited by every handler and process.
func keepPipeErrors() {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
}

func isPipeError(err error) bool { return errors.Is(err, syscall.EPIPE) }

// hasNoReader reports whether w is a pipe that nobody reads any more, which a
// write would say, too: for commands that have nothing to write at the moment.
func hasNoReader(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	fds := []unix.PollFd{{Fd: int32(f.Fd())}}
	n, err := unix.Poll(fds, 0)
	return err == nil && n > 0 && fds[0].Revents&unix.POLLERR != 0
}
