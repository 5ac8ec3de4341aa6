package emulatortest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// pulseEvery is how often a pulse beats, in virtual time: what the watchdog
	// sees of a test that waits for nothing but timers of its own.
	pulseEvery = time.Minute
	// silenceLimit is how long a test may leave the World alone, in virtual time.
	// Heartbeats keep that going for ever, so that nothing else ends a test which
	// waits for something that does not come.
	silenceLimit = 60 * 24 * time.Hour
	// idleDay is how long nothing at all must have happened meanwhile for a test
	// to be ended once futileLooks looks from outside, a quarter of a second of
	// real time apart by default, have found that: a client that tries again and
	// again takes minutes of real time for a month.
	idleDay     = 24 * time.Hour
	futileLooks = 20
)

// pulse beats in virtual time, and notices a test that does nothing any more, or
// whose journal is full. A nil pulse does nothing.
type pulse struct {
	beats  atomic.Uint64
	quit   chan struct{}
	look   func() (entries uint64, full bool) // at the journal
	fail   func(why string)                   // called once, and in the end from outside
	stuck  atomic.Int64                       // how long nothing has happened, in virtual ns
	futile int                                // looks from outside, of the watchdog's goroutine

	mu      sync.Mutex // guards all below
	last    time.Time  // when the test called the World last
	calling int        // calls of it that wait on purpose
}

// startPulse starts the pulse of a bubble, in it. fail is called if the test
// leaves the World alone for the limit, and if a journal stays full.
func startPulse(look func() (uint64, bool), fail func(why string)) *pulse {
	p := &pulse{quit: make(chan struct{}), look: look, fail: fail, last: time.Now()}
	go p.run()
	return p
}

func (p *pulse) run() {
	tick := time.NewTicker(pulseEvery)
	defer tick.Stop()
	happened, seen, wasFull := time.Now(), uint64(0), false
	for {
		select {
		case <-p.quit:
			return
		case <-tick.C:
		}
		p.beats.Add(1)
		entries, full := p.look()
		switch {
		case full && wasFull && entries == seen:
			p.fail("a reader of the journal that keeps (Journal().Keep) has not read for a minute of virtual time, and the journal is full: " +
				"read it in a goroutine of its own, or Detach it")
			return
		case entries != seen:
			happened = time.Now()
		}
		seen, wasFull = entries, full
		silence := p.silence()
		p.stuck.Store(int64(min(silence, time.Since(happened))))
		if silence > silenceLimit {
			p.fail(silentFor(silence))
			return
		}
	}
}

// lookFromOutside is called by the watchdog, every so often in real time.
func (p *pulse) lookFromOutside() {
	stuck := time.Duration(p.stuck.Load())
	if stuck < idleDay {
		p.futile = 0
		return
	}
	if p.futile++; p.futile == futileLooks {
		p.fail(silentFor(stuck) + "; meanwhile nothing has happened. A Kafka client that is made without w.KafkaOptions() " +
			"(or a Dialer) tries to reach a broker outside, and tries again")
	}
}

func silentFor(d time.Duration) string {
	return fmt.Sprintf("the test has waited for %v of virtual time, without a call of its World, for something that does not come", d)
}

// silence is how long nothing was heard of the test.
func (p *pulse) silence() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.calling > 0 {
		p.last = time.Now()
	}
	return time.Since(p.last)
}

// heard notes that the test called the World.
func (p *pulse) heard() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = time.Now()
}

// busy notes that a call of the World waits, until what it returns is called.
func (p *pulse) busy() (done func()) {
	if p == nil {
		return func() {}
	}
	p.call(1)
	return func() { p.call(-1) }
}

func (p *pulse) call(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calling += n
	p.last = time.Now()
}

func (p *pulse) stop() {
	if p != nil {
		close(p.quit)
	}
}

// endTest ends the process, as the watchdog does, with the stack of the test.
func endTest(name string, test int) func(why string) {
	return func(why string) {
		stack := ""
		for _, g := range parseGoroutines(dumpGoroutines()) {
			if g.id == test {
				stack = g.text
			}
		}
		panic(fmt.Sprintf("emulatortest: %s: %s:\n\n%s\n", name, why, stack))
	}
}

// look is how many entries the journal has had, and whether a reader keeps it
// full.
func (w *World) look() (entries uint64, full bool) {
	e := w.live.Load()
	if e == nil {
		return 0, false
	}
	room, _ := e.Journal().Room()
	return e.Journal().Last(), room != nil
}
