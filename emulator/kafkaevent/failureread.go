package kafkaevent

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// FailedRange is records of one partition that an on-failure record tells of. First and
// Last are offsets, at least 0 and both inclusive. Records in between that were not part
// of the batch, because a filter left them out, are not told apart.
type FailedRange struct {
	Topic       string
	Partition   int32
	First, Last int64
}

// ErrNoFailure is returned for a value that is not what an on-failure destination gets.
var ErrNoFailure = errors.New("it is no record of an on-failure destination: it has no KafkaBatchInfo with recordInfo or recordsInfo")

// readFailure are the members of what FailureRecord and FailureDocument make that tell
// which records failed. Payload is an event document, or one in a string.
type readFailure struct {
	KafkaBatchInfo struct {
		RecordInfo *struct {
			Offset json.Number `json:"offset"`
		} `json:"recordInfo"`
		RecordsInfo map[string]struct {
			FirstRecordOffset json.Number `json:"firstRecordOffset"`
			LastRecordOffset  json.Number `json:"lastRecordOffset"`
		} `json:"recordsInfo"`
	} `json:"KafkaBatchInfo"`
	Payload json.RawMessage `json:"payload"`
}

// FailedRecords returns which records the value of an on-failure record tells of, ordered
// by topic and partition: the one of FailureRecord, or the ranges of FailureDocument. It
// returns ErrNoFailure if the value is something else, and another error, which names the
// member, if it is damaged.
func FailedRecords(value []byte) ([]FailedRange, error) {
	var f readFailure
	if err := json.Unmarshal(value, &f); err != nil {
		return nil, ErrNoFailure
	}
	switch info := &f.KafkaBatchInfo; {
	case info.RecordInfo != nil:
		topic, partition, err := payloadPartition(f.Payload)
		if err != nil {
			return nil, err
		}
		r, err := failedRange(topic, partition, info.RecordInfo.Offset, info.RecordInfo.Offset)
		if err != nil {
			return nil, fmt.Errorf("KafkaBatchInfo.recordInfo: %w", err)
		}
		return []FailedRange{r}, nil
	case len(info.RecordsInfo) > 0:
		var all []FailedRange
		for _, name := range slices.Sorted(maps.Keys(info.RecordsInfo)) {
			topic, partition, err := cutPartition(name)
			if err != nil {
				return nil, fmt.Errorf("KafkaBatchInfo.recordsInfo: %w", err)
			}
			r, err := failedRange(topic, partition, info.RecordsInfo[name].FirstRecordOffset, info.RecordsInfo[name].LastRecordOffset)
			if err != nil {
				return nil, fmt.Errorf("KafkaBatchInfo.recordsInfo.%s: %w", name, err)
			}
			all = append(all, r)
		}
		slices.SortFunc(all, func(a, b FailedRange) int {
			if c := strings.Compare(a.Topic, b.Topic); c != 0 {
				return c
			}
			return int(a.Partition) - int(b.Partition)
		})
		return all, nil
	}
	return nil, ErrNoFailure
}

// payloadPartition returns the partition of the one record in an event document:
// recordInfo has its offset only.
func payloadPartition(payload json.RawMessage) (string, int32, error) {
	var document struct {
		Records map[string]json.RawMessage `json:"records"`
	}
	if err := json.Unmarshal(payload, &document); err != nil || len(document.Records) != 1 {
		return "", 0, errors.New("payload.records does not name the one partition of the record")
	}
	for name := range document.Records {
		topic, partition, err := cutPartition(name)
		if err != nil {
			err = fmt.Errorf("payload.records: %w", err)
		}
		return topic, partition, err
	}
	return "", 0, nil // not reached: there is one
}

// cutPartition reads TOPIC-PARTITION.
func cutPartition(name string) (string, int32, error) {
	i := strings.LastIndexByte(name, '-')
	if i > 0 {
		if p, err := strconv.ParseInt(name[i+1:], 10, 32); err == nil && p >= 0 {
			return name[:i], int32(p), nil
		}
	}
	return "", 0, fmt.Errorf("%q is not TOPIC-PARTITION", name)
}

func failedRange(topic string, partition int32, first, last json.Number) (FailedRange, error) {
	r := FailedRange{Topic: topic, Partition: partition}
	var err error
	if r.First, err = first.Int64(); err == nil {
		r.Last, err = last.Int64()
	}
	if err != nil || r.First < 0 || r.Last < r.First {
		return r, fmt.Errorf("offsets %q to %q are no range", first, last)
	}
	return r, nil
}
