package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// usageError is a command line that is wrong: exit status 2.
type usageError struct {
	err  error
	hint string
}

func (e *usageError) Error() string { return e.err.Error() }

// Hint says what to do.
func (e *usageError) Hint() string { return e.hint }

// usage returns a usageError of the command.
func usage(cmd *cobra.Command, format string, a ...any) error {
	return &usageError{err: fmt.Errorf(format, a...), hint: cmd.CommandPath() + " --help shows how it is used"}
}

// hinted is an error with something to do about it.
type hinted struct {
	err  error
	hint string
}

func (e *hinted) Error() string { return e.err.Error() }
func (e *hinted) Unwrap() error { return e.err }

// Hint says what to do.
func (e *hinted) Hint() string { return e.hint }

// errReaderGone is returned when nobody reads our output any more: no failure,
// and nothing to say.
var errReaderGone = errors.New("nobody reads the output any more")

// readerGone makes errReaderGone of the error of a write to stdout that nobody
// reads, and leaves others alone.
func readerGone(err error) error {
	if isPipeError(err) || errors.Is(err, os.ErrClosed) {
		return errReaderGone
	}
	return err
}

// printError prints an error and the hints that came with it.
func printError(w io.Writer, err error) {
	for _, e := range parts(err) {
		if _, before := errors.AsType[*said](e); before || errors.Is(e, errReaderGone) {
			continue
		}
		fmt.Fprintln(w, "coldbrook: "+journal.PrintableColoured(e.Error()))
		var h interface{ Hint() string }
		if errors.As(e, &h) && h.Hint() != "" {
			fmt.Fprintln(w, "coldbrook: hint: "+strings.ReplaceAll(journal.PrintableColoured(h.Hint()), "\n", "\ncoldbrook: hint: "))
		}
	}
}

// parts are the errors that one was joined from, each of which is printed with
// its own hint.
func parts(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, parts(e)...)
	}
	return all
}
