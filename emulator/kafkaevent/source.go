package kafkaevent

import (
	"encoding/base64"
	"slices"
	"strconv"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Values of Source.EventSource.
const (
	MSK         = "aws:kafka"
	SelfManaged = "SelfManagedKafka"
)

// Source is what event documents say about where their records come from.
type Source struct {
	// EventSource is MSK or SelfManaged.
	EventSource string
	// ARN is the cluster's. It is written for MSK only.
	ARN string
	// Bootstrap is the brokers' addresses, separated by commas.
	Bootstrap string
	// NullKey writes "key":null for a record without key, and "value":null for
	// one without value, instead of leaving the member out.
	NullKey bool
	// Connector makes the document that a sink connector of Kafka Connect invokes
	// with, and nothing of the above counts.
	Connector bool
}

// The parts of a document. They are constants so that the sizes below are taken
// from what is written.
const (
	docSource    = `{"eventSource":`
	docARN       = `,"eventSourceArn":`
	docBootstrap = `,"bootstrapServers":`
	docRecords   = `,"records":{`
	docEnd       = `}}`

	partSep = '-'

	recTopic     = `{"topic":`
	recPartition = `,"partition":`
	recOffset    = `,"offset":`
	recTimestamp = `,"timestamp":`
	recType      = `,"timestampType":"`
	recKey       = `,"key":`
	recValue     = `,"value":`
	recHeaders   = `,"headers":[`
	recEnd       = `]}`
)

// AppendEvent appends the event document of records to dst. The records of one
// partition stand together and in offset order; partitions may come in any
// order. Records are not changed.
func (s Source) AppendEvent(dst []byte, records []*kgo.Record) []byte {
	dst = slices.Grow(dst, s.eventSize(records))
	if s.Connector {
		return appendSink(dst, records)
	}
	dst = s.appendHead(dst)
	for i, r := range records {
		switch {
		case i > 0 && r.Partition == records[i-1].Partition && r.Topic == records[i-1].Topic:
			dst = append(dst, ',')
		case i > 0:
			dst = append(dst, ']', ',')
			fallthrough
		default:
			dst = appendPartitionKey(dst, r.Topic, r.Partition)
			dst = append(dst, ':', '[')
		}
		dst = s.appendRecord(dst, r)
	}
	if len(records) > 0 {
		dst = append(dst, ']')
	}
	return append(dst, docEnd...)
}

func (s Source) appendHead(dst []byte) []byte {
	dst = append(dst, docSource...)
	dst = appendString(dst, s.EventSource)
	if s.EventSource == MSK {
		dst = append(dst, docARN...)
		dst = appendString(dst, s.ARN)
	}
	dst = append(dst, docBootstrap...)
	dst = appendString(dst, s.Bootstrap)
	return append(dst, docRecords...)
}

// appendPartitionKey appends the name of a partition in "records" and in item
// identifiers, as a JSON string.
func appendPartitionKey(dst []byte, topic string, partition int32) []byte {
	dst = appendString(dst, topic)
	dst[len(dst)-1] = partSep // over the closing quote
	dst = strconv.AppendInt(dst, int64(partition), 10)
	return append(dst, '"')
}

func (s Source) appendRecord(dst []byte, r *kgo.Record) []byte {
	dst = append(dst, recTopic...)
	dst = appendString(dst, r.Topic)
	dst = append(dst, recPartition...)
	dst = strconv.AppendInt(dst, int64(r.Partition), 10)
	dst = append(dst, recOffset...)
	dst = strconv.AppendInt(dst, r.Offset, 10)
	dst = append(dst, recTimestamp...)
	dst = strconv.AppendInt(dst, r.Timestamp.UnixMilli(), 10)
	dst = append(dst, recType...)
	dst = append(dst, timestampType(r)...)
	dst = append(dst, '"')
	dst = s.appendBytes(dst, recKey, r.Key)
	dst = s.appendBytes(dst, recValue, r.Value)
	dst = append(dst, recHeaders...)
	for i := range r.Headers {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendHeader(dst, &r.Headers[i])
	}
	return append(dst, recEnd...)
}

func (s Source) appendBytes(dst []byte, member string, b []byte) []byte {
	if b == nil {
		if s.NullKey {
			dst = append(dst, member...)
			dst = append(dst, "null"...)
		}
		return dst
	}
	dst = append(dst, member...)
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, b)
	return append(dst, '"')
}

// appendHeader writes the value as Java bytes, which are signed: 0xDC is -36.
func appendHeader(dst []byte, h *kgo.RecordHeader) []byte {
	dst = append(dst, '{')
	dst = appendString(dst, h.Key)
	dst = append(dst, ':', '[')
	for i, b := range h.Value {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(dst, int64(int8(b)), 10)
	}
	return append(dst, ']', '}')
}

// timestampType returns the name Kafka's Java client gives the type.
func timestampType(r *kgo.Record) string {
	switch r.Attrs.TimestampType() {
	case 0:
		return "CREATE_TIME"
	case 1:
		return "LOG_APPEND_TIME"
	}
	return "NO_TIMESTAMP_TYPE"
}
