package emulator

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// KillEnvironment ends an environment now, as when the machine under it fails: its processes
// and temporary files are gone. The invocation that runs on it has exited, and its batch is
// tried again by its rules; a batch that waits for its init gets another environment.
// Provisioned concurrency is replaced as slowly as when it dies. It returns when that is
// decided; what the environment runs may end a moment later.
//
// It returns an error if there is no such environment, or not any more, and the cause of
// ctx if that ends first or the run has ended. It is safe for concurrent use.
func (e *Emulator) KillEnvironment(ctx context.Context, number uint32) error {
	var missing error
	err := e.conductor.do(ctx, func() {
		c, id := e.conductor, platform.EnvironmentID(number)
		if missing = noEnvironment(c.machine, id); missing == nil {
			c.step(&platform.Input{Kind: platform.EnvironmentKilled, Environment: id})
		}
	})
	return errors.Join(err, missing)
}

// noEnvironment is the error for a number that is none of an environment that lives, nil if
// it is.
func noEnvironment(m *platform.Machine, id platform.EnvironmentID) error {
	var known []string
	for _, live := range m.LiveEnvironments() {
		if live == id {
			return nil
		}
		known = append(known, strconv.FormatUint(uint64(live), 10))
	}
	text := fmt.Sprintf("there is no environment %d", id)
	if id >= 1 && id <= m.LastEnvironment() {
		text = fmt.Sprintf("environment %d is gone", id)
	}
	if len(known) == 0 {
		return errors.New(text + "; there are none now")
	}
	const most = 20
	if more := len(known) - most; more > 0 {
		known = append(known[:most], fmt.Sprintf("and %d more", more))
	}
	return errors.New(text + "; there are " + strings.Join(known, ", "))
}

// RecycleEnvironments has every environment of a function begin no other invocation, so
// that the next one is cold, as after a deployment: what is idle ends now, what runs after
// its invocation, and provisioned ones are replaced at once. What is just being started is
// fresh. It returns how many environments that are.
//
// It returns an error if there is no such function, and the cause of ctx if that ends first
// or the run has ended. It is safe for concurrent use.
func (e *Emulator) RecycleEnvironments(ctx context.Context, name string) (n int, err error) {
	id, ok := e.functionNamed(name)
	if !ok {
		return 0, unknownName("function", name, e.functionNames())
	}
	err = e.conductor.do(ctx, func() {
		n = e.conductor.machine.Recyclable(id)
		e.conductor.step(&platform.Input{Kind: platform.FunctionRecycled, Function: id})
	})
	return n, err
}

// killCause is the cause with which everything in an environment ends that is killed: a
// timeout, unless somebody wanted it.
func killCause(a *platform.Action) error {
	if a.Reason != "" {
		return errors.New(a.Reason)
	}
	return function.ErrTimeout
}
