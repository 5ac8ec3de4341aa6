// Package function runs execution environments: it launches them, hands them
// one invocation at a time, and stops them, over the Launcher interface. It
// decides nothing: which environment does what is said by package platform.
//
// One goroutine per environment owns it from launch to its end; it is woken by
// orders from the conductor and by the end of the environment's process.
package function

import "errors"

// ErrTimeout is the cause with which the context of an invocation ends when the
// function's timeout has passed.
var ErrTimeout = errors.New("function timed out")
