package emulatortest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/twmb/franz-go/pkg/kgo"
)

// testClient is the name under which the journal shows what Produce produces.
const testClient = "test"

// lingerUntilFlush keeps records back until a flush: the batches that a flush
// makes do not depend on how goroutines are scheduled.
const lingerUntilFlush = time.Minute

// Produce produces records to a topic and returns when they are in the log and
// everything has happened that happens at that moment. A record goes where its
// key says; those without a key go round.
func (w *World) Produce(topic string, records ...*kgo.Record) {
	w.t.Helper()
	w.produce(topic, nil, records)
}

// ProduceTo is Produce to one partition, whatever the keys.
func (w *World) ProduceTo(topic string, partition int32, records ...*kgo.Record) {
	w.t.Helper()
	w.produce(topic, &partition, records)
}

func (w *World) produce(topic string, partition *int32, records []*kgo.Record) {
	w.t.Helper()
	e := w.started()
	w.known("produce", topic)
	client := &w.byKey
	if partition != nil {
		client = &w.byHand
	}
	for _, r := range records {
		if r.Topic = topic; partition != nil {
			r.Partition = *partition
		}
	}
	if err := flush(w.producer(e, client), records); err != nil {
		w.t.Fatalf("produce to topic %q: %v", topic, err)
	}
	w.rest()
}

// known ends the test if there is no such topic.
func (w *World) known(what, topic string) {
	w.t.Helper()
	if slices.ContainsFunc(w.cfg.Topics, func(t emulator.Topic) bool { return t.Name == topic }) {
		return // asking the broker each time costs more than it looks
	}
	if names := w.emulator.TopicNames(); !slices.Contains(names, topic) {
		w.t.Fatalf("%s: there is no topic %q; there are %v", what, topic, names)
	}
}

// producer returns the client at *kept, which is byKey or byHand, and makes it the
// first time.
func (w *World) producer(e *emulator.Emulator, kept **kgo.Client) *kgo.Client {
	w.t.Helper()
	w.turn <- struct{}{}
	defer func() { <-w.turn }()
	if *kept != nil {
		return *kept
	}
	options := append(w.options(e, testClient), kgo.ClientID("test"), kgo.ProducerLinger(lingerUntilFlush),
		kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.MaxBufferedRecords(1<<30))
	if kept == &w.byHand {
		options = append(options, kgo.RecordPartitioner(kgo.ManualPartitioner()))
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		w.t.Fatalf("make a client: %v", err)
	}
	*kept = client
	return client
}

// flush produces records and returns when the outcome of each is known.
func flush(c *kgo.Client, records []*kgo.Record) error {
	results := make(chan error, len(records))
	for _, r := range records {
		c.Produce(context.Background(), r, func(_ *kgo.Record, err error) { results <- err })
	}
	if err := c.Flush(context.Background()); err != nil {
		return err
	}
	var first error
	for range records {
		if err := <-results; first == nil {
			first = err
		}
	}
	return first
}

// Records returns the records of a topic that exist now, partition by partition
// in offset order.
func (w *World) Records(topic string) []*kgo.Record {
	w.t.Helper()
	e := w.started()
	w.known("read", topic)
	w.rest()
	records, err := e.Records(context.Background(), topic)
	if err != nil {
		w.t.Fatal(err)
	}
	return records
}

// KafkaOptions is what a kgo client needs to reach the broker. Each call is for
// one client, which has an address of its own and under which name (client-1,
// client-2, ...) the journal shows what it produces; it is also the client id,
// which is best left as it is: the broker numbers members of a group by it. Clients made with it are
// closed at the end of the test, if they are not before. It may be called by any
// goroutine; to be the same in every run, by one.
func (w *World) KafkaOptions() []kgo.Opt {
	w.t.Helper()
	name := w.nextClient()
	return append(w.options(w.started(), name), kgo.ClientID(name))
}

func (w *World) options(e *emulator.Emulator, name string) []kgo.Opt {
	w.t.Helper()
	address, err := e.OpenClient(name)
	if err != nil {
		w.t.Fatalf("open a Kafka address: %v", err)
	}
	return append(e.ClientOptions(address), kgo.WithHooks(newClientHook{w}))
}

func (w *World) nextClient() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.opened++
	return fmt.Sprintf("client-%d", w.opened)
}

// newClientHook learns of the clients that are made with options, and closed.
type newClientHook struct{ w *World }

// OnNewClient implements kgo.HookNewClient.
func (h newClientHook) OnNewClient(c *kgo.Client) {
	h.w.mu.Lock()
	defer h.w.mu.Unlock()
	h.w.made++
	h.w.clients[c] = h.w.made
}

// OnClientClosed implements kgo.HookClientClosed.
func (h newClientHook) OnClientClosed(c *kgo.Client) {
	h.w.mu.Lock()
	defer h.w.mu.Unlock()
	delete(h.w.clients, c)
}

// Dialer reaches the broker, for Kafka clients other than kgo: sarama takes it as
// Config.Net.Proxy.Dialer, kafka-go takes its DialContext.
type Dialer struct {
	// Addr is the broker's address, to be given to the client.
	Addr string
	e    *emulator.Emulator
}

// Dialer returns a dialer for one client, which has an address of its own.
func (w *World) Dialer() *Dialer {
	w.t.Helper()
	e := w.started()
	address, err := e.OpenClient(w.nextClient())
	if err != nil {
		w.t.Fatalf("open a Kafka address: %v", err)
	}
	return &Dialer{Addr: address, e: e}
}

// Dial connects to an address of the broker.
func (d *Dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

// DialContext is Dial with a context.
func (d *Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return d.e.Dial(ctx, network, address)
}

// errNoEnvironment is returned where a context is not that of a handler.
var errNoEnvironment = errors.New("the context is not that of a handler which runs in this process")

// HandlerOptions is KafkaOptions for a handler: with a client made of it, what
// the handler produces is known to be its own. ctx is the handler's context. Make
// one client per environment, or one per invocation.
func (w *World) HandlerOptions(ctx context.Context) ([]kgo.Opt, error) {
	environment, ok := function.EnvironmentFrom(ctx)
	if !ok {
		return nil, errNoEnvironment
	}
	id := fmt.Sprintf("%s-%d", environment.Function, environment.ID)
	return append(w.emulator.ClientOptions(environment.Kafka), kgo.ClientID(id), kgo.WithHooks(newClientHook{w})), nil
}
