package main

import (
	"context"
	"errors"
)

// errNoEnd is the cause with which the end of a recording is given up.
var errNoEnd = errors.New("no answer from Kafka, where the topics end or what stands before that")

// readOn is read until ctx ends, and then on to the end that each partition has at that
// moment, if Kafka gives that out within reachTimeout: who says that it is enough has seen
// what is there. alive ends it at once.
func (k *kafkaTake) readOn(ctx, alive context.Context) error {
	reading, stop := context.WithCancelCause(alive)
	defer context.AfterFunc(ctx, func() { stop(context.Cause(ctx)) })()
	defer stop(nil)
	if err := k.read(reading); ctx.Err() == nil || alive.Err() != nil || !errors.Is(err, context.Cause(ctx)) {
		return err
	}
	rest, cancel := context.WithTimeoutCause(alive, reachTimeout, errNoEnd)
	defer cancel()
	ends, err := k.lister.list(rest, bound{kind: atEnd})
	if err != nil {
		return err
	}
	k.ends = true
	for s, e := range k.extents {
		e.until = max(ends[s], e.next)
		k.setBehind(s, e)
	}
	return k.read(rest)
}
