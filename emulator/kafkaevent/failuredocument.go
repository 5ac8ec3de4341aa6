package kafkaevent

import (
	"strconv"

	"github.com/twmb/franz-go/pkg/kgo"
)

// FailureDocument returns what an on-failure destination that is no Kafka topic
// gets for a whole batch: the metadata of the failure, with the range of each
// partition and, for S3 only, the event document as a string in payload (AWS
// developer guide, "Capturing discarded batches for Amazon MSK and self-managed
// Apache Kafka event sources"). The records of one partition stand together and in
// offset order. A Condition of "" means RetryAttemptsExhausted.
func (s Source) FailureDocument(of FailedInvocation, records []*kgo.Record, withPayload bool) []byte {
	payload := s.AppendEvent(nil, records)
	if of.Condition == "" {
		of.Condition = RetryAttemptsExhausted
	}
	dst := s.appendFailureHead(nil, of, len(records), len(payload))
	dst = append(dst, `,"recordsInfo":{`...)
	for i := 0; i < len(records); {
		first, last := records[i], i
		for last+1 < len(records) && records[last+1].Partition == first.Partition && records[last+1].Topic == first.Topic {
			last++
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendRange(dst, first, records[last])
		i = last + 1
	}
	dst = append(dst, `}}`...)
	if withPayload {
		dst = appendMember(dst, `,"payload":`, string(payload))
	}
	return append(dst, '}')
}

func appendRange(dst []byte, first, last *kgo.Record) []byte {
	dst = appendPartitionKey(dst, first.Topic, first.Partition)
	dst = appendMember(dst, `:{"firstRecordOffset":`, strconv.FormatInt(first.Offset, 10))
	dst = appendMember(dst, `,"lastRecordOffset":`, strconv.FormatInt(last.Offset, 10))
	dst = appendMember(dst, `,"firstRecordTimestamp":`, isoTime(first.Timestamp))
	dst = appendMember(dst, `,"lastRecordTimestamp":`, isoTime(last.Timestamp))
	return append(dst, '}')
}
