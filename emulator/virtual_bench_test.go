package emulator_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/broker"
	"github.com/coldbrook-dev/coldbrook/emulator/internal/world"
	"github.com/twmb/franz-go/pkg/kgo"
)

// BenchmarkVirtualTime is how long an hour of virtual time takes, beside the same
// traffic from a producer through a bare broker to a consumer group that commits
// what it has read.
func BenchmarkVirtualTime(b *testing.B) {
	for _, load := range []virtualLoad{
		{name: "IdleHour10Functions", functions: 10, length: time.Hour, every: time.Hour},
		{name: "Hour1PerSecond", functions: 1, length: time.Hour, every: time.Second, records: 1},
		{name: "Hour10PerSecond", functions: 1, length: time.Hour, every: time.Second / 10, records: 1},
		{name: "Minute25000PerSecond", functions: 1, length: time.Minute, every: time.Second / 25, records: 1000, batch: 1000, takes: 200 * time.Millisecond},
	} {
		b.Run(load.name, func(b *testing.B) {
			var bare, emulated time.Duration
			for range b.N {
				bare += inBubble(b, func(t *testing.T) { load.bare(t) })
				emulated += inBubble(b, func(t *testing.T) { load.emulated(t) })
			}
			b.ReportMetric(emulated.Seconds()/float64(b.N), "s/run")
			b.ReportMetric(bare.Seconds()/float64(b.N), "bare-s/run")
			b.ReportMetric(float64(emulated)/float64(bare), "ratio")
			b.ReportMetric(float64(load.length)*float64(b.N)/float64(emulated), "x-real-time")
		})
	}
}

// virtualLoad is what happens in a stretch of virtual time.
type virtualLoad struct {
	name           string
	functions      int
	length, every  time.Duration
	records, batch int           // how many are produced at a time, how many an invocation takes
	takes          time.Duration // an invocation
}

const virtualPartitions = 5

// inBubble runs f in a bubble and returns how long that really took.
func inBubble(b *testing.B, f func(t *testing.T)) time.Duration {
	begun := time.Now()
	ok := testing.RunTests(func(string, string) (bool, error) { return true, nil },
		[]testing.InternalTest{{Name: b.Name(), F: func(t *testing.T) { synctest.Test(t, f) }}})
	if !ok {
		b.Fatal("it failed")
	}
	return time.Since(begun)
}

// produce produces through the client for the length of the load.
func (l *virtualLoad) produce(t *testing.T, c *kgo.Client) {
	value := []byte("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")
	for at := time.Duration(0); at < l.length; at += l.every {
		records := make([]*kgo.Record, l.records)
		for i := range records {
			records[i] = &kgo.Record{Topic: "in", Partition: int32(i % virtualPartitions), Value: value}
			c.Produce(t.Context(), records[i], nil)
		}
		if err := c.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(l.every) // why: virtual time
	}
}

func (l *virtualLoad) client(t *testing.T, opts ...kgo.Opt) *kgo.Client {
	c, err := kgo.NewClient(append(opts, kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(time.Minute),
		kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.MaxBufferedRecords(1<<20))...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (l *virtualLoad) emulated(t *testing.T) {
	w := &world.World{Network: world.NewNetwork(), Settle: synctest.Wait, Outside: func(f func()) { f() }}
	cfg := emulator.Config{Seed: new(uint64(1)), Topics: []emulator.Topic{{Name: "in", Partitions: virtualPartitions}}}
	handled := 0
	for i := range l.functions {
		f := emulator.Function{
			Name: fmt.Sprint("f", i), Events: []emulator.Event{{Topic: "in", BatchSize: l.batch}},
			InProcess: func(_ context.Context, r []*kgo.Record) ([]*kgo.Record, error) {
				handled += len(r)
				return nil, nil
			},
		}
		if l.takes > 0 {
			f.Duration = &emulator.Duration{P50: l.takes}
		}
		cfg.Functions = append(cfg.Functions, f)
	}
	e, err := emulator.StartIn(w, cfg)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- e.Run(context.Background()) }()
	address, err := e.OpenClient("test")
	if err != nil {
		t.Fatal(err)
	}
	c := l.client(t, e.ClientOptions(address)...)
	l.produce(t, c)
	if err := e.Idle(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.Close()
	e.Stop("end of benchmark")
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if want := l.records * int(l.length/l.every); handled != want {
		t.Errorf("%d records were handled, want %d", handled, want)
	}
}

// bare has one consumer group for each function, and nothing else.
func (l *virtualLoad) bare(t *testing.T) {
	n := world.NewNetwork()
	b, err := broker.Start(broker.Config{
		Port: new(9092), Listen: n.Listen, Topics: []broker.Topic{{Name: "in", Partitions: virtualPartitions}}, RetainEvery: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	reach := []kgo.Opt{kgo.SeedBrokers(b.Addr()), kgo.Dialer(n.Dial), kgo.ConnIdleTimeout(15 * time.Minute)}
	for i := range l.functions {
		c := l.client(t, append(reach, kgo.ConsumerGroup(fmt.Sprint("g", i)), kgo.ConsumeTopics("in"), kgo.DisableAutoCommit(),
			kgo.FetchMaxWait(10*time.Minute), kgo.HeartbeatInterval(time.Minute), kgo.SessionTimeout(5*time.Minute))...)
		defer c.Close()
		go func() {
			for {
				fetches := c.PollFetches(t.Context())
				if fetches.IsClientClosed() || t.Context().Err() != nil {
					return
				}
				if err := c.CommitRecords(t.Context(), fetches.Records()...); err != nil {
					return
				}
			}
		}()
	}
	c := l.client(t, reach...)
	l.produce(t, c)
	c.Close()
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}
