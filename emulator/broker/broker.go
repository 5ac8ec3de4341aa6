package broker

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
)

// Defaults of Config.
const (
	DefaultRetention  = 256 << 20
	DefaultPartitions = 3
)

// errClosed is the cause of what fails because the broker is closed.
var errClosed = errors.New("the broker is closed")

// Topic is a topic that exists from the start.
type Topic struct {
	Name string
	// Partitions is 1 to 10,000; 0 means Config.DefaultPartitions.
	Partitions int
	// MaxMessage is the largest batch of records that it takes, in bytes, if it is
	// created; 0 means Kafka's default, about 1 MB.
	MaxMessage int
}

// Config is the settings of a Broker.
type Config struct {
	// Port is the port on 127.0.0.1. Nil means 9092 or, where that is taken,
	// the next free one; 0 means any free port.
	Port *int
	// Topics are created, unless DataDir has them already.
	Topics []Topic
	// DefaultPartitions is the number of partitions of topics that do not say.
	// Default 3.
	DefaultPartitions int
	// AutoCreate says whether a topic that a client asks for is created.
	AutoCreate bool
	// DataDir is where the log is persisted, beyond Close. Empty means in
	// memory.
	DataDir string
	// Retention is how many bytes of record batches all partitions together
	// keep; the oldest records of the largest go first. A batch counts for 128
	// bytes more than it is long, which is what it takes in memory. It is
	// enforced every two seconds and whenever an eighth of it was produced.
	// Default 256 MiB.
	Retention int64
	// Notify receives entries; their At is 0. It is called by the goroutines of
	// connections, before the client has its answer, and may block to push
	// back; also during Start and Close. Nil means nobody asks.
	Notify func(journal.Entry)
	// Records has every record looked at, so that entries RecordsProduced have Each and
	// Digest.
	Records bool
	// Batches receives each batch as it stands in the log, before its entry. It must not
	// keep the slice. Nil means nobody asks.
	Batches func(topic string, partition int32, base int64, batch []byte)
	// Security is how clients may secure their connections. The zero value is plain text.
	Security Security
	// Listen stands in for net.Listen.
	Listen func(network, address string) (net.Listener, error)
	// Owner tells by which address of Open, host:port, the owner of a connection at the main
	// listener would come, from the client's and the server's end of it; "" if that is not
	// known. The goroutine of a connection calls it, once. Nil asks nobody.
	Owner func(client, server netip.AddrPort) string
	// Admit is called with each request of a client before the broker sees it,
	// and blocks until it may. The goroutine of a connection calls it. Nil
	// admits at once.
	Admit func(Request)
	// RetainEvery is how often retention is enforced when little is produced.
	// Default 2 s.
	RetainEvery time.Duration
}

// Request is a client's request that asks to be admitted.
type Request struct {
	Owner Owner
	// Client is the client id, Key the API key.
	Client string
	Key    int16
	// Correlation numbers the requests of a connection.
	Correlation int32
	// Settles says that the client may have more to ask for at this moment than
	// is in the request, and asks again: a fetch that adds partitions.
	Settles bool
}

// Broker is a running broker. Its methods are safe for concurrent use.
type Broker struct {
	cfg     Config
	cluster *kfake.Cluster
	funnel  *funnel
	gate    *gate
	main    *Address
	moved   bool
	inside  *inside
	log     *logUse
	ids     topicIDs

	accepting sync.WaitGroup // one per listener
	live      sync.WaitGroup // one per connection that is not closed
	janitor   janitor

	denials  atomic.Pointer[denials] // nil if nothing is denied; mu is held to replace it
	deniedBy sync.Map                // *atomic.Int64 by the number of a denial

	mu        sync.Mutex // guards addresses, closed and downUntil
	addresses map[*Address]struct{}
	closed    bool
	downUntil time.Time

	asking   sync.RWMutex // guards shut
	shut     bool         // kfake is closed: its admin calls would not return
	closeOne sync.Once
}

// Start opens the port and returns a broker that accepts clients. It returns an
// error with a Hint method if Config.Port is taken.
func Start(cfg Config) (*Broker, error) {
	if cfg.DefaultPartitions == 0 {
		cfg.DefaultPartitions = DefaultPartitions
	}
	if cfg.Retention == 0 {
		cfg.Retention = DefaultRetention
	}
	if cfg.Listen == nil {
		cfg.Listen = net.Listen
	}
	if cfg.RetainEvery == 0 {
		cfg.RetainEvery = retainEvery
	}
	ln, moved, err := listenMain(cfg.Listen, cfg.Port)
	if err != nil {
		return nil, err
	}
	b := &Broker{cfg: cfg, moved: moved, addresses: map[*Address]struct{}{}, log: newLogUse(cfg.Retention)}
	b.gate = &gate{b: b, logins: newLogins(&cfg.Security)}
	b.funnel = newFunnel(ln.Addr())
	if b.main, err = b.newAddress(ln, Owner{}); err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	b.janitor.init()
	if b.cluster, err = kfake.NewCluster(b.options()...); err != nil {
		return nil, errors.Join(fmt.Errorf("start broker: %w", err), ln.Close())
	}
	if err := b.setUp(); err != nil {
		return nil, errors.Join(fmt.Errorf("start broker: %w", err), b.Close())
	}
	return b, nil
}

