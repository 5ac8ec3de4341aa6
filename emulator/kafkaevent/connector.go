package kafkaevent

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// The document that the AWS Lambda sink connector of Kafka Connect invokes with: an
// array with one element for each record (Confluent: record.converter.class
// JsonKeyValueConverter; the shape is that of handlers in
// vdesabou/kafka-docker-playground). Headers are not in it. What the converters of a
// worker make of bytes depends on its configuration; here a key is a string, and a
// value is JSON where it is valid JSON and a string otherwise.
const (
	sinkTimestamp = `{"payload":{"timestamp":`
	sinkTopic     = `,"topic":`
	sinkPartition = `,"partition":`
	sinkOffset    = `,"offset":`
	sinkKey       = `,"key":`
	sinkValue     = `,"value":`
	sinkEnd       = `}}`
)

func appendSink(dst []byte, records []*kgo.Record) []byte {
	dst = append(dst, '[')
	for i, r := range records {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendSinkRecord(dst, r)
	}
	return append(dst, ']')
}

func appendSinkRecord(dst []byte, r *kgo.Record) []byte {
	dst = strconv.AppendInt(append(dst, sinkTimestamp...), r.Timestamp.UnixMilli(), 10)
	dst = appendString(append(dst, sinkTopic...), r.Topic)
	dst = strconv.AppendInt(append(dst, sinkPartition...), int64(r.Partition), 10)
	dst = strconv.AppendInt(append(dst, sinkOffset...), r.Offset, 10)
	dst = append(dst, sinkKey...)
	if r.Key == nil {
		dst = append(dst, "null"...)
	} else {
		dst = appendString(dst, string(r.Key))
	}
	dst = append(dst, sinkValue...)
	switch {
	case r.Value == nil:
		dst = append(dst, "null"...)
	case json.Valid(r.Value):
		dst = append(dst, r.Value...)
	default:
		dst = appendString(dst, string(r.Value))
	}
	return append(dst, sinkEnd...)
}

// sinkSize is what a record adds to the document of a connector, with its comma.
func sinkSize(r *kgo.Record) int {
	n := len(sinkTimestamp) + digits(r.Timestamp.UnixMilli()) + len(sinkTopic) + stringSize(r.Topic) +
		len(sinkPartition) + digits(int64(r.Partition)) + len(sinkOffset) + digits(r.Offset) +
		len(sinkKey) + len("null") + len(sinkValue) + len("null") + len(sinkEnd) + len(`,`)
	if r.Key != nil {
		n += stringSize(string(r.Key)) - len("null")
	}
	switch {
	case r.Value == nil:
	case json.Valid(r.Value):
		n += len(r.Value) - len("null")
	default:
		n += stringSize(string(r.Value)) - len("null")
	}
	return n
}

// ConnectorResults returns what a connector writes to its success topic: where the
// response is an array of {"payload": {"partition", "offset", "result"}}, one record
// for each element, with the key of the record it names; otherwise one record that
// holds the whole response. An empty response gives none.
//
// Origins has for each record that an element gave the index of the record it names, -1
// if there is no such; it is nil where the whole response is one record.
func ConnectorResults(response []byte, records []*kgo.Record, topic string) (results []*kgo.Record, origins []int32) {
	if len(bytes.TrimSpace(response)) == 0 {
		return nil, nil
	}
	var elements []struct {
		Payload *struct {
			Partition int32
			Offset    int64
			Result    json.RawMessage
		}
	}
	whole := []*kgo.Record{{Topic: topic, Value: bytes.Clone(response)}}
	if json.Unmarshal(response, &elements) != nil || len(elements) == 0 {
		return whole, nil
	}
	named := make(map[Failure]int, len(records))
	for i, r := range records {
		named[Failure{Partition: r.Partition, Offset: r.Offset}] = i
	}
	for _, e := range elements {
		if e.Payload == nil || e.Payload.Result == nil {
			return whole, nil
		}
		r, origin := &kgo.Record{Topic: topic}, int32(-1)
		if i, ok := named[Failure{Partition: e.Payload.Partition, Offset: e.Payload.Offset}]; ok {
			r.Key, origin = records[i].Key, int32(i)
		}
		r.Value = content(compacted(e.Payload.Result))
		results, origins = append(results, r), append(origins, origin)
	}
	return results, origins
}

// ConnectorError returns the record that a connector writes to its error topic for
// r: its key, what went wrong as value, and where the record is in headers.
func ConnectorError(topic, message string, at time.Time, r *kgo.Record) *kgo.Record {
	header := func(name, value string) kgo.RecordHeader { return kgo.RecordHeader{Key: name, Value: []byte(value)} }
	return &kgo.Record{Topic: topic, Key: r.Key, Value: []byte(message), Timestamp: at, Headers: []kgo.RecordHeader{
		header("input_record_topic", r.Topic),
		header("input_record_partition", strconv.Itoa(int(r.Partition))),
		header("input_record_offset", strconv.FormatInt(r.Offset, 10)),
		header("input_record_timestamp", strconv.FormatInt(r.Timestamp.UnixMilli(), 10)),
		header("error_message", message),
	}}
}
