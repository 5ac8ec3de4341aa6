package main

import (
	"errors"
	"io"

	"golang.org/x/sys/windows"
)

// keepPipeErrors does nothing: Windows has no signal for broken pipes.
func keepPipeErrors() {}

func isPipeError(err error) bool {
	return errors.Is(err, windows.ERROR_BROKEN_PIPE) || errors.Is(err, windows.ERROR_NO_DATA)
}

// hasNoReader cannot be known on Windows without a write.
func hasNoReader(io.Writer) bool { return false }
