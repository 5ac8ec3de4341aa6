package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// kafkaTake is a recording of a Kafka. It is for one goroutine.
type kafkaTake struct {
	*take
	client  *kgo.Client
	admin   *kadm.Client
	lister  offsetLister
	extents map[spot]*extent
	merger  *fixtures.Merger
	paused  map[spot]bool
	checked time.Time // when its topics were looked for
	ends    bool      // there is an --until
	// most is mergeMost, but for tests.
	most int64
}

// mergeHold is how long a record waits for earlier ones of other brokers. mergeMost is how
// much waits in memory before partitions that have a quarter of it are fetched no further;
// what is fetched at once, with its compression, comes on top.
const (
	mergeHold = 250 * time.Millisecond
	mergeMost = 64 << 20
)

// recordClientOptions are those of the client: it has no group, so that it cannot commit.
// Version 12 of Fetch, of 2.7, is the last that names topics by their names.
func (o *recordOptions) recordClientOptions() ([]kgo.Opt, error) {
	opts, err := o.secure.options()
	if err != nil {
		return nil, err
	}
	if !o.uncommitted {
		opts = append(opts, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	}
	return append(opts, kgo.ConsumePartitions(nil), kgo.KeepControlRecords(), kgo.MaxVersions(kversion.V2_7_0()),
		kgo.FetchMaxWait(200*time.Millisecond), kgo.FetchMaxBytes(8<<20), kgo.FetchMaxPartitionBytes(1<<20)), nil
}

// fromKafka records from a Kafka.
func (o *recordOptions) fromKafka(ctx context.Context, cmd *cobra.Command, t *take, begin, until bound) error {
	opts, err := o.recordClientOptions()
	if err != nil {
		return err
	}
	ctx, client, err := o.connect(ctx, opts...)
	if err != nil {
		return o.secure.explained(err, o.brokers)
	}
	defer client.Close()
	k := newKafkaTake(t, client, o.uncommitted)
	if err := k.seek(ctx, begin, until); err != nil {
		return err
	}
	if err := k.create(o.runOf(ctx), k.partitions()); err != nil {
		return err
	}
	if !k.ends && o.duration == 0 && o.count == 0 {
		fmt.Fprintf(t.stderr, "recording %s; Ctrl-C ends it\n", strings.Join(t.topics, ", "))
	}
	stop := t.progress()
	ctx, end := untilDuration(ctx, o.duration)
	defer end()
	err = k.read(ctx)
	stop()
	k.sayGrown()
	return t.finish(err)
}

// newKafkaTake returns a recording by a client with recordClientOptions, which stays the
// caller's.
func newKafkaTake(t *take, client *kgo.Client, uncommitted bool) *kafkaTake {
	admin := kadm.NewClient(client)
	return &kafkaTake{take: t, client: client, admin: admin, merger: fixtures.NewMerger(mergeHold), most: mergeMost, paused: map[spot]bool{},
		lister: offsetLister{admin: admin, topics: t.topics, uncommitted: uncommitted}}
}

// runOf is what the running instance consists of, nil if it is not that which is recorded,
// or does not say.
func (o *recordOptions) runOf(ctx context.Context) *journal.Description {
	if len(o.brokers) > 0 || o.instance == "" && ownAddress() != "" {
		return nil
	}
	s, end, err := followLive(ctx, &o.where)
	if err != nil {
		return nil
	}
	defer end()
	return s.Description()
}

// seek begins to consume the topics.
func (k *kafkaTake) seek(ctx context.Context, begin, until bound) (err error) {
	k.ends = until.kind != atNothing
	for _, name := range k.topics {
		if err := topicExists(ctx, k.admin, name); err != nil {
			return err
		}
	}
	if k.extents, err = k.lister.extents(ctx, begin, until); err != nil {
		return err
	}
	offsets := map[string]map[int32]kgo.Offset{}
	for s, e := range k.extents {
		if offsets[s.topic] == nil {
			offsets[s.topic] = map[int32]kgo.Offset{}
		}
		offsets[s.topic][s.partition] = kgo.NewOffset().At(e.next)
		k.setBehind(s, e)
	}
	k.client.AddConsumePartitions(offsets)
	k.noteLag()
	return nil
}

// partitions is how many each topic has.
func (k *kafkaTake) partitions() map[string]int32 {
	n := map[string]int32{}
	for s := range k.extents {
		n[s.topic] = max(n[s.topic], s.partition+1)
	}
	return n
}

// sayGrown says which topics have got partitions meanwhile: those are not recorded, for the
// header is the first line of the file.
func (k *kafkaTake) sayGrown() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	request := kmsg.NewPtrMetadataRequest() // what the client knows may be seconds old
	for _, name := range k.topics {
		t := kmsg.NewMetadataRequestTopic()
		t.Topic = kmsg.StringPtr(name)
		request.Topics = append(request.Topics, t)
	}
	now, err := request.RequestWith(ctx, k.client)
	if err != nil {
		return // it may have ended
	}
	before := k.partitions()
	for _, t := range now.Topics {
		if n := len(t.Partitions); t.Topic != nil && n > int(before[*t.Topic]) {
			fmt.Fprintf(k.stderr, "note: %s has %d partitions now; those that came after the start, from %d on, are not recorded\n", *t.Topic, n, before[*t.Topic])
		}
	}
}

