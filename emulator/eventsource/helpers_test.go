package eventsource

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/kafkaevent"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	topic = "bids"
	group = "ship"
	much  = 1 << 30 // credit that does not run out
)

// patience bounds waits for what must happen.
const patience = 30 * time.Second

// cluster is a broker with a topic, and how clients reach it.
type cluster struct {
	*kfake.Cluster
	addr string
	opts []kgo.Opt // of every client
}

func newCluster(t testing.TB, partitions int32, opts ...kfake.Opt) *cluster {
	t.Helper()
	c, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1), kfake.SeedTopics(partitions, topic)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return &cluster{Cluster: c, addr: c.ListenAddrs()[0]}
}

// newVirtualCluster is a cluster for a synctest bubble.
func newVirtualCluster(t *testing.T, partitions int32) *cluster {
	t.Helper()
	network := new(kfake.VirtualNetwork)
	c := newCluster(t, partitions, kfake.ListenFn(network.Listen), kfake.Ports(9092))
	c.opts = []kgo.Opt{kgo.Dialer(network.DialContext)}
	return c
}

func (c *cluster) client(t testing.TB, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(slices.Concat([]kgo.Opt{
		kgo.SeedBrokers(c.addr), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(0), kgo.DisableClientMetrics(),
	}, c.opts, opts)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// record is a record whose value names where it stands.
func record(partition int32, n int) *kgo.Record {
	return &kgo.Record{
		Topic: topic, Partition: partition, Key: fmt.Appendf(nil, "k%d", n%7), Value: fmt.Appendf(nil, "%d/%d", partition, n),
	}
}

// produce appends n records to each partition, numbered from first on.
func (c *cluster) produce(t testing.TB, partitions int32, first, n int) {
	t.Helper()
	var records []*kgo.Record
	for p := range partitions {
		for i := range n {
			records = append(records, record(p, first+i))
		}
	}
	if err := c.client(t).ProduceSync(t.Context(), records...).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

func (c *cluster) committed(partition int32) int64 {
	info := c.GroupInfo(group)
	if info == nil {
		return -1
	}
	commit, ok := info.Commits[topic][partition]
	if !ok {
		return -1
	}
	return commit.Offset
}

// member is a Source and what it told the conductor.
type member struct {
	t testing.TB
	*Source
	end     context.CancelFunc
	ended   chan struct{}
	onInput func(platform.Input) // called for each input, like the conductor

	mu      sync.Mutex
	inputs  []platform.Input
	notes   []journal.Entry
	changed chan struct{}
}

// config is that of a member, without what it calls.
func (c *cluster) config() Config {
	return Config{
		Mapping: 3, Name: group, Topic: topic, Bootstrap: c.addr, Options: c.opts,
		Event: kafkaevent.Source{EventSource: kafkaevent.SelfManaged, Bootstrap: c.addr},
	}
}

// join starts a Source. onInput may be nil.
func (c *cluster) join(t testing.TB, onInput func(*member, platform.Input), change ...func(*Config)) *member {
	t.Helper()
	m := &member{t: t, ended: make(chan struct{}), changed: make(chan struct{})}
	m.onInput = func(in platform.Input) {
		if onInput != nil {
			onInput(m, in)
		}
	}
	cfg := c.config()
	cfg.Deliver, cfg.Note = m.deliver, m.note
	for _, f := range change {
		f(&cfg)
	}
	var err error
	if m.Source, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	m.end = cancel
	go func() {
		defer close(m.ended)
		if err := m.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(m.stop)
	return m
}

// stop ends the member and waits for it.
func (m *member) stop() {
	m.end()
	select {
	case <-m.ended:
	case <-time.After(patience):
		m.t.Error("the source does not end")
	}
}

func (m *member) deliver(in platform.Input) {
	m.mu.Lock()
	m.inputs = append(m.inputs, in)
	m.change()
	m.mu.Unlock()
	m.onInput(in)
}

func (m *member) note(e journal.Entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.notes = append(m.notes, e)
	m.change()
}

func (m *member) change() {
	close(m.changed)
	m.changed = make(chan struct{})
}

// await returns when is holds for what was delivered and noted.
func (m *member) await(what string, is func(inputs []platform.Input, notes []journal.Entry) bool) {
	m.t.Helper()
	timeout := time.After(patience)
	for {
		m.mu.Lock()
		ok, changed := is(m.inputs, m.notes), m.changed
		m.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-timeout:
			m.mu.Lock()
			defer m.mu.Unlock()
			m.t.Fatalf("%s did not happen; inputs %+v, notes %+v", what, m.inputs, m.notes)
		}
	}
}

// awaitInput waits for the n-th input of a kind about a partition, from 1 on.
func (m *member) awaitInput(kind platform.InputKind, partition int32, n int) (found platform.Input) {
	m.t.Helper()
	m.await(fmt.Sprintf("input %d of partition %d, number %d", kind, partition, n), func(inputs []platform.Input, _ []journal.Entry) bool {
		seen := 0
		for _, in := range inputs {
			if in.Kind == kind && in.Partition == partition {
				if seen++; seen == n {
					found = in
					return true
				}
			}
		}
		return false
	})
	return found
}

// awaitNote waits for a warning that contains text.
func (m *member) awaitNote(is func(journal.Entry) bool) {
	m.t.Helper()
	m.await("a note", func(_ []platform.Input, notes []journal.Entry) bool { return slices.ContainsFunc(notes, is) })
}

// arrived is the records that were handed over of a partition, in order.
func (m *member) arrived(partition int32) []platform.RecordMeta {
	m.mu.Lock()
	defer m.mu.Unlock()
	return arrivedIn(m.inputs, partition)
}

func arrivedIn(inputs []platform.Input, partition int32) (metas []platform.RecordMeta) {
	for _, in := range inputs {
		if in.Kind == platform.Arrived && in.Partition == partition {
			metas = append(metas, in.Records...)
		}
	}
	return metas
}

// awaitRecords waits until n records of a partition were handed over.
func (m *member) awaitRecords(partition int32, n int) []platform.RecordMeta {
	m.t.Helper()
	m.await(fmt.Sprintf("record %d of partition %d", n, partition), func(inputs []platform.Input, _ []journal.Entry) bool {
		return len(arrivedIn(inputs, partition)) >= n
	})
	return m.arrived(partition)
}

func (m *member) count(kind platform.InputKind) (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, in := range m.inputs {
		if in.Kind == kind {
			n++
		}
	}
	return n
}

// next is the offset after an Arrived.
func next(in platform.Input) int64 { return in.Offset }

// eager wants all there is, commits what arrives, and releases at once.
func eager(m *member, in platform.Input) {
	switch in.Kind {
	case platform.Assigned:
		m.Want(in.Partition, in.Assignment, much, much)
	case platform.Arrived:
		m.Commit(in.Partition, in.Assignment, next(in), next(in))
	case platform.Revoked:
		m.Release(in.Partition, in.Assignment)
	}
}

// wanting wants all there is and does nothing else.
func wanting(m *member, in platform.Input) {
	if in.Kind == platform.Assigned {
		m.Want(in.Partition, in.Assignment, much, much)
	}
}
