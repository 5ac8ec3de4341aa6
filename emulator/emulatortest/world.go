package emulatortest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/internal/world"
	"github.com/twmb/franz-go/pkg/kgo"
)

// World is an emulator within a test: topics, functions, time, faults and what
// came of it. Topics and functions are declared first; the emulator starts at
// the first call that needs it. Its methods end the test with a message when
// they fail. They are for the goroutine of the test, unless they say otherwise;
// those that produce, wait and look may be called by several goroutines at once,
// whose calls at one moment are then in no order.
type World struct {
	t        testing.TB
	cfg      emulator.Config
	world    *world.World // nil in real time
	settings settings

	emulator *emulator.Emulator                // nil until it is started
	live     atomic.Pointer[emulator.Emulator] // the same, for the watchdog
	running  chan error                        // the result of its Run
	history  *history
	reader   *reader // of the journal, into history
	faults   []*Fault

	ended atomic.Bool

	turn          chan struct{} // holds an element while the emulator, or a client below, is being made
	byKey, byHand *kgo.Client   // of Produce and ProduceTo

	pulse *pulse // nil in real time

	mu      sync.Mutex          // guards all below
	clients map[*kgo.Client]int // those that are not closed, numbered as they were made
	made    int
	opened  int // addresses for clients so far
}

func newWorld(t testing.TB, cfg emulator.Config, w *world.World, s settings) *World {
	if w == nil && currentBubble() != 0 {
		t.Fatal("emulatortest.Start is called in virtual time, where real time does not pass: use the World of Run")
	}
	if cfg.Seed == nil {
		cfg.Seed = new(uint64(1))
	}
	// Tests side by side may share cfg, and each adds its own.
	cfg.Topics, cfg.Functions = slices.Clip(cfg.Topics), slices.Clip(cfg.Functions)
	return &World{
		t: t, cfg: cfg, world: w, settings: s, history: newHistory(),
		turn: make(chan struct{}, 1), clients: map[*kgo.Client]int{},
	}
}

// Topic declares a topic. partitions 0 means what the configuration says, 3 by
// default.
func (w *World) Topic(name string, partitions int) {
	w.t.Helper()
	w.declare("topic", name)
	w.cfg.Topics = append(w.cfg.Topics, emulator.Topic{Name: name, Partitions: partitions})
}

// Function declares a function whose handler runs in this process. handler is a
// func(context.Context, []*kgo.Record) with results ([]*kgo.Record, error) or
// error, a Handler made by Batch, Each or Sink, a lambda.Handler of
// aws-lambda-go, or any function that lambda.NewHandler accepts.
func (w *World) Function(name string, handler any, options ...Option) {
	w.t.Helper()
	w.declare("function", name)
	set, err := adapt(handler)
	if err != nil {
		w.t.Fatalf("function %q: %v", name, err)
	}
	f := emulator.Function{Name: name}
	set(&f)
	for _, option := range options {
		option(&f)
	}
	w.cfg.Functions = append(w.cfg.Functions, f)
}

func (w *World) declare(kind, name string) {
	w.t.Helper()
	if w.emulator != nil {
		w.t.Fatalf("%s %q is declared too late: the emulator has started; declare topics and functions before the first Produce, Advance or Idle",
			kind, name)
	}
}

// started starts the emulator if it is not.
func (w *World) started() *emulator.Emulator {
	w.t.Helper()
	if w.ended.Load() {
		w.t.Fatalf("the World of %s is used after its end", w.t.Name())
	}
	w.turn <- struct{}{}
	defer func() { <-w.turn }()
	if w.emulator == nil {
		w.start()
	}
	return w.emulator
}

