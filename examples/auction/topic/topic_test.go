package topic

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

// inBubble runs a test in virtual time, with a Kafka that has the topic table in
// three partitions.
func inBubble(t *testing.T, test func(t *testing.T, options []kgo.Opt, client *kgo.Client)) {
	synctest.Test(t, func(t *testing.T) {
		network := &kfake.VirtualNetwork{}
		cluster, err := kfake.NewCluster(kfake.ListenFn(network.Listen), kfake.Ports(9092), kfake.NumBrokers(1), kfake.SeedTopics(3, "table"))
		if err != nil {
			t.Fatal(err)
		}
		defer cluster.Close()
		options := []kgo.Opt{kgo.SeedBrokers("localhost:9092"), kgo.Dialer(network.DialContext)}
		client, err := kgo.NewClient(append(options, kgo.RecordPartitioner(kgo.ManualPartitioner()))...)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		test(t, options, client)
	})
}

func produce(t *testing.T, client *kgo.Client, partition int32, n int) {
	t.Helper()
	for i := range n {
		r := &kgo.Record{Topic: "table", Partition: partition, Value: fmt.Append(nil, i)}
		if err := client.ProduceSync(t.Context(), r).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReadReadsWhatIsThere(t *testing.T) {
	inBubble(t, func(t *testing.T, options []kgo.Opt, client *kgo.Client) {
		produce(t, client, 0, 500)
		produce(t, client, 2, 3) // and none in partition 1
		next := map[int32]int64{}
		err := Read(t.Context(), options, "table", func(r *kgo.Record) {
			if r.Offset != next[r.Partition] {
				t.Errorf("got offset %d of partition %d, want %d", r.Offset, r.Partition, next[r.Partition])
			}
			if r.Offset == 0 { // what comes while it reads is not read
				produce(t, client, r.Partition, 5)
			}
			next[r.Partition]++
		})
		if err != nil || next[0] != 500 || next[1] != 0 || next[2] != 3 {
			t.Errorf("got %v records, %v, want 500 and 3", next, err)
		}
	})
}

func TestReadAfterRetention(t *testing.T) {
	inBubble(t, func(t *testing.T, options []kgo.Opt, client *kgo.Client) {
		produce(t, client, 0, 10)
		produce(t, client, 1, 10)
		var gone kadm.Offsets
		gone.Add(kadm.Offset{Topic: "table", Partition: 0, At: 10})
		gone.Add(kadm.Offset{Topic: "table", Partition: 1, At: 7})
		if _, err := kadm.NewClient(client).DeleteRecords(t.Context(), gone); err != nil {
			t.Fatal(err)
		}
		n := 0
		if err := Read(t.Context(), options, "table", func(*kgo.Record) { n++ }); err != nil || n != 3 {
			t.Errorf("got %d records, %v, want 3", n, err)
		}
	})
}

func TestReadEndsWithAnError(t *testing.T) {
	inBubble(t, func(t *testing.T, options []kgo.Opt, client *kgo.Client) {
		if err := Read(t.Context(), options, "tabel", nil); !errors.Is(err, kerr.UnknownTopicOrPartition) || !strings.Contains(err.Error(), `"tabel"`) {
			t.Errorf("a missing topic: got %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		nowhere := append(options[1:2:2], kgo.SeedBrokers("localhost:1"))
		if err := Read(ctx, nowhere, "table", nil); err == nil {
			t.Error("no broker: no error")
		}
	})
}

func TestClient(t *testing.T) {
	t.Setenv("KAFKA_BOOTSTRAP_SERVERS", "")
	if _, err := Client(); err == nil || !strings.Contains(err.Error(), "coldbrook dev") {
		t.Errorf("without address: got %v", err)
	}
	t.Setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092")
	if options, err := Client(); err != nil || len(options) != 1 {
		t.Errorf("got %v, %v", options, err)
	}
}