func (b *Broker) options() []kfake.Opt {
	versions := kversion.Stable()
	// From 13 on topics have ids instead of names, and kfake indexes out of
	// range when it knows two of the ids not.
	versions.SetMaxKeyVersion(produceKey, 12)
	opts := []kfake.Opt{
		kfake.MaxVersions(versions),
		kfake.NumBrokers(1),
		kfake.ClusterID("coldbrook"),
		kfake.ListenFn(func(_, _ string) (net.Listener, error) { return b.funnel, nil }),
		kfake.DefaultNumPartitions(b.cfg.DefaultPartitions),
		kfake.WithLogger(&b.janitor),
	}
	if b.cfg.AutoCreate {
		opts = append(opts, kfake.AllowAutoTopicCreation())
	}
	if b.cfg.DataDir != "" {
		opts = append(opts, kfake.DataDir(b.cfg.DataDir))
	}
	return opts
}

// setUp makes the broker ready and opens its doors.
func (b *Broker) setUp() error {
	b.inside = newInside(b.funnel)
	req := kmsg.NewPtrApiVersionsRequest()
	req.SetVersion(0)
	versions, err := call[*kmsg.ApiVersionsResponse](b.inside, req)
	if err != nil {
		return err
	}
	if err := b.gate.learn(versions.ApiKeys); err != nil {
		return err
	}
	if err := b.CreateTopics(b.cfg.Topics...); err != nil {
		return err
	}
	// Not by an option: a data directory brings its own settings.
	settings := map[string]string{"log.retention.ms": "-1"}
	maps.Copy(settings, b.log.settings(b.cfg.DataDir != "", 0, -1))
	if err := b.alterSettings(settings); err != nil {
		return err
	}
	if err := errors.Join(b.noteStarts(), b.Retain()); err != nil {
		return err
	}
	b.accepting.Go(b.main.serve)
	b.janitor.start(b)
	return nil
}

// Addr is the address of the main listener, host:port.
func (b *Broker) Addr() string { return b.main.Addr() }

// PortMoved reports whether the default port was taken and another chosen.
func (b *Broker) PortMoved() bool { return b.moved }

// Open opens an address of owner's own, on a free port.
func (b *Broker) Open(owner Owner) (*Address, error) {
	ln, err := b.cfg.Listen("tcp", loopback(0))
	if err != nil {
		return nil, fmt.Errorf("open address of %s: %w", owner, err)
	}
	a, err := b.newAddress(ln, owner)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open address of %s: %w", owner, err), ln.Close())
	}
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return nil, errors.Join(fmt.Errorf("open address of %s: %w", owner, errClosed), ln.Close())
	}
	b.addresses[a] = struct{}{}
	b.accepting.Go(a.serve)
	b.mu.Unlock()
	return a, nil
}

func (b *Broker) newAddress(ln net.Listener, owner Owner) (*Address, error) {
	host, port, err := splitHostPort(ln.Addr())
	if err != nil {
		return nil, err
	}
	a := &Address{
		b: b, ln: ln, hostport: ln.Addr().String(), host: host, port: port,
		conns: map[*conn]struct{}{}, opened: time.Now().UnixMilli(),
	}
	a.owner.Store(&owner)
	return a, nil
}

func (b *Broker) forget(a *Address) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.addresses, a)
}

func (b *Broker) isClosed() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.closed
}

func (b *Broker) notify(e journal.Entry) {
	if b.cfg.Notify != nil {
		b.cfg.Notify(e)
	}
}

// Close closes every listener and connection and, with Config.DataDir, persists
// what is not yet. It is idempotent, and returns when all is done.
func (b *Broker) Close() error {
	var err error
	b.closeOne.Do(func() { err = b.close() })
	return err
}

func (b *Broker) close() error {
	b.mu.Lock()
	b.closed = true
	doors := append(slices.Collect(maps.Keys(b.addresses)), b.main)
	b.mu.Unlock()

	b.janitor.stop()
	var errs []error
	for _, a := range doors {
		errs = append(errs, a.Close())
	}
	_ = b.funnel.Close()
	b.accepting.Wait()
	if b.inside != nil {
		b.inside.close()
	}
	b.asking.Lock()
	b.shut = true
	b.cluster.Close()
	b.asking.Unlock()
	b.live.Wait()
	return errors.Join(errs...)
}

// ask runs fn, which calls kfake, unless the broker is closed.
func (b *Broker) ask(fn func()) error {
	b.asking.RLock()
	defer b.asking.RUnlock()
	if b.shut {
		return errClosed
	}
	fn()
	return nil
}
