package emulatortest

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// beating runs f beside a pulse in a bubble, and returns what the pulse said.
func beating(t *testing.T, look func() (uint64, bool), f func(p *pulse)) (said []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := startPulse(look, func(why string) { said = append(said, why) })
		f(p)
		p.stop()
	})
	return said
}

func nothingHappens() (uint64, bool) { return 7, false }

func TestPulseNoticesATestThatWaitsForEver(t *testing.T) {
	said := beating(t, nothingHappens, func(*pulse) {
		time.Sleep(silenceLimit + 2*pulseEvery) // why: virtual time
	})
	if len(said) != 1 || !strings.Contains(said[0], "without a call of its World") {
		t.Errorf("got %q, want that the test waits", said)
	}
}

func TestPulseIsPatientWithATestThatCalls(t *testing.T) {
	said := beating(t, nothingHappens, func(p *pulse) {
		for range 3 {
			time.Sleep(silenceLimit - time.Hour) // why: virtual time
			p.heard()
		}
		done := p.busy()
		time.Sleep(3 * silenceLimit) // why: virtual time
		done()
		time.Sleep(silenceLimit - time.Hour) // why: virtual time
	})
	if len(said) != 0 {
		t.Errorf("got %q, want nothing", said)
	}
}

func TestPulseNoticesAFullJournal(t *testing.T) {
	full := func() (uint64, bool) { return 7, true }
	var after time.Duration
	said := beating(t, full, func(*pulse) {
		begun := time.Now()
		time.Sleep(3 * pulseEvery) // why: virtual time
		after = time.Since(begun)
	})
	if len(said) != 1 || !strings.Contains(said[0], "Detach") || after != 3*pulseEvery {
		t.Errorf("got %q, want to be told of the reader", said)
	}
	n := uint64(0)
	slow := func() (uint64, bool) { n++; return n, true }
	if said := beating(t, slow, func(*pulse) { time.Sleep(time.Hour) }); len(said) != 0 { // why: virtual time
		t.Errorf("got %q for a reader that is slow, want nothing", said)
	}
}

func TestPulseNoticesFromOutsideThatNothingHappens(t *testing.T) {
	look := func(p *pulse, times int) {
		for range times {
			p.lookFromOutside()
		}
	}
	said := beating(t, nothingHappens, func(p *pulse) {
		look(p, 2*futileLooks)           // nothing has happened because no time has passed
		time.Sleep(idleDay + pulseEvery) // why: virtual time
		synctest.Wait()
		look(p, futileLooks-1)
		p.heard()
		time.Sleep(pulseEvery) // why: virtual time
		synctest.Wait()
		look(p, futileLooks-1)
	})
	if len(said) != 0 {
		t.Errorf("got %q, want nothing", said)
	}
	said = beating(t, nothingHappens, func(p *pulse) {
		time.Sleep(idleDay + 2*pulseEvery) // why: virtual time
		synctest.Wait()
		look(p, 2*futileLooks)
	})
	if len(said) != 1 || !strings.Contains(said[0], "w.KafkaOptions()") {
		t.Errorf("got %q, want to be told of clients that reach nobody", said)
	}
}

func TestNoPulse(t *testing.T) {
	var p *pulse
	p.heard()
	p.busy()()
	p.stop()
}
