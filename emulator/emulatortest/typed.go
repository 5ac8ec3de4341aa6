package emulatortest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Message is a record with a typed value. Values of type []byte, string and
// json.RawMessage are the bytes of the record; all others are their JSON.
//
// A record without a value (a tombstone) is a nil pointer, slice, map or
// interface, and an empty string; a value of another type is an error then. The
// other way round, a nil []byte, pointer or interface becomes a tombstone.
type Message[T any] struct {
	// Key is the key. "" is no key: Kafka tells an empty key from none, a Message
	// does not.
	Key   string
	Value T
	// Headers share their values with the record: do not change those.
	Headers []kgo.RecordHeader
	// Topic is where a message comes from. In one that a handler returns, it is
	// where it goes to; "" means the function's output topic.
	Topic string
	// Partition and Offset are where a message comes from; they are not looked at
	// in one that is returned.
	Partition int32
	Offset    int64
	// Timestamp is the record's, in milliseconds. In a message that is returned,
	// zero means the time at which it is produced.
	Timestamp time.Time
}

// Batch makes a handler that gets the messages of an invocation, in the order of
// the event, and returns messages to produce. An error fails the whole
// invocation, and nothing is produced; so does a value that does not decode.
//
// A message that is returned as it came, with its topic, partition, offset and
// timestamp, goes to the function's output topic too: its topic says where it
// came from. To send it back there, make a new Message.
func Batch[In, Out any](f func(ctx context.Context, batch []Message[In]) ([]Message[Out], error)) Handler {
	if f == nil {
		return Handler{}
	}
	return Handler{func(ctx context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
		batch := make([]Message[In], len(records))
		for i, r := range records {
			m, err := messageOf[In](r)
			if err != nil {
				return nil, err
			}
			batch[i] = m
		}
		messages, err := f(ctx, batch)
		if err != nil {
			return nil, err
		}
		return recordsOf(messages, records)
	}}
}

// Each makes a handler that gets the values of an invocation one after the other,
// in the order of the event, and returns one to produce, with the same key, for
// each. A nil pointer, interface or []byte produces nothing; to produce
// tombstones, use Batch. The first error fails the whole invocation, and names
// the record; nothing is produced then. No record is begun after the deadline.
func Each[In, Out any](f func(ctx context.Context, in In) (Out, error)) Handler {
	if f == nil {
		return Handler{}
	}
	return Handler{func(ctx context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
		var outputs []*kgo.Record
		for _, r := range records {
			out, err := giveValue(ctx, r, f)
			if err != nil {
				return nil, err
			}
			value, err := encodeValue(out)
			if err != nil {
				return nil, &recordError{r, fmt.Errorf("its output: %w", err)}
			}
			if value != nil {
				outputs = append(outputs, &kgo.Record{Key: bytes.Clone(r.Key), Value: value})
			}
		}
		return outputs, nil
	}}
}

// Sink is Each for a function that produces nothing.
func Sink[In any](f func(ctx context.Context, in In) error) Handler {
	if f == nil {
		return Handler{}
	}
	return Each(func(ctx context.Context, in In) ([]byte, error) { return nil, f(ctx, in) })
}

// giveValue gives the value of a record to f.
func giveValue[In, Out any](ctx context.Context, r *kgo.Record, f func(context.Context, In) (Out, error)) (out Out, err error) {
	if ctx.Err() != nil { // a process would be dead by now
		return out, &recordError{r, context.Cause(ctx)}
	}
	in, err := decodeValue[In](r.Value)
	if err == nil {
		out, err = f(ctx, in)
	}
	if err != nil {
		return out, &recordError{r, err}
	}
	return out, nil
}

// messageOf is the message that a record is.
func messageOf[T any](r *kgo.Record) (Message[T], error) {
	value, err := decodeValue[T](r.Value)
	if err != nil {
		return Message[T]{}, &recordError{r, err}
	}
	return Message[T]{
		Key: string(r.Key), Value: value, Headers: slices.Clone(r.Headers),
		Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Timestamp: r.Timestamp,
	}, nil
}

// recordOf is the record to produce for a message.
func recordOf[T any](m *Message[T]) (*kgo.Record, error) {
	value, err := encodeValue(m.Value)
	if err != nil {
		return nil, err
	}
	r := &kgo.Record{Value: value, Headers: m.Headers, Topic: m.Topic, Timestamp: m.Timestamp}
	if m.Key != "" {
		r.Key = []byte(m.Key)
	}
	return r, nil
}

// recordsOf are the records to produce for the messages that a handler returned
// when it got in.
func recordsOf[T any](messages []Message[T], in []*kgo.Record) ([]*kgo.Record, error) {
	records := make([]*kgo.Record, len(messages))
	var came arrivals
	for i := range messages {
		m := &messages[i]
		r, err := recordOf(m)
		if err != nil {
			return nil, fmt.Errorf("message %d of %d returned, with key %s: %w", i+1, len(messages), readable([]byte(m.Key)), err)
		}
		if m.Topic != "" {
			if came == nil {
				came = arrivalsOf(in)
			}
			if at, ok := came[recordPosition{m.Topic, m.Partition, m.Offset}]; ok && at.Equal(m.Timestamp) {
				r.Topic = ""
			}
		}
		records[i] = r
	}
	return records, nil
}

// recordPosition is where a record is.
type recordPosition struct {
	topic     string
	partition int32
	offset    int64
}

// arrivals are the timestamps of records.
type arrivals map[recordPosition]time.Time

func arrivalsOf(records []*kgo.Record) arrivals {
	came := make(arrivals, len(records))
	for _, r := range records {
		came[recordPosition{r.Topic, r.Partition, r.Offset}] = r.Timestamp
	}
	return came
}
