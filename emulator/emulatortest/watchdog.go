package emulatortest

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// watchdogLimit is how long virtual time may stand still, in real time.
	watchdogLimit = 5 * time.Second
	// busyFactor is how much longer it may while a goroutine computes: that
	// ends by itself, most of the time.
	busyFactor = 6
	// ticksPerLimit is into how many parts the limit is divided. They are
	// counted, rather than the time that passed, so that a process that was
	// stopped and continued is not taken for a test that hangs.
	ticksPerLimit = 20
	// confirmations is how often in a row, a tick apart, the same goroutine
	// must be found waiting before it is named.
	confirmations = 3
)

// watchdogConfig says what a watchdog watches.
type watchdogConfig struct {
	// name is the name of the test.
	name string
	// limit is how much real time may pass without progress. 0 means 5 s; the
	// watchdog of a negative limit does nothing.
	limit time.Duration
	// progress returns a count that moves whenever virtual time or the
	// conductor does. It is called from outside the bubble.
	progress func() uint64
	// excused reports whether standing still is right, because work is done
	// outside the bubble. Nil never excuses. It is called from outside too.
	excused func() bool
	// bubble is the bubble of the test. 0 waits for a call of enter.
	bubble int
	// fail is given the report, once. Nil prints it and ends the process: a
	// bubble that is stuck cannot be left.
	fail func(report string)
}

// A watchdog notices that virtual time does not move, and names the goroutines
// that hold it up. Its one goroutine runs outside the bubble, in real time: it
// wakes 20 times per limit, and only looks at stacks once the limit has passed.
//
// A test that makes progress for ever is not its business.
type watchdog struct {
	cfg     watchdogConfig
	bubble  atomic.Int64
	quit    chan struct{} // closed by stop
	stopped sync.Once
	done    chan struct{} // closed when the goroutine is gone
}

// startWatchdog starts a watchdog. It must be called outside the bubble (a
// goroutine that is started inside belongs to it, with its timers), and stopped
// after the bubble has ended: what hangs then are goroutines that were left.
func startWatchdog(cfg watchdogConfig) *watchdog {
	if cfg.limit == 0 {
		cfg.limit = watchdogLimit
	}
	if cfg.excused == nil {
		cfg.excused = func() bool { return false }
	}
	if cfg.fail == nil {
		cfg.fail = func(report string) {
			fmt.Fprint(os.Stderr, report)
			first, _, _ := strings.Cut(report, "\n")
			panic(first)
		}
	}
	w := &watchdog{cfg: cfg, quit: make(chan struct{}), done: make(chan struct{})}
	w.bubble.Store(int64(cfg.bubble))
	if cfg.limit < 0 {
		close(w.done)
		return w
	}
	go w.run()
	return w
}

// enter tells w which bubble to watch: that of the caller.
func (w *watchdog) enter() { w.bubble.Store(int64(currentBubble())) }

// stop ends w and waits until its goroutine is gone. It may be called more than
// once, but not by the fail of its configuration.
func (w *watchdog) stop() {
	w.stopped.Do(func() { close(w.quit) })
	<-w.done
}

// run watches until it is stopped or has reported.
func (w *watchdog) run() {
	defer close(w.done)
	tick := time.NewTicker(max(w.cfg.limit/ticksPerLimit, time.Millisecond))
	defer tick.Stop()
	seen := w.cfg.progress()
	still := 0 // ticks without progress
	var suspects suspicion
	for {
		select {
		case <-w.quit:
			return
		case <-tick.C:
		}
		now, bubble := w.cfg.progress(), int(w.bubble.Load())
		if now != seen || bubble == 0 || w.cfg.excused() {
			seen, still, suspects = now, 0, suspicion{}
			continue
		}
		if still++; still <= ticksPerLimit-confirmations {
			continue
		}
		s := lookAt(parseGoroutines(dumpGoroutines()), bubble)
		switch {
		case s.empty(): // the bubble has ended
			still, suspects = 0, suspicion{}
		case suspects.confirm(&s) || still >= busyFactor*ticksPerLimit:
			stood := time.Duration(still) * w.cfg.limit / ticksPerLimit
			w.cfg.fail(s.report(w.cfg.name, stood))
			return
		}
	}
}

// scene is a bubble in one moment.
type scene struct {
	blocked []goroutine // they wait for something outside, which holds virtual time up
	busy    []goroutine // they run, or would if a processor were free
	durable []goroutine // they wait for something inside
	all     map[int]goroutine
}

