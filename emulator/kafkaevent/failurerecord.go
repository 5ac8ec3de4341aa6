package kafkaevent

import (
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Conditions of an on-failure record. The first one is what a Kafka topic gets,
// and the second what other destinations do for the same.
const (
	RetriesExhausted           = "RetriesExhausted"
	RetryAttemptsExhausted     = "RetryAttemptsExhausted"
	MaximumPayloadSizeExceeded = "MaximumPayloadSizeExceeded"
)

// FailedInvocation is what an on-failure record says about the last invocation
// of the batch that its record was in.
type FailedInvocation struct {
	RequestID, FunctionARN string
	// Condition is why the record was given up; "" means RetriesExhausted.
	Condition string
	// InvokeCount is how often the function was invoked with the record.
	InvokeCount int
	// FunctionError is "Unhandled" or "Handled". "" means that the function
	// was not invoked, and makes the response context null.
	FunctionError string
	// At is when the record was given up.
	At time.Time
}

// FailureRecord returns the record that a kafka:// on-failure destination gets
// for r: its key, and as value the metadata of the failure with the event
// document of r alone as payload (AWS developer guide, "Using a Kafka topic as
// an on-failure destination"). Without a key, the topic's partitioner chooses.
func (s Source) FailureRecord(topic string, of FailedInvocation, r *kgo.Record) *kgo.Record {
	return &kgo.Record{Topic: topic, Key: r.Key, Value: s.appendFailure(nil, of, r)}
}

func (s Source) appendFailure(dst []byte, of FailedInvocation, r *kgo.Record) []byte {
	payload := s.AppendEvent(nil, []*kgo.Record{r})
	if of.Condition == "" {
		of.Condition = RetriesExhausted
	}
	dst = s.appendFailureHead(dst, of, 1, len(payload))
	dst = appendMember(dst, `,"recordInfo":{"offset":`, strconv.FormatInt(r.Offset, 10))
	dst = appendMember(dst, recTimestamp, isoTime(r.Timestamp))
	dst = append(dst, `}},"payload":`...)
	dst = append(dst, payload...)
	return append(dst, '}')
}

// appendFailureHead appends what all on-failure records begin with.
func (s Source) appendFailureHead(dst []byte, of FailedInvocation, records, payload int) []byte {
	dst = appendMember(dst, `{"requestContext":{"requestId":`, of.RequestID)
	dst = appendMember(dst, `,"functionArn":`, of.FunctionARN)
	dst = appendMember(dst, `,"condition":`, of.Condition)
	dst = append(dst, `,"approximateInvokeCount":`...)
	dst = strconv.AppendInt(dst, int64(of.InvokeCount), 10)
	if of.FunctionError == "" {
		dst = append(dst, `},"responseContext":null`...)
	} else {
		dst = append(dst, `},"responseContext":{"statusCode":200,"executedVersion":"$LATEST"`...)
		dst = append(appendMember(dst, `,"functionError":`, of.FunctionError), '}')
	}
	dst = appendMember(dst, `,"version":"1.0","timestamp":`, isoTime(of.At))
	dst = append(dst, `,"KafkaBatchInfo":{"batchSize":`...)
	dst = strconv.AppendInt(dst, int64(records), 10)
	if s.EventSource == MSK {
		dst = appendMember(dst, docARN, s.ARN)
	}
	dst = appendMember(dst, docBootstrap, s.Bootstrap)
	dst = append(dst, `,"payloadSize":`...)
	return strconv.AppendInt(dst, int64(payload), 10)
}

func appendMember(dst []byte, member, value string) []byte {
	return appendString(append(dst, member...), value)
}

func isoTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
