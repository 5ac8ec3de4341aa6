package kafkaevent

import (
	"encoding/base64"

	"github.com/twmb/franz-go/pkg/kgo"
)

// BaseSize is what a document takes without its partitions and records, in
// bytes. BaseSize, the PartitionSize of each partition in a document and the
// RecordSize of each record in it add up to the document's length.
func (s Source) BaseSize() int {
	if s.Connector {
		return len(`[]`) - 1
	}
	n := len(docSource) + stringSize(s.EventSource) + len(docBootstrap) + stringSize(s.Bootstrap) +
		len(docRecords) + len(docEnd)
	if s.EventSource == MSK {
		n += len(docARN) + stringSize(s.ARN)
	}
	return n - 1 // there is a comma less than there are partitions
}

// PartitionSize is what a partition adds to a document, without its records.
func (s Source) PartitionSize(topic string, partition int32) int {
	if s.Connector {
		return 0
	}
	// The key with a dash, then :[ and ] and a comma, and a comma less than
	// there are records.
	return stringSize(topic) + 1 + digits(int64(partition)) + len(`:[],`) - 1
}

// RecordSize is what a record adds to a document.
func (s Source) RecordSize(r *kgo.Record) int {
	if s.Connector {
		return sinkSize(r)
	}
	n := len(recTopic) + stringSize(r.Topic) +
		len(recPartition) + digits(int64(r.Partition)) +
		len(recOffset) + digits(r.Offset) +
		len(recTimestamp) + digits(r.Timestamp.UnixMilli()) +
		len(recType) + len(timestampType(r)) + 1 +
		s.bytesSize(recKey, r.Key) + s.bytesSize(recValue, r.Value) +
		len(recHeaders) + len(recEnd) + len(`,`)
	for i := range r.Headers {
		n += headerSize(&r.Headers[i])
	}
	if len(r.Headers) > 1 {
		n += len(r.Headers) - 1
	}
	return n
}

// eventSize is the length of the document of records; one more if there are none.
func (s Source) eventSize(records []*kgo.Record) int {
	n := s.BaseSize() + 1
	for i, r := range records {
		if i == 0 || r.Partition != records[i-1].Partition || r.Topic != records[i-1].Topic {
			n += s.PartitionSize(r.Topic, r.Partition)
		}
		n += s.RecordSize(r)
	}
	return n
}

func (s Source) bytesSize(member string, b []byte) int {
	switch {
	case b != nil:
		return len(member) + 2 + base64.StdEncoding.EncodedLen(len(b))
	case s.NullKey:
		return len(member) + len("null")
	}
	return 0
}

func headerSize(h *kgo.RecordHeader) int {
	n := len(`{:[]}`) + stringSize(h.Key)
	for _, b := range h.Value {
		n += digits(int64(int8(b)))
	}
	if len(h.Value) > 1 {
		n += len(h.Value) - 1
	}
	return n
}

// digits is the length of n in decimal, its sign included.
func digits(n int64) int {
	d := 1
	u := uint64(n)
	if n < 0 {
		d, u = 2, -u
	}
	for u >= 10 {
		u /= 10
		d++
	}
	return d
}
