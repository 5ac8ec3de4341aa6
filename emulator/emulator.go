package emulator

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/coldbrook-dev/coldbrook/emulator/broker"
	"github.com/coldbrook-dev/coldbrook/emulator/eventsource"
	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/internal/world"
	"github.com/coldbrook-dev/coldbrook/emulator/invokeapi"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/coldbrook-dev/coldbrook/emulator/process"
)

// Emulator is a run: a broker, functions and processes. Its methods are safe for
// concurrent use.
type Emulator struct {
	cfg      Config
	resolved platform.Config
	log      *journal.Log
	world    *world.World // nil in real time

	broker    *broker.Broker
	authority *authority      // nil without kafka.tls
	commands  *broker.Address // that of CommandKafka; nil if it has none of its own
	conductor *conductor
	producer  *eventsource.Producer
	published atomic.Pointer[parts]
	pool      *function.Pool
	reloader  *reloader
	invoke    *invokeapi.Server // nil in virtual time

	conducting   sync.WaitGroup // the conductor
	endConductor context.CancelFunc
	work         sync.WaitGroup  // everything else that runs
	ended        chan struct{}   // closed when the conductor has ended
	serving      chan struct{}   // closed when what is configured was started
	running      context.Context // what is started runs under it; set before serving is closed, like fail
	fail         context.CancelCauseFunc
	file         configFile
	turning      chan struct{} // holds an element while the parts are being changed

	delivering    context.Context // of what is delivered to functions
	endDeliveries context.CancelFunc

	left atomic.Pointer[[]Outstanding] // what was outstanding when the broker was closed

	stop  ending // Stop: in order
	abort ending // Abort: at once
}

// ending is a request to end that is made once.
type ending struct {
	once   sync.Once
	asked  chan struct{}
	reason string // written before asked is closed
}

func (e *ending) ask(reason string) {
	e.once.Do(func() {
		e.reason = reason
		close(e.asked)
	})
}

// Start validates the configuration and starts the broker: when it returns,
// clients can connect. Functions are built, and everything else is started, by
// Run, which must be called, also to end what Start began.
//
// It returns the mistakes of Validate, or an error with a Hint where a port is
// taken. The Invoke API answers from Run on; clients that come before wait.
func Start(_ context.Context, cfg Config) (*Emulator, error) { return StartIn(nil, cfg) }

// StartIn is Start in a world of its own, which only package emulatortest has:
// in virtual time it is called within the bubble, and what it starts lives
// there. A nil world is real time over TCP.
func StartIn(w *world.World, cfg Config) (*Emulator, error) {
	said := cfg
	if cfg.Seed == nil {
		cfg.Seed = new(rand.Uint64N(1_000_000_000)) // short enough to be typed again
	}
	resolved, err := cfg.Resolve()
	if err != nil {
		return nil, err
	}
	if w.Virtual() && len(cfg.Processes) > 0 {
		return nil, errProcessInVirtual(&cfg.Processes[0])
	}
	if w.Virtual() && len(cfg.Debug) > 0 {
		return nil, fmt.Errorf("function %q: there is no debugging in virtual time, which would stand still: run this in real time", cfg.Debug[0])
	}
	if w.Virtual() && cfg.Journal.Batches != nil {
		return nil, errBatchesInVirtual
	}
	e := &Emulator{cfg: cfg, resolved: resolved, log: journal.NewLog(cfg.Journal.Capacity), world: w}
	e.limitProcesses(&e.resolved)
	e.file.said.Store(&said)
	e.conductor = newConductor(e.log)
	e.conductor.lines = newPlatformLog(&e.cfg, &e.resolved, w.Virtual())
	if w.Virtual() {
		e.conductor.settle, e.conductor.turnstile = w.Settle, newTurnstile()
	}
	e.stop.asked, e.abort.asked = make(chan struct{}), make(chan struct{})
	e.reloader = newReloader(e)
	e.ended, e.serving, e.turning = make(chan struct{}), make(chan struct{}), make(chan struct{}, 1)
	e.delivering, e.endDeliveries = context.WithCancel(context.Background())
	if err := e.startBroker(); err != nil {
		return nil, err
	}
	if err := e.listenInvoke(); err != nil {
		return nil, errors.Join(err, e.broker.Close())
	}
	if err := e.connect(); err != nil {
		e.closeInvoke()
		return nil, errors.Join(err, e.broker.Close())
	}
	e.chooseDebugPorts()
	// From now on, so that clients which produce before Run are not held up.
	ctx, cancel := context.WithCancel(context.Background())
	e.endConductor = cancel
	e.conducting.Go(func() { e.conductor.run(ctx) })
	return e, nil
}

func (e *Emulator) startBroker() error {
	k := &e.cfg.Kafka
	cfg := broker.Config{
		Port: k.Port, DataDir: e.path(k.DataDir), Retention: k.Retention,
		DefaultPartitions: k.DefaultPartitions, AutoCreate: k.AutoCreate == nil || *k.AutoCreate,
	}
	if cfg.Retention == 0 {
		cfg.Retention = DefaultRetention
	}
	if cfg.DefaultPartitions == 0 {
		cfg.DefaultPartitions = DefaultPartitions
	}
	for _, t := range e.cfg.Topics {
		cfg.Topics = append(cfg.Topics, broker.Topic{Name: t.Name, Partitions: t.Partitions})
	}
	cfg.Topics = append(append(cfg.Topics, e.cfg.destinationTopics()...), e.cfg.connectorTopics()...)
	cfg.Notify, cfg.Records, cfg.Batches = e.conductor.note, e.cfg.Journal.Records, e.cfg.Journal.Batches
	if !e.world.Virtual() { // there nobody comes from outside
		cfg.Owner = process.LabelOf
	}
	e.inWorld(&cfg)
	if err := e.secures(&cfg); err != nil {
		return fmt.Errorf("start broker: %w", err)
	}
	b, err := broker.Start(cfg)
	if err != nil {
		return fmt.Errorf("start broker: %w", err)
	}
	e.broker = b
	if e.commands, err = e.openTrusted(broker.Owner{}); err != nil {
		return errors.Join(err, b.Close())
	}
	return nil
}

// Journal is what happens in the run.
func (e *Emulator) Journal() *journal.Log { return e.log }

// KafkaAddr is the address of the broker, host:port.
func (e *Emulator) KafkaAddr() string { return e.broker.Addr() }

// PortMoved says whether the default port was taken, so that another was chosen.
func (e *Emulator) PortMoved() bool { return e.broker.PortMoved() }

// Seed is what all randomness of the run comes from.
func (e *Emulator) Seed() uint64 { return e.resolved.Seed }

// ProfileName is the profile whose rules apply.
func (e *Emulator) ProfileName() string { return e.cfg.profileName() }

// Stop asks for an orderly end: no new batches; what runs ends within its
// timeout and is committed. Run returns then.
func (e *Emulator) Stop(reason string) { e.stop.ask(reason) }

// Abort asks for an end at once: what runs is killed and not committed.
func (e *Emulator) Abort() { e.abort.ask("aborted") }