// blockingStates are the states in which a goroutine waits that are not always durable.
// All others are those of goroutines that run or will in a moment.
var blockingStates = []string{"IO wait", "syscall", "chan receive", "chan send", "select", "semacquire", "sync.Cond.Wait",
	"sync.Mutex.Lock", "sync.RWMutex.Lock", "sync.RWMutex.RLock", "sync.WaitGroup.Wait"}

// lookAt returns the scene of a bubble.
func lookAt(goroutines []goroutine, bubble int) scene {
	s := scene{all: map[int]goroutine{}}
	for _, g := range goroutines {
		s.all[g.id] = g
		switch {
		case g.bubble != bubble:
		case g.durable:
			s.durable = append(s.durable, g)
		case slices.Contains(blockingStates, g.state):
			s.blocked = append(s.blocked, g)
		default:
			s.busy = append(s.busy, g)
		}
	}
	return s
}

// empty reports whether the bubble is gone.
func (s scene) empty() bool { return len(s.blocked)+len(s.busy)+len(s.durable) == 0 }

// suspicion is who was found waiting, scene after scene.
type suspicion struct {
	waiting map[int]bool // ids of goroutines that waited in all scenes
	scenes  int
}

// confirm takes one more scene and reports whether there were enough in which
// the same goroutine waited and none was busy. It takes out of the scene who
// has only just begun to wait.
func (p *suspicion) confirm(s *scene) bool {
	waiting := map[int]bool{}
	for _, g := range s.blocked {
		if p.scenes == 0 || p.waiting[g.id] {
			waiting[g.id] = true
		}
	}
	if len(s.busy) > 0 || len(waiting) == 0 {
		*p = suspicion{}
		return false
	}
	p.waiting = waiting
	p.scenes++
	if p.scenes < confirmations {
		return false
	}
	s.blocked = slices.DeleteFunc(s.blocked, func(g goroutine) bool { return !waiting[g.id] })
	return true
}

const (
	maxNamed   = 10 // kinds of goroutines a report names
	maxHolder  = 6  // goroutines it suspects of holding a mutex
	maxLines   = 40 // lines of a stack it shows
	maxParents = 10 // generations it goes back for somebody to name
)

// report names who holds virtual time up in s, which has stood still for so
// long, and says what to do about it.
func (s scene) report(test string, stood time.Duration) string {
	var b strings.Builder
	fmt.Fprintf(&b, "emulatortest: %s: virtual time has stood still for %v.\n"+
		"It moves when every goroutine of the test waits for another one of it, or for the time. These do not:\n", test, stood)
	culprits := s.blocked
	if len(culprits) == 0 {
		culprits = s.busy
	}
	o := buildOrigins()
	alike := map[string][]goroutine{}
	var order []string
	for _, g := range culprits {
		kind := g.state + " " + o.culprit(g).String()
		if alike[kind] == nil {
			order = append(order, kind)
		}
		alike[kind] = append(alike[kind], g)
	}
	for i, kind := range order {
		if i == maxNamed {
			fmt.Fprintf(&b, "\nand %d more kinds of goroutines.\n", len(order)-i)
			break
		}
		s.name(&b, alike[kind], o)
	}
	if len(culprits) == 0 {
		fmt.Fprintf(&b, "\nnone was caught: its %d goroutines wait and wake again at one instant, over and over.\n", len(s.durable))
	}
	return b.String() + "\n"
}

// name writes about goroutines that are stuck at the same place.
func (s scene) name(b *strings.Builder, alike []goroutine, o origins) {
	g := alike[0]
	d := diagnose(g, o, builtWith(synctestsTag))
	fmt.Fprintf(b, "\n%s\n  goroutine %d [%s] %s.\n", o.culprit(g), g.id, g.state, d.what)
	if more := len(alike) - 1; more > 0 {
		fmt.Fprintf(b, "  It is not alone: %d more are at the same place.\n", more)
	}
	switch {
	case strings.HasPrefix(g.createdBy.function, "testing/synctest."):
		fmt.Fprint(b, "  It is the test's own goroutine.\n")
	case g.createdBy.function != "":
		fmt.Fprintf(b, "  Started by %s%s.\n", g.createdBy, s.behalf(g, o))
	}
	if d.held {
		s.holders(b, g, o)
	}
	fmt.Fprintf(b, "  Instead: %s.\n", d.instead)
	lines := strings.Split(g.text, "\n")
	for _, line := range lines[:min(len(lines), maxLines)] {
		fmt.Fprintf(b, "    %s\n", line)
	}
}

