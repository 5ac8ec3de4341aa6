// Package function runs execution environments: it launches them, hands them
// one invocation at a time, and stops them, over the Launcher interface. It
// decides nothing: which environment does what is said by package platform.
//
// Words. A trial is the launch of an environment of a new revision for nobody; a spare
// is what is left of one that succeeded: it waits to become the next environment of
// its revision. What is ahead is an interpreter that waits for the code of the next
// trial.
//
// One goroutine per environment owns it from launch to its end; it is woken by
// orders from the conductor and by the end of the environment's process. One per spare
// and one per interpreter ahead wait until it is taken, dies or is retired. A trial runs
// in the goroutine of whoever called Try.
//
// Non-obvious: a spare's processes keep their Kafka address and temporary files when it
// becomes an environment; hence only a new one can take it. It is chosen in Launch, by
// the conductor, so that it is the same one in every run in virtual time.
package function

import "errors"

// ErrTimeout is the cause with which the context of an invocation ends when the
// function's timeout has passed.
var ErrTimeout = errors.New("function timed out")
