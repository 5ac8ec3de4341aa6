package kafkaevent

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Failure is a record that a partial batch response names as failed.
type Failure struct {
	Partition int32
	Offset    int64
}

// BatchItemFailures reads a partial batch response: {"batchItemFailures":
// [{"itemIdentifier": {"partition": "topic-0", "offset": 100}}]}. in says
// whether a record was in the batch. The failures come back in order of
// partition and offset, each once; none means that the batch succeeded.
//
// As on AWS (developer guide, "Configuring error handling controls for Kafka
// event sources"; the cases of SQS and Kinesis where that is silent):
//   - nothing, null, {}, [], "", and an absent, null or empty list are success;
//   - an identifier that is no object, or that names a record that is not in
//     the batch, makes the whole batch fail: whole is true, and err says which;
//   - so does what is no JSON, or JSON of another shape.
func BatchItemFailures(response []byte, topic string, in func(partition int32, offset int64) bool) (
	failed []Failure, whole bool, err error) {
	items, err := batchItems(response)
	if err != nil {
		return nil, true, err
	}
	for i, item := range items {
		f, err := parseFailure(item, topic)
		if err == nil && !in(f.Partition, f.Offset) {
			err = fmt.Errorf("partition %d, offset %d is not in the batch", f.Partition, f.Offset)
		}
		if err != nil {
			return nil, true, fmt.Errorf("batchItemFailures[%d]: %w", i, err)
		}
		failed = append(failed, f)
	}
	slices.SortFunc(failed, func(a, b Failure) int {
		return cmp.Or(cmp.Compare(a.Partition, b.Partition), cmp.Compare(a.Offset, b.Offset))
	})
	return slices.Compact(failed), false, nil
}

// batchItems returns the elements of batchItemFailures.
func batchItems(response []byte) ([]json.RawMessage, error) {
	response = bytes.TrimSpace(response)
	switch string(response) {
	case "", "null", `""`:
		return nil, nil
	}
	if err := checkJSON(response); err != nil {
		return nil, err
	}
	if kind := kindOf(response); kind != "object" {
		if kind == "array" && len(bytes.TrimSpace(response[1:len(response)-1])) == 0 {
			return nil, nil
		}
		return nil, fmt.Errorf("response is %s, want an object with batchItemFailures", article(kind))
	}
	// Into maps, because encoding/json would match the names of struct fields
	// without regard to case.
	var object map[string]json.RawMessage
	if err := json.Unmarshal(response, &object); err != nil {
		return nil, fmt.Errorf("response: %v", err)
	}
	list, ok := object["batchItemFailures"]
	if !ok {
		return nil, nil
	}
	var items []json.RawMessage
	if err := json.Unmarshal(list, &items); err != nil {
		return nil, fmt.Errorf("batchItemFailures is %s, want an array", article(kindOf(list)))
	}
	return items, nil
}

func parseFailure(item json.RawMessage, topic string) (Failure, error) {
	object, err := members(item, "itemIdentifier")
	if err != nil {
		return Failure{}, err
	}
	id, err := members(object[0], "partition", "offset")
	if err != nil {
		return Failure{}, fmt.Errorf("itemIdentifier: %w", err)
	}
	var name string
	if err := json.Unmarshal(id[0], &name); err != nil || kindOf(id[0]) != "string" {
		return Failure{}, fmt.Errorf("itemIdentifier.partition is %s, want a string", article(kindOf(id[0])))
	}
	number, found := strings.CutPrefix(name, topic+string(partSep))
	partition, err := strconv.ParseInt(number, 10, 32)
	if !found || err != nil || partition < 0 || strconv.FormatInt(partition, 10) != number {
		return Failure{}, fmt.Errorf("itemIdentifier.partition %q is none of topic %q, want %q", name, topic, topic+"-0")
	}
	offset, err := strconv.ParseInt(string(bytes.TrimSpace(id[1])), 10, 64)
	if err != nil {
		return Failure{}, fmt.Errorf("itemIdentifier.offset is %s, want a whole number", article(kindOf(id[1])))
	}
	return Failure{Partition: int32(partition), Offset: offset}, nil
}

// members returns the named members of an object, all of which must be there.
func members(raw json.RawMessage, names ...string) ([]json.RawMessage, error) {
	if kind := kindOf(raw); kind != "object" {
		return nil, fmt.Errorf("got %s, want an object with %s", article(kind), strings.Join(names, " and "))
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil {
		return nil, err
	}
	values := make([]json.RawMessage, len(names))
	for i, name := range names {
		v, ok := object[name]
		if !ok {
			return nil, fmt.Errorf("%s is missing", name)
		}
		values[i] = v
	}
	return values, nil
}
