//go:build unix

package main

import (
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// keepPipeErrors makes a write to a pipe that nobody reads return EPIPE, where
// it would end the process for stdout and stderr. It does not ignore the signal:
// that would be inherited by every handler and process.
func keepPipeErrors() {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
}

func isPipeError(err error) bool { return errors.Is(err, syscall.EPIPE) }
