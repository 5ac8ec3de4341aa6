// Package emulator joins the parts: broker, event sources, functions, processes
// and the platform machine, driven by one conductor.
//
//	e, err := emulator.Start(ctx, cfg)   // the broker accepts connections
//	err = e.Run(ctx)                     // until ctx ends or Stop is called
//
// The conductor is one goroutine that owns the machine and the journal. It takes
// messages from one bounded queue, steps the machine, writes its entries and
// hands its actions on; it waits for nothing but messages, the machine's next
// timer, and a reader of the journal that loses nothing and is full (Log.Room).
// Everything else runs in goroutines of the rooms it orders: an event source per
// mapping (package eventsource), one producer, an environment each (package
// function), a supervisor per process.
//
// World time is nanoseconds since Start, by the monotonic clock.
//
// Non-obvious: goroutines that deliver messages may block on the queue; so the
// conductor must never wait for one of them. When a run ends, the queue is
// drained until all of them are gone.
package emulator
