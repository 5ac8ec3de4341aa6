package broker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// recorder collects entries.
type recorder struct {
	mu      sync.Mutex // guards all below
	entries []journal.Entry
	changed chan struct{}
}

func newRecorder() *recorder { return &recorder{changed: make(chan struct{})} }

func (r *recorder) notify(e journal.Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries = append(r.entries, e)
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *recorder) of(kind journal.Kind) []journal.Entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	var es []journal.Entry
	for _, e := range r.entries {
		if e.Kind == kind {
			es = append(es, e)
		}
	}
	return es
}

// wait returns the entries of kind when there are n of them.
func (r *recorder) wait(t testing.TB, kind journal.Kind, n int) []journal.Entry {
	t.Helper()
	deadline := time.After(patience)
	for {
		r.mu.Lock()
		changed := r.changed
		r.mu.Unlock()
		es := r.of(kind)
		if len(es) >= n {
			return es
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatalf("got %d entries of kind %q, want %d: %+v", len(es), kind, n, es)
		}
	}
}

// startBroker starts a broker on any free port, which the test closes.
func startBroker(t testing.TB, cfg Config) *Broker {
	t.Helper()
	if cfg.Port == nil {
		cfg.Port = new(int)
	}
	b, err := Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return b
}

func openAddress(t testing.TB, b *Broker, o Owner) *Address {
	t.Helper()
	a, err := b.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func newClient(t testing.TB, addr string, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	c, err := kgo.NewClient(append([]kgo.Opt{
		kgo.SeedBrokers(addr), kgo.ProducerLinger(0), kgo.RetryTimeout(patience),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func testContext(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

func produce(t testing.TB, c *kgo.Client, topic string, values ...string) {
	t.Helper()
	var rs []*kgo.Record
	for _, v := range values {
		rs = append(rs, &kgo.Record{Topic: topic, Value: []byte(v)})
	}
	if err := c.ProduceSync(testContext(t), rs...).FirstErr(); err != nil {
		t.Fatalf("produce: %v", err)
	}
}

// consume returns the values of the next n records.
func consume(t testing.TB, c *kgo.Client, n int) []string {
	t.Helper()
	ctx := testContext(t)
	var values []string
	for len(values) < n {
		fs := c.PollFetches(ctx)
		if err := fs.Err(); err != nil {
			t.Fatalf("consume: %v", err)
		}
		for r := range fs.RecordsAll() {
			values = append(values, string(r.Value))
		}
	}
	return values
}

func TestClientsReachTheBrokerByEachAddress(t *testing.T) {
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 2}}})
	env := openAddress(t, b, Owner{Function: "f", Environment: 7})
	for _, addr := range []string{b.Addr(), env.Addr()} {
		t.Run(addr, func(t *testing.T) {
			checkAddresses(t, addr)
			group := newClient(t, addr, kgo.ConsumerGroup("g-"+addr), kgo.ConsumeTopics("in"),
				kgo.ConsumeResetOffset(kgo.NewOffset().AtEnd()), kgo.FetchMaxWait(100*time.Millisecond))
			joinAndProduce(t, group, newClient(t, addr))
			if err := group.CommitUncommittedOffsets(testContext(t)); err != nil {
				t.Errorf("commit: %v", err)
			}
		})
	}
	groups := b.Groups()
	if len(groups) != 2 || len(groups[0].Committed) == 0 {
		t.Errorf("got groups %+v, want two with commits", groups)
	}
	topics := b.Topics()
	if len(topics) != 1 || topics[0].Name != "in" || len(topics[0].Partitions) != 2 {
		t.Errorf("got topics %+v", topics)
	}
}

// joinAndProduce produces until the group, which starts at the end, has a record.
func joinAndProduce(t *testing.T, group, producer *kgo.Client) {
	t.Helper()
	ctx := testContext(t)
	got := make(chan error, 1)
	go func() {
		fs := group.PollFetches(ctx)
		got <- fs.Err()
	}()
	for {
		produce(t, producer, "in", "x")
		select {
		case err := <-got:
			if err != nil {
				t.Fatal(err)
			}
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// checkAddresses asks for every answer that names the broker.
func checkAddresses(t *testing.T, addr string) {
	t.Helper()
	c := newClient(t, addr)
	ctx := testContext(t)
	check := func(what, host string, port int32) {
		t.Helper()
		if got := net.JoinHostPort(host, strconv.Itoa(int(port))); got != addr {
			t.Errorf("%s names %s, want %s", what, got, addr)
		}
	}
	md, err := kmsg.NewPtrMetadataRequest().RequestWith(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	check("Metadata", md.Brokers[0].Host, md.Brokers[0].Port)
	find := kmsg.NewPtrFindCoordinatorRequest()
	find.CoordinatorKey, find.CoordinatorKeys = "g", []string{"g"}
	fc, err := find.RequestWith(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	check("FindCoordinator", fc.Coordinators[0].Host, fc.Coordinators[0].Port)
	dc, err := kmsg.NewPtrDescribeClusterRequest().RequestWith(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	check("DescribeCluster", dc.Brokers[0].Host, dc.Brokers[0].Port)
}

// Only a broker that is not alone names others in these answers, so they are
// made by hand.
func TestNodeEndpointsAreRewritten(t *testing.T) {
	b := startBroker(t, Config{})
	a := openAddress(t, b, Owner{Process: "p"})
	c := newConn(nil, a)
	for _, resp := range []kmsg.Response{
		&kmsg.ProduceResponse{Version: 10, Brokers: []kmsg.ProduceResponseBroker{{NodeID: 1, Host: b.main.host, Port: b.main.port}}},
		&kmsg.FetchResponse{Version: 16, Brokers: []kmsg.FetchResponseBroker{{NodeID: 1, Host: b.main.host, Port: b.main.port}}},
		&kmsg.ShareFetchResponse{Version: 1, NodeEndpoints: []kmsg.ShareFetchResponseNodeEndpoint{{Host: b.main.host, Port: b.main.port}}},
		&kmsg.ShareAcknowledgeResponse{Version: 1, NodeEndpoints: []kmsg.ShareAcknowledgeResponseNodeEndpoint{{Host: b.main.host, Port: b.main.port}}},
	} {
		r := request{key: resp.Key(), version: resp.GetVersion()}
		answer, err := c.rewrite(&r, encode(resp, []byte{0, 0, 0, 9}))
		if err != nil {
			t.Fatal(err)
		}
		c.readdress(resp)
		if want := encode(resp, []byte{0, 0, 0, 9}); !bytes.Equal(answer, want) {
			t.Errorf("%s: got %q, want %q", kmsg.NameForKey(resp.Key()), answer, want)
		}
	}
}

func TestTransactionsPass(t *testing.T) {
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify})
	a := openAddress(t, b, Owner{Process: "settle"})
	p := newClient(t, a.Addr(), kgo.TransactionalID("tx"), kgo.DefaultProduceTopic("in"))
	for i, commit := range []kgo.TransactionEndTry{kgo.TryAbort, kgo.TryCommit} {
		if err := p.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		produce(t, p, "in", fmt.Sprint(i))
		if err := p.EndTransaction(testContext(t), commit); err != nil {
			t.Fatal(err)
		}
	}
	c := newClient(t, a.Addr(), kgo.ConsumeTopics("in"), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if got := consume(t, c, 1); got[0] != "1" {
		t.Errorf("got %q, want the record of the committed transaction only", got)
	}
	es := rec.wait(t, journal.RecordsProduced, 2)
	if es[0].First != 0 || es[1].First != 2 { // 1 is the abort marker
		t.Errorf("got %+v, want offsets 0 and 2", es)
	}
}

// In virtual time the network is in memory: nothing in the broker may wait for
// anything but channels.
func TestVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network kfake.VirtualNetwork
		rec := newRecorder()
		b, err := Start(Config{Port: new(9092), Listen: network.Listen, Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify})
		if err != nil {
			t.Fatal(err)
		}
		c, err := kgo.NewClient(kgo.SeedBrokers(b.Addr()), kgo.Dialer(network.DialContext), kgo.ConsumeTopics("in"),
			kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		produce(t, c, "in", "x")
		time.Sleep(time.Hour)
		if got := consume(t, c, 1); got[0] != "x" {
			t.Errorf("got %q", got)
		}
		if took := time.Since(began); took < time.Hour || took > time.Hour+time.Minute {
			t.Errorf("an hour took %v", took)
		}
		rec.wait(t, journal.RecordsProduced, 1)
		c.Close()
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestPortTaken(t *testing.T) {
	taken := startBroker(t, Config{})
	port := int(taken.main.port)
	_, err := Start(Config{Port: &port})
	if err == nil {
		t.Fatal("started on a port that is taken")
	}
	hint, ok := errors.AsType[interface {
		error
		Hint() string
	}](err)
	if !ok || hint.Hint() == "" {
		t.Errorf("no hint in %v", err)
	}
}

func TestDefaultPortMovesWhenTaken(t *testing.T) {
	// The seam stands for a machine on which 9092 and 9093 are taken.
	var tried []string
	listen := func(network, address string) (net.Listener, error) {
		tried = append(tried, address)
		if address == loopback(9092) || address == loopback(9093) {
			return nil, errors.New("address already in use")
		}
		return net.Listen(network, loopback(0))
	}
	ln, moved, err := listenMain(listen, nil)
	if err != nil || !moved {
		t.Fatalf("got moved %v, %v", moved, err)
	}
	defer ln.Close()
	if len(tried) != 3 || tried[2] != loopback(9094) {
		t.Errorf("tried %q, want up to 9094", tried)
	}
	refuse := func(string, string) (net.Listener, error) { return nil, errors.New("no") }
	if _, _, err := listenMain(refuse, nil); err == nil {
		t.Error("no error without any port")
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	b, err := Start(Config{Port: new(int), Topics: []Topic{{Name: "in"}}, AutoCreate: true})
	if err != nil {
		t.Fatal(err)
	}
	a, err := b.Open(Owner{Function: "f", Environment: 1})
	if err != nil {
		t.Fatal(err)
	}
	c, err := kgo.NewClient(kgo.SeedBrokers(a.Addr()), kgo.ConsumeTopics("in"))
	if err != nil {
		t.Fatal(err)
	}
	produce(t, c, "in", "x")
	idle, err := net.Dial("tcp", b.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if err := b.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
	wg.Wait()
	if err := a.Close(); err != nil {
		t.Errorf("close the address again: %v", err)
	}
	if _, err := b.Open(Owner{}); err == nil {
		t.Error("opened an address of a closed broker")
	}
	if got := b.Topics(); got != nil {
		t.Errorf("got topics %v of a closed broker", got)
	}
	for _, addr := range []string{b.Addr(), a.Addr()} {
		if conn, err := net.Dial("tcp", addr); err == nil {
			conn.Close()
			t.Errorf("%s still listens", addr)
		}
	}
	c.Close()
	idle.Close()
	for deadline := time.Now().Add(patience); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<16)
			t.Fatalf("got %d goroutines, want %d\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
	}
}

func TestCloseAddressEndsItsConnections(t *testing.T) {
	rec := newRecorder()
	b := startBroker(t, Config{Notify: rec.notify})
	a := openAddress(t, b, Owner{Function: "f", Environment: 1})
	other := openAddress(t, b, Owner{Function: "f", Environment: 2})
	conns := map[*Address]net.Conn{a: dial(t, a.Addr()), other: dial(t, other.Addr())}
	for _, conn := range conns {
		roundTrip(t, conn, versionsFrame(0, 1))
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := readAnswer(conns[a]); err == nil {
		t.Error("the connection is still open")
	}
	roundTrip(t, conns[other], versionsFrame(0, 2))
}

func TestDataDirSurvivesARestart(t *testing.T) {
	dir := t.TempDir()
	rec := newRecorder()
	cfg := Config{Port: new(int), DataDir: dir, Topics: []Topic{{Name: "in", Partitions: 1}, {Name: "wide", Partitions: 4}}}
	b, err := Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	produce(t, newClient(t, b.Addr()), "in", "kept")
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	cfg.Topics = []Topic{{Name: "in", Partitions: 3}, {Name: "new", Partitions: 2}, {Name: "wide", Partitions: 2}}
	cfg.Notify = rec.notify
	b = startBroker(t, cfg)
	c := newClient(t, b.Addr(), kgo.ConsumeTopics("in"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if got := consume(t, c, 1); got[0] != "kept" {
		t.Errorf("got %q, want what was produced before the restart", got)
	}
	partitions := map[string]int{}
	for _, topic := range b.Topics() {
		partitions[topic.Name] = len(topic.Partitions)
	}
	if partitions["in"] != 3 || partitions["new"] != 2 || partitions["wide"] != 4 {
		t.Errorf("got %v, want in 3, new 2, wide 4", partitions)
	}
	if ws := rec.of(journal.Warning); len(ws) != 1 || ws[0].Topic != "wide" {
		t.Errorf("got warnings %+v, want one about the topic with too many partitions", ws)
	}
}

func TestAutoCreate(t *testing.T) {
	for _, auto := range []bool{true, false} {
		b := startBroker(t, Config{AutoCreate: auto, DefaultPartitions: 5})
		c := newClient(t, b.Addr(), kgo.AllowAutoTopicCreation(), kgo.UnknownTopicRetries(0))
		err := c.ProduceSync(testContext(t), &kgo.Record{Topic: "made", Value: []byte("x")}).FirstErr()
		if (err == nil) != auto {
			t.Errorf("AutoCreate %v: produce gives %v", auto, err)
		}
		if ts := b.Topics(); auto && (len(ts) != 1 || len(ts[0].Partitions) != 5) {
			t.Errorf("got %+v, want one topic with 5 partitions", ts)
		}
	}
}
