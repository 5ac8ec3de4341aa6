package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"

	"github.com/coldbrook-dev/coldbrook/emulator/control"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
)

// openSource opens what a command reads a journal from: the file that is its argument, or
// without one the running instance, as far as its journal still goes back. Where a file is
// not whole, it says so on stderr. The returned function closes it.
func openSource(cmd *cobra.Command, w *where, args []string) (journal.Source, func() error, error) {
	if len(args) == 0 {
		return openLive(cmd.Context(), w)
	}
	if w.instance != "" {
		return nil, nil, usage(cmd, "--instance and the file %q exclude each other", args[0])
	}
	f, err := journalfile.Open(args[0])
	if err != nil {
		return nil, nil, err
	}
	if damage := f.Damaged(); damage != "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: journal %q: %s\n", args[0], damage)
	}
	return f, f.Close, nil
}

// live is the journal of a running instance at one moment. Payloads are read from its Kafka.
type live struct {
	*journalfile.File
	*payloads
}

// Message implements journal.Source.
func (l *live) Message(topic string, partition int32, offset int64) (*journal.Message, error) {
	return l.payloads.Message(topic, partition, offset)
}

// payloads are the records of a running instance, read from its Kafka one by one.
type payloads struct {
	ctx    context.Context
	client *kgo.Client

	topic     string // of the records that were fetched last
	partition int32
	fetched   []*kgo.Record
}

func openLive(ctx context.Context, w *where) (journal.Source, func() error, error) {
	i, err := w.find()
	if err != nil {
		return nil, nil, err
	}
	ctx, end := untilSignal(ctx)
	f, err := readLive(ctx, i)
	if err != nil {
		end()
		return nil, nil, err
	}
	p, err := newPayloads(ctx, i.Kafka)
	if err != nil {
		end()
		return nil, nil, errors.Join(err, f.Close())
	}
	return &live{File: f, payloads: p}, func() error {
		end()
		p.client.Close()
		return f.Close()
	}, nil
}

// newPayloads connects to a Kafka, host:port. Its client is to be closed.
func newPayloads(ctx context.Context, address string) (*payloads, error) {
	// Version 12 of Fetch, of 2.7, is the last that names topics by their names.
	client, err := kgo.NewClient(kgo.SeedBrokers(address), kgo.ClientID("coldbrook"), kgo.MaxVersions(kversion.V2_7_0()))
	if err != nil {
		return nil, fmt.Errorf("connect to Kafka: %w", err)
	}
	return &payloads{ctx: ctx, client: client}, nil
}

// readLive reads the journal of an instance.
func readLive(ctx context.Context, i *control.Instance) (*journalfile.File, error) {
	c := control.NewClient(i)
	defer c.Close()
	in, err := c.Journal(ctx, false)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	f, err := journalfile.Read(in, i.Dir())
	if err != nil {
		return nil, orCause(ctx, err)
	}
	if damage := f.Damaged(); damage != "" {
		f.Close()
		return nil, fmt.Errorf("read the journal of pid %d: it broke off", i.PID)
	}
	return f, nil
}

// followLive reads the journal of the running instance from its oldest entry on as it comes,
// until ctx ends. The returned function ends it.
func followLive(ctx context.Context, w *where) (*journalfile.Stream, func(), error) {
	i, err := w.find()
	if err != nil {
		return nil, nil, err
	}
	c := control.NewClient(i)
	in, err := c.Journal(ctx, true)
	if err != nil {
		c.Close()
		return nil, nil, err
	}
	s, err := journalfile.Follow(in)
	if err != nil {
		in.Close()
		c.Close()
		return nil, nil, orCause(ctx, err)
	}
	return s, func() {
		s.Close()
		in.Close()
		c.Close()
	}, nil
}

// Message returns a record, nil if it is not there any more.
func (l *payloads) Message(topic string, partition int32, offset int64) (*journal.Message, error) {
	if topic != l.topic || partition != l.partition || find(l.fetched, offset) == nil {
		ctx, cancel := context.WithTimeout(l.ctx, reachTimeout)
		defer cancel()
		if err := l.fetch(ctx, topic, partition, offset); err != nil {
			return nil, fmt.Errorf("read %s/%d@%d: %w", topic, partition, offset, orCause(ctx, err))
		}
	}
	r := find(l.fetched, offset)
	if r == nil {
		return nil, nil
	}
	return messageOf(r), nil
}

func find(records []*kgo.Record, offset int64) *kgo.Record {
	for _, r := range records {
		if r.Offset == offset {
			return r
		}
	}
	return nil
}

// fetchBytes is how much is fetched for one record: its neighbours are asked for next.
const fetchBytes = 256 << 10

// fetch fetches records from an offset on, without waiting for any.
func (l *payloads) fetch(ctx context.Context, topic string, partition int32, offset int64) error {
	l.topic, l.partition, l.fetched = topic, partition, nil
	p := kmsg.NewFetchRequestTopicPartition()
	p.Partition, p.FetchOffset, p.PartitionMaxBytes = partition, offset, fetchBytes
	t := kmsg.NewFetchRequestTopic()
	t.Topic, t.Partitions = topic, []kmsg.FetchRequestTopicPartition{p}
	request := kmsg.NewPtrFetchRequest()
	request.ReplicaID, request.SessionEpoch, request.MaxBytes = -1, -1, fetchBytes
	request.Topics = []kmsg.FetchRequestTopic{t}
	raw, err := l.client.SeedBrokers()[0].Request(ctx, request)
	if err != nil {
		return err
	}
	for _, t := range raw.(*kmsg.FetchResponse).Topics {
		for i := range t.Partitions {
			fetched, _ := kgo.ProcessFetchPartition(kgo.ProcessFetchPartitionOpts{Topic: topic, Partition: partition, Offset: offset},
				&t.Partitions[i], kgo.DefaultDecompressor(), nil)
			gone := errors.Is(fetched.Err, kerr.OffsetOutOfRange) || errors.Is(fetched.Err, kerr.UnknownTopicOrPartition)
			if fetched.Err != nil && !gone {
				return fetched.Err
			}
			l.fetched = fetched.Records
		}
	}
	return nil
}
