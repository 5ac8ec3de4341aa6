package main

import "fmt"

// exitError ends the process with an exit status of its own, after errs were printed,
// each with its hint.
type exitError struct {
	code int
	errs []error
}

func (e *exitError) Error() string { return fmt.Sprintf("exit status %d", e.code) }

// Unwrap returns what is to be printed.
func (e *exitError) Unwrap() []error { return e.errs }

// partsIfAny is parts of an error that may be nil.
func partsIfAny(err error) []error {
	if err == nil {
		return nil
	}
	return parts(err)
}
