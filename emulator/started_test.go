package emulator_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// started is a running emulator with a client of its own, for tests.
type started struct {
	*emulator.Emulator
	tb    testing.TB
	err   chan error
	begun bool
	once  sync.Once
}

func start(tb testing.TB, cfg emulator.Config) *started {
	tb.Helper()
	cfg.Kafka.Port = new(0)
	if cfg.Seed == nil {
		cfg.Seed = new(uint64(1))
	}
	e, err := emulator.Start(context.Background(), cfg)
	if err != nil {
		tb.Fatal(err)
	}
	s := &started{Emulator: e, tb: tb, err: make(chan error, 1)}
	tb.Cleanup(s.end)
	return s
}

func (s *started) run() {
	s.begun = true
	go func() { s.err <- s.Run(context.Background()) }()
}

// end stops the run and waits for it; a run that did not begin is run first, as
// what Start began must end too. It is idempotent.
func (s *started) end() { s.once.Do(s.endOnce) }

func (s *started) endOnce() {
	if !s.begun {
		s.run()
	}
	s.Stop("end of test")
	select {
	case err := <-s.err:
		if err != nil {
			s.tb.Error(err)
		}
	case <-time.After(30 * time.Second):
		s.tb.Error("the run did not end within 30 s")
	}
}

func (s *started) client(opts ...kgo.Opt) *kgo.Client {
	s.tb.Helper()
	opts = append([]kgo.Opt{
		kgo.SeedBrokers(s.KafkaAddr()), kgo.ProducerLinger(0), kgo.MaxBufferedRecords(1 << 20),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.FetchMaxWait(50 * time.Millisecond),
		kgo.DisableClientMetrics(), // a client that is closed after the broker would wait a second to send them
	}, opts...)
	c, err := kgo.NewClient(opts...)
	if err != nil {
		s.tb.Fatal(err)
	}
	s.tb.Cleanup(c.Close)
	return c
}

// fill produces n records of 100 B over the partitions of a topic.
func (s *started) fill(topic string, partitions, n int) {
	s.tb.Helper()
	c := s.client()
	value := make([]byte, 100)
	for i := range value {
		value[i] = byte('a' + i*7%26)
	}
	var failed atomic.Value
	for i := range n {
		c.Produce(context.Background(), &kgo.Record{Topic: topic, Partition: int32(i % partitions), Value: value}, func(_ *kgo.Record, err error) {
			if err != nil {
				failed.Store(err)
			}
		})
	}
	if err := c.Flush(context.Background()); err != nil {
		s.tb.Fatal(err)
	}
	if err := failed.Load(); err != nil {
		s.tb.Fatal(err)
	}
}

// await reads the journal until the function says that it has seen enough.
func (s *started) await(seen func(*journal.Entry) bool) {
	s.tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	r := s.Journal().Keep("the test")
	defer r.Detach()
	buf := make([]journal.Entry, 256)
	for {
		n, _, err := r.Next(ctx, buf)
		if err != nil {
			s.tb.Fatalf("waiting for the journal: %v", err)
		}
		for i := range buf[:n] {
			if seen(&buf[i]) {
				return
			}
		}
	}
}

// awaitEnded waits until n records ended.
func (s *started) awaitEnded(n int) {
	s.tb.Helper()
	ended := 0
	s.await(func(e *journal.Entry) bool {
		if e.Kind == journal.RecordsEnded {
			ended += int(e.Records)
		}
		return ended >= n
	})
}