// left is how many offsets of a partition are there and not recorded yet.
func (e *extent) left() int64 {
	if e.until >= 0 {
		return e.until - e.next
	}
	return e.end - e.next
}

func (k *kafkaTake) setBehind(s spot, e *extent) {
	if e.until >= 0 && e.left() <= 0 {
		k.merger.SetEnded(s.topic, s.partition)
		return
	}
	k.merger.SetBehind(s.topic, s.partition, e.left() > 0)
}

// read records until ctx ends, there is enough, or all is there that was asked for. What
// was read by then is written in any case.
func (k *kafkaTake) read(ctx context.Context) error {
	for !k.complete() {
		if err := k.poll(ctx); err != nil {
			return errors.Join(err, k.rest())
		}
		if err := k.drain(k.merger.Next); err != nil {
			return err
		}
		if err := k.sync(time.Now()); err != nil {
			return err
		}
		k.throttle()
		k.noteLag()
	}
	return k.rest()
}

// rest writes what waits, in its order.
func (k *kafkaTake) rest() error {
	return k.drain(func(time.Time) *journal.Message { return k.merger.Rest() })
}

func (k *kafkaTake) drain(next func(time.Time) *journal.Message) error {
	now := time.Now()
	for m := next(now); m != nil; m = next(now) {
		if err := k.write(time.UnixMilli(m.Timestamp), m); err != nil {
			return err
		}
	}
	return nil
}

// complete reports whether all up to --until was read.
func (k *kafkaTake) complete() bool {
	return k.ends && !k.behind()
}

// behind reports whether there is something that was not read yet.
func (k *kafkaTake) behind() bool {
	for _, e := range k.extents {
		if e.left() > 0 {
			return true
		}
	}
	return false
}

// poll takes what was fetched, waiting for it no longer than records wait to be written.
func (k *kafkaTake) poll(ctx context.Context) error {
	waiting, cancel := context.WithTimeout(ctx, mergeHold)
	defer cancel()
	fetches := k.client.PollFetches(waiting)
	if ctx.Err() != nil {
		k.takeAll(fetches)
		return context.Cause(ctx)
	}
	for _, e := range fetches.Errors() {
		if err := k.fetchError(e); err != nil {
			return err
		}
	}
	switch n := k.takeAll(fetches); {
	case n > 0:
		return nil
	case k.behind():
		return k.skipHoles(ctx)
	}
	return k.checkDeleted(ctx, time.Now())
}

// fetchError returns the error that ends the recording, nil if it goes on.
func (k *kafkaTake) fetchError(e kgo.FetchError) error {
	if errors.Is(e.Err, context.DeadlineExceeded) {
		return nil
	}
	if lost, ok := errors.AsType[*kgo.ErrDataLoss](e.Err); ok {
		fmt.Fprintf(k.stderr, "note: %s/%d: records from @%d on were removed before they could be recorded; it goes on at @%d\n",
			lost.Topic, lost.Partition, lost.ConsumedTo, lost.ResetTo)
		return nil
	}
	return fmt.Errorf("record %s/%d: %w", e.Topic, e.Partition, e.Err)
}

// takeAll takes fetched records and returns how many there were.
func (k *kafkaTake) takeAll(fetches kgo.Fetches) (n int) {
	now := time.Now()
	fetches.EachPartition(func(p kgo.FetchTopicPartition) {
		s := spot{p.Topic, p.Partition}
		e := k.extents[s]
		if e == nil {
			return
		}
		n += len(p.Records)
		k.takeSome(e, p.Records, now)
		if stable := p.LastStableOffset; !k.lister.uncommitted && stable >= 0 {
			e.end = max(e.next, stable)
		} else {
			e.end = max(e.next, p.HighWatermark)
		}
		k.setBehind(s, e)
	})
	return n
}

// takeSome takes fetched records of a partition. Their messages are one piece of memory: to
// make each by itself was a quarter of what a recording took.
func (k *kafkaTake) takeSome(e *extent, records []*kgo.Record, now time.Time) {
	messages := make([]journal.Message, 0, len(records))
	for _, r := range records {
		e.next = r.Offset + 1
		if r.Attrs.IsControl() || e.until >= 0 && r.Offset >= e.until || !k.filter.shows(r) {
			continue
		}
		messages = messages[:len(messages)+1]
		setMessage(&messages[len(messages)-1], r)
	}
	if len(messages) < len(records)/2 { // what the filter hides is not to take memory
		messages = slices.Clone(messages)
	}
	k.merger.AddAll(messages, now)
}

// throttle fetches no more of partitions of which much waits for others, and goes on with
// them when it is written.
func (k *kafkaTake) throttle() {
	for s := range k.extents {
		all, of := k.merger.Bytes(s.topic, s.partition)
		name := map[string][]int32{s.topic: {s.partition}}
		switch paused := k.paused[s]; {
		case !paused && of > k.most/4 && all > k.most:
			k.client.PauseFetchPartitions(name)
			k.paused[s] = true
		case paused && of < k.most/8:
			k.client.ResumeFetchPartitions(name)
			delete(k.paused, s)
		}
	}
}

// noteLag publishes how much of each partition is left, and what is done, for the progress.
func (k *kafkaTake) noteLag() {
	var lag []lagging
	for s, e := range k.extents {
		if n := e.left(); n > 0 {
			lag = append(lag, lagging{s, n})
		}
	}
	sortLag(lag)
	k.publish()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.lag = lag
}
