package broker

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	benchPartitions = 4
	benchRetention  = 64 << 20
	benchTurn       = 20 // batches by one way before it is the other's turn
)

// BenchmarkGate produces and fetches through an address of a broker and through
// bare kfake, turn by turn, with the same client and the same loop. "ratio" is
// the gate's throughput in that of bare kfake; an operation is a record of 100
// bytes there and back, by each way.
func BenchmarkGate(b *testing.B) {
	for _, c := range []struct {
		name  string
		batch int
		codec kgo.CompressionCodec
	}{
		{"snappy", 5000, kgo.SnappyCompression()},
		{"plain", 5000, kgo.NoCompression()},
		{"small", 50, kgo.NoCompression()},
	} {
		b.Run(c.name, func(b *testing.B) { compareGate(b, c.batch, c.codec) })
	}
}

func compareGate(b *testing.B, batch int, codec kgo.CompressionCodec) {
	gated := startBroker(b, Config{
		Topics: []Topic{{Name: "in", Partitions: benchPartitions}}, Retention: benchRetention,
		Notify: func(journal.Entry) {},
	})
	addr := openAddress(b, gated, Owner{Function: "f", Environment: 1})
	addr.Begin(1)
	bare, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(benchPartitions, "in"), kfake.BrokerConfigs(
		gated.log.settings(false, benchPartitions, benchRetention/benchPartitions)))
	if err != nil {
		b.Fatal(err)
	}
	defer bare.Close()
	gate, other := newWay(b, addr.Addr(), codec), newWay(b, bare.ListenAddrs()[0], codec)
	order := []*way{gate, other}
	b.ResetTimer()
	for done := 0; done < b.N; {
		n := min(benchTurn*batch, b.N-done)
		for _, w := range order {
			w.turn(b, n, batch)
		}
		order[0], order[1] = order[1], order[0] // each goes first as often
		bare.ApplyRetention()
		done += n
	}
	b.StopTimer()
	gate.report(b, "gate")
	other.report(b, "bare")
	b.ReportMetric(float64(other.producing)/float64(gate.producing), "produce-ratio")
	b.ReportMetric(float64(other.fetching)/float64(gate.fetching), "fetch-ratio")
	b.ReportMetric(float64(other.total())/float64(gate.total()), "ratio")
}

// way is one way to a broker, and how long it took.
type way struct {
	producer, consumer  *kgo.Client
	producing, fetching time.Duration
}

func newWay(b *testing.B, addr string, codec kgo.CompressionCodec) *way {
	return &way{
		producer: newClient(b, addr, kgo.ProducerBatchCompression(codec), kgo.MaxBufferedRecords(1<<20), kgo.DefaultProduceTopic("in")),
		consumer: newClient(b, addr, kgo.ConsumeTopics("in"), kgo.FetchMaxWait(50*time.Millisecond),
			kgo.ConsumeResetOffset(kgo.NewOffset().AtStart())),
	}
}

func (w *way) report(b *testing.B, name string) {
	b.ReportMetric(float64(b.N)/w.producing.Seconds(), name+"-produced/s")
	b.ReportMetric(float64(b.N)/w.fetching.Seconds(), name+"-fetched/s")
}

func (w *way) total() time.Duration { return w.producing + w.fetching }

// turn produces n records, batch at a time, and then fetches them.
func (w *way) turn(b *testing.B, n, batch int) {
	ctx := context.Background()
	value := make([]byte, 100)
	copy(value, fmt.Sprintf("%090d", n))
	began := time.Now()
	for left := n; left > 0; left -= batch {
		rs := make([]*kgo.Record, min(batch, left))
		for i := range rs {
			rs[i] = &kgo.Record{Value: value}
		}
		if err := w.producer.ProduceSync(ctx, rs...).FirstErr(); err != nil {
			b.Fatal(err)
		}
	}
	produced := time.Now()
	for left := n; left > 0; {
		fs := w.consumer.PollFetches(ctx)
		if err := fs.Err(); err != nil {
			b.Fatal(err)
		}
		left -= fs.NumRecords()
	}
	w.producing += produced.Sub(began)
	w.fetching += time.Since(produced)
}
