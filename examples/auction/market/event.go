package market

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// Record is a Kafka record of an event document, decoded.
type Record struct {
	Key, Value []byte
	Timestamp  time.Time
}

// Records returns the records of an event by partition and offset. The document
// has them in an object, which a Go map puts in any order.
func Records(event events.KafkaEvent) ([]Record, error) {
	var all []events.KafkaRecord
	for _, records := range event.Records {
		all = append(all, records...)
	}
	slices.SortFunc(all, func(a, b events.KafkaRecord) int {
		return cmp.Or(cmp.Compare(a.Partition, b.Partition), cmp.Compare(a.Offset, b.Offset))
	})
	decoded := make([]Record, len(all))
	for i, r := range all {
		key, err := base64.StdEncoding.DecodeString(r.Key)
		if err != nil {
			return nil, fmt.Errorf("%s/%d@%d: key: %v", r.Topic, r.Partition, r.Offset, err)
		}
		value, err := base64.StdEncoding.DecodeString(r.Value)
		if err != nil {
			return nil, fmt.Errorf("%s/%d@%d: value: %v", r.Topic, r.Partition, r.Offset, err)
		}
		decoded[i] = Record{Key: key, Value: value, Timestamp: r.Timestamp.Time}
	}
	return decoded, nil
}

// Decode decodes the value of every record of an event.
func Decode[T any](event events.KafkaEvent) ([]T, error) {
	records, err := Records(event)
	if err != nil {
		return nil, err
	}
	values := make([]T, len(records))
	for i, r := range records {
		if err := json.Unmarshal(r.Value, &values[i]); err != nil {
			return nil, fmt.Errorf("record with key %q: %v", r.Key, err)
		}
	}
	return values, nil
}

// Output is one element of a function's response: a record that Coldbrook
// produces for it (the output binding). Topic "" means the function's output.
type Output struct {
	Key   string `json:"key,omitempty"`
	Value any    `json:"value"`
	Topic string `json:"topic,omitempty"`
}

// Rejected is a record of items.rejected or bids.rejected.
type Rejected struct {
	// ID is the submission's, if it could be read.
	ID     string `json:"id,omitempty"`
	Reason string `json:"reason"`
	// Submitted is the submission: JSON as it came, or a string of what was not
	// JSON, or, if it was not even text, Base64.
	Submitted any    `json:"submitted,omitempty"`
	Base64    []byte `json:"submittedBase64,omitempty"`
}

// Reject returns the record that says why a submission was refused. It keeps the
// submission's key.
func Reject(topic string, r Record, id string, reason error) Output {
	rejected := Rejected{ID: id, Reason: reason.Error()}
	switch {
	case !utf8.Valid(r.Value):
		rejected.Base64 = r.Value
	case json.Valid(r.Value):
		rejected.Submitted = json.RawMessage(r.Value)
	default:
		rejected.Submitted = string(r.Value)
	}
	return Output{Key: string(r.Key), Value: rejected, Topic: topic}
}

// maxAhead is how far an event time may be ahead of the record's timestamp.
const maxAhead = time.Minute

// CheckTime refuses an event time from the future: one such record would make
// settle believe that everything open is over.
func CheckTime(millis int64, timestamp time.Time) error {
	if limit := timestamp.Add(maxAhead); time.UnixMilli(millis).After(limit) {
		return fmt.Errorf("time %d is more than %v ahead of the record's %d", millis, maxAhead, timestamp.UnixMilli())
	}
	return nil
}