func (w *World) start() {
	w.t.Helper()
	e, err := emulator.StartIn(w.world, w.cfg)
	if err != nil {
		w.t.Fatalf("start the emulator:\n%s", inLines(err))
	}
	w.emulator, w.running = e, make(chan error, 1)
	w.live.Store(e)
	w.reader = startReader(e.Journal(), w.history)
	go func() { w.running <- e.Run(context.Background()) }()
	for _, f := range w.faults {
		f.add(w.t, e)
	}
	w.rest()
}

// inLines writes joined errors one to a line, each with its hint.
func inLines(err error) string {
	var lines []string
	for _, e := range flatten(err) {
		line := "  " + e.Error()
		if h, ok := errors.AsType[interface {
			error
			Hint() string
		}](e); ok && h.Hint() != "" {
			line += " (" + h.Hint() + ")"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func flatten(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, flatten(e)...)
	}
	return all
}

// rest lets everything happen that happens at this moment.
func (w *World) rest() {
	w.t.Helper()
	w.pulse.heard()
	if err := w.emulator.Rest(context.Background()); err != nil {
		w.t.Fatalf("the emulator has ended: %v", err)
	}
}

// Advance lets d pass, and everything happen that happens until then.
func (w *World) Advance(d time.Duration) {
	w.t.Helper()
	w.started()
	defer w.pulse.busy()()
	time.Sleep(d) // why: in Run this is virtual time; in Start the user asked for it
	w.rest()
}

// Idle returns when nothing is left to happen: every record of a topic that a
// function is subscribed to has ended, and no retry, event or invocation is pending.
// Heartbeats, idle environments and goroutines of the test do not count. It ends
// the test if that is not so after ten days of virtual time, or a minute of real
// time.
func (w *World) Idle() {
	w.t.Helper()
	w.IdleWithin(w.settings.idleLimit)
}

// IdleWithin is Idle with a limit of its own.
func (w *World) IdleWithin(limit time.Duration) {
	w.t.Helper()
	e := w.started()
	defer w.pulse.busy()()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if err := e.Idle(ctx); err != nil {
		w.t.Fatalf("not idle after %v:\n%s", limit, strings.Join(w.pending(), "\n"))
	}
}

// Now is how long the emulator has run, in the world's time.
func (w *World) Now() time.Duration { return w.started().Now() }

// Emulator is what the World drives, for what it has no method for. It must not
// be stopped.
func (w *World) Emulator() *emulator.Emulator { return w.started() }

// Hash is a hash of the modelled part of all that has happened: equal runs have
// equal hashes.
func (w *World) Hash() string {
	w.t.Helper()
	return w.settled().sum()
}

// Expect begins expectations about what has happened so far.
func (w *World) Expect(t testing.TB) *Expectations { return newExpectations(t, w) }

func (w *World) settled() *history {
	w.started()
	w.rest()
	w.reader.await(w.emulator.Journal().Last())
	return w.history
}

// mappings are those that deliver: not those of skipped functions.
func (w *World) mappings() []mappingInfo {
	var all []mappingInfo
	for _, m := range w.started().EventSources() {
		if m.Skipped == "" {
			all = append(all, mappingInfo{name: m.Group, function: m.Function, topic: m.Topic})
		}
	}
	return all
}

func (w *World) topics() []string { return w.started().TopicNames() }

func (w *World) functions() []string {
	var names []string
	for i := range w.cfg.Functions {
		names = append(names, w.cfg.Functions[i].Name)
	}
	return names
}

func (w *World) outstanding() []string {
	var lines []string
	kept := w.history.entries()
	for _, o := range w.started().Unfinished() {
		lines = append(lines, o.String())
		if why := kept.lastFailure(o.Mapping); why != "" {
			lines = append(lines, "  "+why)
		}
	}
	return lines
}

// pending is what Idle waits for.
func (w *World) pending() []string {
	if lines := w.outstanding(); len(lines) > 0 {
		return lines
	}
	return []string{"every record has ended, but an invocation or a commit has not"}
}

func (w *World) replay() string { return fmt.Sprintf("seed %d", *w.cfg.Seed) }
