// Package topic reads Kafka topics that are tables: from the first record to
// the one that is the last when the reading begins.
package topic

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Client returns the options of a client of the brokers that are named in
// KAFKA_BOOTSTRAP_SERVERS, which Coldbrook sets for functions and processes.
func Client() ([]kgo.Opt, error) {
	servers := os.Getenv("KAFKA_BOOTSTRAP_SERVERS")
	if servers == "" {
		return nil, errors.New("KAFKA_BOOTSTRAP_SERVERS is not set: start this with coldbrook dev")
	}
	return []kgo.Opt{kgo.SeedBrokers(strings.Split(servers, ",")...)}, nil
}

// checkEvery is how often the end of the reading is looked for where no record
// shows it, because retention removed the last ones.
const checkEvery = time.Second

// Read calls each for every record of a topic that is there when Read is called,
// per partition in order. It uses no consumer group: a frozen environment would
// be expelled from it.
func Read(ctx context.Context, options []kgo.Opt, name string, each func(*kgo.Record)) error {
	client, err := kgo.NewClient(append(slices.Clip(options), kgo.FetchMaxWait(checkEvery))...)
	if err != nil {
		return fmt.Errorf("read topic %q: %w", name, err)
	}
	defer client.Close()
	if err := readToEnd(ctx, client, name, each); err != nil {
		return fmt.Errorf("read topic %q: %w", name, err)
	}
	return nil
}

func readToEnd(ctx context.Context, client *kgo.Client, name string, each func(*kgo.Record)) error {
	admin := kadm.NewClient(client)
	ends, err := admin.ListEndOffsets(ctx, name)
	if err = errors.Join(err, ends.Error()); err != nil {
		return err
	}
	left := map[int32]int64{} // partition -> end
	from := map[int32]kgo.Offset{}
	ends.Each(func(o kadm.ListedOffset) {
		left[o.Partition] = o.Offset
		from[o.Partition] = kgo.NewOffset().AtStart()
	})
	if err := dropEmpty(ctx, admin, name, left); err != nil {
		return err
	}
	client.AddConsumePartitions(map[string]map[int32]kgo.Offset{name: from})
	for len(left) > 0 {
		fetches, err := poll(ctx, client)
		if err != nil {
			return err
		}
		fetches.EachRecord(func(r *kgo.Record) {
			end, reading := left[r.Partition]
			if reading && r.Offset < end {
				each(r)
			}
			if r.Offset >= end-1 {
				delete(left, r.Partition)
			}
		})
		if fetches.Empty() {
			if err := dropEmpty(ctx, admin, name, left); err != nil {
				return err
			}
		}
	}
	return nil
}

// dropEmpty takes out the partitions of which nothing below the end is left.
func dropEmpty(ctx context.Context, admin *kadm.Client, name string, left map[int32]int64) error {
	starts, err := admin.ListStartOffsets(ctx, name)
	if err = errors.Join(err, starts.Error()); err != nil {
		return err
	}
	starts.Each(func(o kadm.ListedOffset) {
		if end, ok := left[o.Partition]; ok && o.Offset >= end {
			delete(left, o.Partition)
		}
	})
	return nil
}

// poll waits at most checkEvery. Fetches without records are not an error.
func poll(ctx context.Context, client *kgo.Client) (kgo.Fetches, error) {
	waiting, cancel := context.WithTimeout(ctx, checkEvery)
	defer cancel()
	fetches := client.PollFetches(waiting)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	for _, e := range fetches.Errors() {
		if !errors.Is(e.Err, context.DeadlineExceeded) {
			return nil, fmt.Errorf("partition %d: %w", e.Partition, e.Err)
		}
	}
	return fetches, nil
}
