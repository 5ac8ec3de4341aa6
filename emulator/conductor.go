package emulator

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
)

// queueLength is how many messages may wait for the conductor. Senders block
// beyond it: that is the back-pressure on output and on producers.
const queueLength = 1 << 12

// message is one thing for the conductor to do: an input for the machine, an
// entry for the journal, or a function to be called.
type message struct {
	input   *platform.Input
	entry   *journal.Entry
	entries []journal.Entry
	call    func()
	// asks says that call is an input, too, and which: it waits where inputs do.
	asks string
	// outputs are the records that the response in input gave.
	outputs []*kgo.Record
	// origins are those of outputs, as journal.Records has them; nil if unknown.
	origins []int32
	// payload is the response in input, to what was asked for from outside.
	payload []byte
}

// conductor owns the machine and is the journal's one writer.
type conductor struct {
	machine *platform.Machine
	log     *journal.Log
	clock   clock
	queue   chan message
	perform func([]platform.Action)
	arrived func(*platform.Input) // journals an arrival before its step; nil if nobody asks

	mappings map[string][]platform.MappingID // by topic

	outputs map[platform.InvocationID][]*kgo.Record // of responses that are not forgotten
	origins map[platform.InvocationID][]int32       // of outputs, where they are known

	faults []Fault // by FaultID, from 1 on, as they were asked for

	requests requests
	lines    *platformLog // set before it runs

	pause   pause
	awaited int // how many answers of the producers are to come

	leaving  []*mappingPart // removed mappings of which something may be assigned
	ending   bool           // it was told to drain
	draining bool
	quiet    chan struct{} // closed when, draining, every partition is released and every request done

	// Of virtual time only.
	settle    func() // nil in real time
	turnstile *turnstile
	instant   instant
	rests     []rest
	progress  atomic.Uint64
}

// newConductor returns a conductor that takes messages and does not run yet. Its
// machine and perform must be set before it runs.
func newConductor(log *journal.Log) *conductor {
	return &conductor{
		log: log, clock: newClock(),
		queue:   make(chan message, queueLength),
		outputs: map[platform.InvocationID][]*kgo.Record{},
		origins: map[platform.InvocationID][]int32{},
		quiet:   make(chan struct{}),

		mappings: map[string][]platform.MappingID{},
		requests: newRequests(),
	}
}

// now is world time.
func (c *conductor) now() int64 { return c.clock.now() }

// wall turns world time into wall time.
func (c *conductor) wall(at int64) time.Time { return c.clock.wall(at) }

// deliver hands an input over. It blocks while the queue is full.
func (c *conductor) deliver(in platform.Input) { c.queue <- message{input: &in} }

// note hands an entry over; the conductor sets its time.
func (c *conductor) note(e journal.Entry) { c.queue <- message{entry: &e} }

// do has f called by the conductor and returns when it was, or with the cause of
// ctx: then f is not called, now or later.
func (c *conductor) do(ctx context.Context, f func()) error {
	done := make(chan struct{})
	var taken atomic.Bool // by the conductor, or back by the end of ctx
	call := func() {
		if !taken.Swap(true) {
			f()
			close(done)
		}
	}
	select {
	case c.queue <- message{call: call}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	select {
	case <-done:
	case <-ctx.Done():
		if !taken.Swap(true) {
			return context.Cause(ctx)
		}
		<-done // the conductor is at it, and never blocks
	}
	return nil
}

// run takes messages until ctx ends.
func (c *conductor) run(ctx context.Context) {
	if c.settle != nil {
		c.runVirtual(ctx)
		return
	}
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		if !c.waitForRoom(ctx) {
			return
		}
		if c.takeWaiting() {
			continue
		}
		c.arm(timer)
		select {
		case <-ctx.Done():
			return
		case msg := <-c.queue:
			c.take(msg)
			c.takeMore()
		case <-timer.C:
			c.step(&platform.Input{Kind: platform.Tick})
		}
	}
}

// waitForRoom holds the run while a reader of the journal that loses nothing is
// a whole log behind, and journals that it did. It returns false if ctx ended.
func (c *conductor) waitForRoom(ctx context.Context) bool {
	room, whom := c.log.Room()
	if room == nil {
		return ctx.Err() == nil
	}
	began := time.Now()
	for next := room; next != nil; next, _ = c.log.Room() {
		select {
		case <-next:
		case <-ctx.Done():
			return false
		}
	}
	if c.settle == nil { // in virtual time it takes none, and depends on the scheduler
		c.log.Append(journal.Entry{
			Kind: journal.ReaderAwaited, At: c.now(), Reason: whom, Measured: journal.Measured{Took: int64(time.Since(began))},
		})
	}
	return ctx.Err() == nil
}

// arm sets the timer to the machine's next one, unless the world stands still.
func (c *conductor) arm(timer *time.Timer) {
	if at, ok := c.machine.NextTimer(); ok && !c.pause.on {
		timer.Reset(max(time.Duration(at-c.now()), 0))
		return
	}
	timer.Stop()
}

// burst is how many messages are taken before the timer and the room in the
// journal are looked at again.
const burst = 64

func (c *conductor) takeMore() {
	for range burst {
		if c.isBehind() {
			return
		}
		select {
		case msg := <-c.queue:
			c.take(msg)
		default:
			return
		}
	}
}

// take acts on a message, or has it wait, if it is an input and the world stands still.
func (c *conductor) take(msg message) {
	if c.pause.on && msg.isInput() {
		c.pause.hold(msg)
		return
	}
	c.act(msg)
}

func (c *conductor) act(msg message) {
	switch {
	case msg.input != nil:
		c.append(msg.entries)
		if len(msg.outputs) > 0 {
			c.outputs[msg.input.Invocation] = msg.outputs
		}
		if msg.origins != nil {
			c.origins[msg.input.Invocation] = msg.origins
		}
		c.requests.responded(msg)
		if c.arrived != nil && msg.input.Kind == platform.Arrived {
			c.arrived(msg.input)
		}
		c.intoWorld(msg.input)
		c.step(msg.input)
	case msg.entry != nil:
		msg.entry.At = c.now()
		c.log.Append(*msg.entry)
		c.requests.printed(msg.entry)
		if msg.entry.Kind == journal.RetentionMoved {
			c.retained(msg.entry)
		}
	case msg.call != nil:
		msg.call()
	}
}

// retained tells every mapping of a topic that its log begins later now.
func (c *conductor) retained(e *journal.Entry) {
	for _, id := range c.mappings[e.Topic] {
		c.take(message{input: &platform.Input{Kind: platform.LogStarted, Mapping: id, Partition: e.Partition, LogStart: e.First}})
	}
}

// append journals entries that came along with an input, before its own.
func (c *conductor) append(entries []journal.Entry) {
	now := c.now()
	for i := range entries {
		entries[i].At = now
	}
	c.log.Append(entries...)
}

func (c *conductor) step(in *platform.Input) {
	actions, entries := c.machine.Step(c.now(), in)
	c.logStep(entries)
	c.perform(actions)
	if len(c.leaving) > 0 {
		c.letLeave()
	}
	if c.draining && c.machine.AssignedPartitions() == 0 && c.machine.OpenRequests() == 0 {
		c.draining = false
		close(c.quiet)
	}
}

// drain tells the machine to come to rest; quiet is closed when it has.
func (c *conductor) drain() {
	c.draining, c.ending = true, true
	c.step(&platform.Input{Kind: platform.Draining})
}
