package main

import (
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// rehashPartition is the rule of --partitions that has keys choose anew.
const rehashPartition = "rehash"

// replayHow is what is changed about records on their way into Kafka.
type replayHow struct {
	// topics are the names of those that go elsewhere.
	topics map[string]string
	// rehash has the key choose the partition; else it is that of the recording, if it has one.
	rehash bool
	// keepTimestamps sends the timestamps of the recording; else they are those of now.
	keepTimestamps bool
	// mark adds a header with the record that one was made from.
	mark bool
}

// topic is where the records of a topic go.
func (h *replayHow) topic(of string) string {
	if to, ok := h.topics[of]; ok {
		return to
	}
	return of
}

// record makes what is sent of a record. Its partition is -1 if its key is to choose.
func (h *replayHow) record(from *fixtures.Record) *kgo.Record {
	r := &kgo.Record{Topic: h.topic(from.Topic), Partition: from.Partition, Key: from.Key, Value: from.Value}
	if h.rehash {
		r.Partition = -1
	}
	if h.keepTimestamps && from.Timestamp != 0 {
		r.Timestamp = time.UnixMilli(from.Timestamp)
	}
	for _, header := range from.Headers {
		r.Headers = append(r.Headers, kgo.RecordHeader{Key: header.Key, Value: header.Value})
	}
	if h.mark && from.Partition != fixtures.Unknown && from.Offset != fixtures.Unknown {
		name := lineage.Record{Topic: from.Topic, Partition: from.Partition, Offset: from.Offset}
		r.Headers = append(r.Headers, kgo.RecordHeader{Key: replayHeader, Value: []byte(name.String())})
	}
	return r
}

// replayOptions are those of the Kafka client of a replay that waits between records, or not.
// Its producer is idempotent, so that a retry neither doubles records nor swaps them. It makes
// no topics: one that is missing is said before anything is sent.
func replayOptions(paced bool) []kgo.Opt {
	opts := []kgo.Opt{
		kgo.RecordRetries(recordRetries),
		kgo.ProducerBatchMaxBytes(recordMax),
		kgo.MaxBufferedRecords(100_000),
		kgo.MaxBufferedBytes(64 << 20),
		kgo.RecordPartitioner(placingPartitioner()),
	}
	if paced {
		opts = append(opts, kgo.ProducerLinger(0)) // a batch is not to wait for the next record
	}
	return opts
}

// replayTopic is a topic that a fixture sends to.
type replayTopic struct {
	file, from, to string
	partitions     int32 // those of the recording
}

func (t *replayTopic) String() string {
	if t.from == t.to {
		return fmt.Sprintf("topic %q", t.to)
	}
	return fmt.Sprintf("topic %q, for that of the recording, %q", t.to, t.from)
}