// behalf says in the name of which function of the user g was started, if that
// does not show in g itself and the one who started it is still there.
func (s scene) behalf(g goroutine, o origins) string {
	if _, found := o.users(g); found || o.of(g.createdBy) == userCode {
		return ""
	}
	for range maxParents {
		parent, found := s.all[g.creator]
		if !found {
			return ""
		}
		if f, found := o.users(parent); found {
			return ", for " + f.String()
		}
		g = parent
	}
	return ""
}

// holders writes who may hold the mutex that g waits for: goroutines that wait
// themselves and are inside the same package. The runtime does not know.
func (s scene) holders(b *strings.Builder, g goroutine, o origins) {
	locking, found := o.library(g)
	if !found {
		return
	}
	named := 0
	for _, other := range slices.Concat(s.durable, s.blocked) {
		i := slices.IndexFunc(other.stack, func(f frame) bool { return f.pkg() == locking.pkg() })
		if i < 0 || scaffold(other) || strings.HasPrefix(other.state, "sync.") && !other.durable || named == maxHolder {
			continue
		}
		if named++; named == 1 {
			fmt.Fprint(b, "  It may be held by one of these, which wait inside the same package:\n")
		}
		fmt.Fprintf(b, "  - %s, goroutine %d [%s]\n", other.stack[i], other.id, other.state)
	}
}

// diagnosis is what is known about a goroutine that holds virtual time up.
type diagnosis struct {
	what    string // what it does
	instead string // what to do instead
	held    bool   // it waits for a mutex, so the mistake is the holder's
}

// diagnose tells from state and stack what g does. tagged says that the program
// was built with kgo's tag.
func diagnose(g goroutine, o origins, tagged bool) diagnosis {
	locking, _ := o.library(g)
	kgo := o.of(locking) == kafkaCode
	switch {
	case !slices.Contains(blockingStates, g.state):
		return diagnosis{what: "computes, or goes round in a loop that never waits",
			instead: "wait for a channel or a timer; a computation that has to be that long needs a longer limit"}
	case g.calls("os.(*Process).", "os/exec.", "os.StartProcess", "syscall.forkExec"):
		return diagnosis{what: "waits for a child process, which knows no virtual time",
			instead: "give the child to the world as the handler of a function, or take emulatortest.Start, which runs in real time"}
	case g.calls("net.", "crypto/tls.") && (g.state == "IO wait" || g.state == "syscall" || g.state == "semacquire"):
		return diagnosis{what: "waits for a real socket, and whoever is at its other end knows no virtual time",
			instead: "connect with w.KafkaOptions() or w.Dialer(), or take emulatortest.Start, which runs in real time"}
	case g.calls("os.(*File).", "internal/poll."):
		return diagnosis{what: "waits for a real file, pipe or terminal",
			instead: "read it before Run, or use io.Pipe in place of a pipe of the system"}
	case g.state == "syscall" || g.state == "IO wait":
		return diagnosis{what: "is in a system call or in C",
			instead: "do this before Run, or take emulatortest.Start, which runs in real time"}
	case g.state == "sync.WaitGroup.Wait":
		return diagnosis{what: "waits for a sync.WaitGroup that was made outside Run, or is a package's variable",
			instead: "make it inside the function that is given to Run"}
	case strings.HasPrefix(g.state, "sync.") || g.state == "semacquire":
		return diagnoseLock(kgo, tagged)
	}
	return diagnosis{what: "waits for a channel that was made outside Run (it may be that of a context)",
		instead: "make the channel, the context, or what owns it inside the function that is given to Run"}
}

// diagnoseLock is diagnose for a goroutine that waits for a mutex, of kgo or
// not.
func diagnoseLock(kgo, tagged bool) diagnosis {
	switch {
	case kgo && !tagged:
		return diagnosis{held: true, what: "waits for a mutex of the Kafka client, whose holder waits too",
			instead: "run go test -tags " + synctestsTag + ": with this tag the client's locks let virtual time pass"}
	case kgo:
		return diagnosis{held: true, what: "waits for a mutex of the Kafka client, whose holder waits too",
			instead: "look for a callback or hook of yours that waits while the client calls it"}
	}
	return diagnosis{held: true, what: "waits for a mutex, whose holder waits too",
		instead: "unlock before every channel operation, sleep and I/O, or lock with a channel of capacity 1"}
}
