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
)

// pulse beats in virtual time, and notices a test that does nothing any more. A
// nil pulse does nothing.
type pulse struct {
	beats atomic.Uint64
	quit  chan struct{}

	mu      sync.Mutex // guards all below
	last    time.Time  // when the test called the World last
	calling int        // calls of it that wait on purpose
}

// startPulse starts the pulse of a bubble, in it. silent is called once if the
// test leaves the World alone for the limit.
func startPulse(silent func(d time.Duration)) *pulse {
	p := &pulse{quit: make(chan struct{}), last: time.Now()}
	go p.run(silent)
	return p
}

func (p *pulse) run(silent func(d time.Duration)) {
	tick := time.NewTicker(pulseEvery)
	defer tick.Stop()
	for {
		select {
		case <-p.quit:
			return
		case <-tick.C:
		}
		p.beats.Add(1)
		if d := p.silence(); d > silenceLimit {
			silent(d)
			return
		}
	}
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

// silentTest ends the process, as the watchdog does, with the stack of the test.
func silentTest(name string, test int) func(time.Duration) {
	return func(d time.Duration) {
		stack := ""
		for _, g := range parseGoroutines(dumpGoroutines()) {
			if g.id == test {
				stack = g.text
			}
		}
		panic(fmt.Sprintf("emulatortest: %s has waited for %v of virtual time, without a call of its World, for something that does not come:\n\n%s\n",
			name, d, stack))
	}
}
