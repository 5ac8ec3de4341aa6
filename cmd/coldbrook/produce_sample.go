package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
)

// sampleValue is what is sent to a topic that has no record to go by.
const sampleValue = `{"sample":1}`

// sampleBack is how many offsets before the end of a partition are looked at for its newest
// record: the last ones may be the ends of transactions.
const sampleBack = 16

// sampled is a sample that was sent.
type sampled struct {
	// Sent is the new record.
	Sent *kgo.Record
	// Like is the record that it is a copy of, nil if the topic had none.
	Like *lineage.Record
}

// sendSample sends one more record like the newest one of a topic of the Kafka at an
// address: the same key, value and headers to the same partition, with the time of now. If
// there is none, it sends a small JSON document. It is safe for concurrent use.
func sendSample(ctx context.Context, address, topic string) (*sampled, error) {
	client, err := kgo.NewClient(append(redriveOptions(), kgo.SeedBrokers(address), kgo.ClientID("coldbrook"))...)
	if err != nil {
		return nil, fmt.Errorf("connect to Kafka: %w", err)
	}
	defer client.Close()
	return sendSampleBy(ctx, client, topic)
}

// sendSampleBy is sendSample with a client of redriveOptions.
func sendSampleBy(ctx context.Context, client *kgo.Client, topic string) (*sampled, error) {
	newest, err := newestRecord(ctx, client, topic)
	if err != nil {
		return nil, fmt.Errorf("sample of %s: %w", topic, err)
	}
	s := &sampled{Sent: &kgo.Record{Topic: topic, Partition: -1, Value: []byte(sampleValue)}}
	if newest != nil {
		name := nameOf(newest)
		s.Like = &name
		s.Sent = &kgo.Record{Topic: topic, Partition: newest.Partition, Key: newest.Key, Value: newest.Value}
		for _, h := range newest.Headers {
			if h.Key != replayHeader { // a sample stands for no record
				s.Sent.Headers = append(s.Sent.Headers, h)
			}
		}
	}
	sending, cancel := context.WithTimeout(ctx, deliveryTimeout)
	defer cancel()
	if err := client.ProduceSync(sending, s.Sent).FirstErr(); err != nil {
		return nil, produceError(orCause(sending, err), topic, "")
	}
	return s, nil
}

// newestRecord returns the record of a topic with the latest timestamp among the last of
// the partitions; nil if there is none, or no topic.
func newestRecord(ctx context.Context, client *kgo.Client, topic string) (*kgo.Record, error) {
	admin := kadm.NewClient(client)
	starts, err := listOffsets(ctx, admin.ListStartOffsets, topic)
	if errors.Is(err, kerr.UnknownTopicOrPartition) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	ends, err := listOffsets(ctx, admin.ListEndOffsets, topic)
	if err != nil {
		return nil, err
	}
	var newest *journal.Message
	p := &payloads{ctx: ctx, client: client}
	for _, partition := range slices.Sorted(maps.Keys(ends)) {
		for offset := ends[partition] - 1; offset >= max(starts[partition], ends[partition]-sampleBack); offset-- {
			m, err := p.Message(topic, partition, offset)
			if err != nil {
				return nil, err
			}
			if m == nil {
				continue
			}
			if newest == nil || m.Timestamp > newest.Timestamp {
				newest = m
			}
			break
		}
	}
	if newest == nil {
		return nil, nil
	}
	return recordOf(newest), nil
}

// String says where it is, and what it is like.
func (s *sampled) String() string {
	text := "a sample is at " + nameOf(s.Sent).String()
	if s.Like != nil {
		text += ", like " + s.Like.String()
	}
	return text
}

// runSample is produce --sample.
func (o *produceOptions) runSample(cmd *cobra.Command, topic string, asJSON bool) error {
	for _, flag := range []string{"file", "key-separator", "key", "header", "rate"} {
		if err := exclusive(cmd, "sample", flag); err != nil {
			return err
		}
	}
	ctx, end := untilSignal(cmd.Context())
	defer end()
	ctx, client, err := o.connect(ctx, redriveOptions()...)
	if err != nil {
		return err
	}
	defer client.Close()
	s, err := sendSampleBy(ctx, client, topic)
	if err != nil {
		return err
	}
	return s.write(cmd.OutOrStdout(), asJSON)
}

// shownMost is how many characters of a value are shown of what was sent.
const shownMost = 200

// write prints what was sent, and where to.
func (s *sampled) write(w io.Writer, asJSON bool) error {
	if asJSON {
		text := append([]byte(`{"sent":`), jsonFormat(nil, s.Sent)...)
		text = text[:len(text)-1] // the line break
		if s.Like != nil {
			like := appender(`,"like":`)
			_ = writeJSON(&like, s.Like) // neither can make it fail
			text = append(text, like[:len(like)-1]...)
		}
		_, err := w.Write(append(text, "}\n"...))
		return readerGone(err)
	}
	like := "the topic had no record"
	if s.Like != nil {
		like = "like " + s.Like.String()
	}
	key := "no key"
	if s.Sent.Key != nil {
		key = "key " + shown(s.Sent.Key)
	}
	value := []rune(shown(s.Sent.Value))
	if len(value) > shownMost {
		value = append(value[:shownMost], []rune("...")...)
	}
	_, err := fmt.Fprintf(w, "%s, %s: %s, value %s\n", nameOf(s.Sent), like, key, string(value))
	return readerGone(err)
}
