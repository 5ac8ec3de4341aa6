package main

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
)

// replayHeader is the header of a record that was sent again: which record it was made
// from, as TOPIC/PARTITION@OFFSET. The last one counts if there are several: a record that
// was re-driven twice has two.
const replayHeader = "coldbrook-replay-of"

// Rules of --partition.
const (
	keepPartition = "keep"
	keyPartition  = "key"
)

// redriveHow is where records are sent again, and what is changed about them. The zero
// value sends them as they are to the partition they came from.
type redriveHow struct {
	// topic is where they go; "" is the topic of each.
	topic string
	// partition is the one they go to; nil has rule decide: "keep" is that of each, "key"
	// the one that its key chooses, and "" keep where topic and key stay as they are, else key.
	partition *int32
	rule      string
	// value and key replace those of the record; nil leaves them.
	value, key *[]byte
	// headers replace all those with their names, at the place of the first.
	headers []kgo.RecordHeader
	// original sends, in place of a record of an on-failure destination, those it tells of.
	original bool
}

// copyOf returns what is sent for a record. Its partition is -1 if its key is to choose.
// The timestamp is left out, so that it is that of the sending: a mapping may have a
// maximum record age.
func (h *redriveHow) copyOf(from *kgo.Record) *kgo.Record {
	r := &kgo.Record{Topic: h.topic, Partition: h.partitionOf(from), Key: from.Key, Value: from.Value}
	if r.Topic == "" {
		r.Topic = from.Topic
	}
	if h.key != nil {
		r.Key = *h.key
	}
	if h.value != nil {
		r.Value = *h.value
	}
	r.Headers = replaceHeaders(from.Headers, h.headers)
	r.Headers = append(r.Headers, kgo.RecordHeader{Key: replayHeader, Value: []byte(nameOf(from).String())})
	return r
}

func (h *redriveHow) partitionOf(from *kgo.Record) int32 {
	stays := (h.topic == "" || h.topic == from.Topic) && h.key == nil
	switch {
	case h.partition != nil:
		return *h.partition
	case h.rule == keepPartition, h.rule == "" && stays:
		return from.Partition
	}
	return -1
}

// replaceHeaders returns a copy of headers in which those of with stand for all that have
// their names.
func replaceHeaders(headers, with []kgo.RecordHeader) []kgo.RecordHeader {
	var all []kgo.RecordHeader
	done := map[string]bool{}
	add := func(name string) {
		done[name] = true
		for _, h := range with {
			if h.Key == name {
				all = append(all, h)
			}
		}
	}
	for _, h := range headers {
		replaced := slices.ContainsFunc(with, func(w kgo.RecordHeader) bool { return w.Key == h.Key })
		switch {
		case !replaced:
			all = append(all, h)
		case !done[h.Key]:
			add(h.Key)
		}
	}
	for _, h := range with {
		if !done[h.Key] {
			add(h.Key)
		}
	}
	return all
}

// nameOf is how users name a record.
func nameOf(r *kgo.Record) lineage.Record {
	return lineage.Record{Topic: r.Topic, Partition: r.Partition, Offset: r.Offset}
}

// parseTarget reads TOPIC or TOPIC/PARTITION.
func parseTarget(s string) (topic string, partition *int32, err error) {
	topic, number, found := cutLast(s, "/")
	if !found {
		return s, nil, nil
	}
	p, err := strconv.ParseInt(number, 10, 32)
	if err != nil || p < 0 || topic == "" {
		return "", nil, fmt.Errorf("%q is neither TOPIC nor TOPIC/PARTITION", s)
	}
	chosen := int32(p)
	return topic, &chosen, nil
}

// placing is Kafka's partitioner for records whose partition is -1; the others go where
// they say.
type placing struct{ kgo.Partitioner }

func placingPartitioner() kgo.Partitioner { return placing{kgo.StickyKeyPartitioner(nil)} }

// ForTopic implements kgo.Partitioner.
func (p placing) ForTopic(topic string) kgo.TopicPartitioner {
	return placingTopic{p.Partitioner.ForTopic(topic)}
}

type placingTopic struct{ kgo.TopicPartitioner }

// RequiresConsistency implements kgo.TopicPartitioner.
func (p placingTopic) RequiresConsistency(r *kgo.Record) bool {
	return r.Partition >= 0 || p.TopicPartitioner.RequiresConsistency(r)
}

// Partition implements kgo.TopicPartitioner.
func (p placingTopic) Partition(r *kgo.Record, n int) int {
	if r.Partition >= 0 {
		return int(r.Partition)
	}
	return p.TopicPartitioner.Partition(r, n)
}
