package emulatortest

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/internal/world"
)

// settings is what RunOptions set.
type settings struct {
	epoch     time.Time
	idleLimit time.Duration
	watchdog  time.Duration // 0 means the watchdog's own
}

// RunOption changes how a test is run.
type RunOption func(*settings)

// Epoch is when virtual time begins. Default 2026-01-01 00:00:00 UTC; not before
// 2000.
func Epoch(t time.Time) RunOption { return func(s *settings) { s.epoch = t } }

// Watchdog is how long virtual time may stand still, in real time, before the
// test is ended with the goroutine named that keeps it. Default 5 s; a computation
// may take six times as long.
func Watchdog(d time.Duration) RunOption { return func(s *settings) { s.watchdog = d } }

// IdleLimit is how long Idle waits. Default ten days in virtual time, which is
// longer than records are retried on AWS, and a minute in real time.
func IdleLimit(d time.Duration) RunOption { return func(s *settings) { s.idleLimit = d } }

const (
	virtualIdleLimit = 10 * 24 * time.Hour
	realIdleLimit    = time.Minute
)

// leaveTime is how long goroutines may take to end after the test, in virtual
// time.
const leaveTime = time.Minute

// defaultEpoch is a round date: bubbles begin in the year 2000.
var defaultEpoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Run runs f in virtual time, with an emulator that is configured by cfg and by
// what f declares. When f returns, the emulator is stopped in order; a fault that
// never fired, and a goroutine that f left behind, fail the test. A nil Seed is 1.
//
// Children as handlers (functions of cfg with code) run outside virtual time:
// what they do costs none, and the function's Duration is added. They have no
// Kafka address. Processes of cfg are refused.
func Run(t *testing.T, cfg emulator.Config, f func(t *testing.T, w *World), options ...RunOption) {
	t.Helper()
	if currentBubble() != 0 {
		t.Fatal("emulatortest.Run is called in virtual time: no other Run, and no bubble of testing/synctest, may be around it")
	}
	s := settings{epoch: defaultEpoch, idleLimit: virtualIdleLimit}
	for _, option := range options {
		option(&s)
	}
	if note := synctestsNote(); note != "" {
		t.Log(note)
	}
	outside := world.NewOutside()
	defer outside.Close()
	var live atomic.Pointer[World]
	dog := startWatchdog(watchdogConfig{
		name: t.Name(), limit: s.watchdog, excused: func() bool { return outside.Busy() > 0 },
		progress: func() uint64 { return live.Load().progress() },
	})
	defer dog.stop()
	runBubble(t, func(t *testing.T) {
		t.Helper()
		dog.enter()
		time.Sleep(time.Until(s.epoch)) // why: a bubble begins in 2000; nothing runs yet, so this takes no time
		w := newWorld(t, cfg, &world.World{Network: world.NewNetwork(), Settle: synctest.Wait, Outside: outside.Run}, s)
		test, _ := currentGoroutine()
		w.pulse = startPulse(w.look, endTest(t.Name(), test))
		live.Store(w)
		defer time.Sleep(leaveTime) // why: virtual time, for goroutines of clients that look only now and then whether they are closed
		defer w.end()
		f(t, w)
	})
}

// progress moves whenever virtual time or the emulator does. It is called from
// outside the bubble; a nil World makes none.
func (w *World) progress() uint64 {
	if w == nil {
		return 0
	}
	w.pulse.lookFromOutside()
	n := w.pulse.beats.Load()
	if e := w.live.Load(); e != nil {
		n += e.Progress()
	}
	return n
}
