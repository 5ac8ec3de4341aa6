package journalfile

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// decoded are the records of the batch that was asked for last: who asks for one asks for
// its neighbours next.
type decoded struct {
	topic       string
	partition   int32
	first, last int64 // the offsets that they answer for
	records     []*kgo.Record
	err         error // what is wrong behind them
}

// answers reports whether a record is among them if it is in the file at all.
func (d *decoded) answers(topic string, partition int32, offset int64) bool {
	return d.records != nil && d.topic == topic && d.partition == partition && d.first <= offset && offset <= d.last
}

// message returns a record, nil if there is none with that offset.
func (d *decoded) message(offset int64) (*journal.Message, error) {
	i, there := slices.BinarySearchFunc(d.records, offset, func(r *kgo.Record, offset int64) int { return cmp.Compare(r.Offset, offset) })
	if !there {
		return nil, d.err
	}
	return messageOf(d.records[i]), nil
}

// Message implements journal.Source. It reads the batch that has the record; where one
// offset was given twice, because the topic was deleted and made again, the newer.
func (f *File) Message(topic string, partition int32, offset int64) (*journal.Message, error) {
	if f.decoded.answers(topic, partition, offset) {
		if m, _ := f.decoded.message(offset); m != nil {
			return m, nil
		} // else it may be in an older batch
	}
	want := journal.Want{Topic: topic, Partition: partition, First: offset, Last: offset}
	for i := len(f.batches) - 1; i >= 0; i-- {
		c := &f.batches[i]
		if !mayHave(c.spans, &want) {
			continue
		}
		body, err := f.keep(c.at, c.size)
		if err != nil {
			return nil, f.errorf(fmt.Errorf("batches at %d: %w", c.at, err))
		}
		batch, of, alone, err := findBatch(body, &f.names, topic, partition, offset)
		if err != nil {
			return nil, f.errorf(fmt.Errorf("batches at %d: %w", c.at, err))
		}
		if batch == nil {
			continue
		}
		f.decode(batch, of)
		m, err := f.decoded.message(offset)
		if err != nil {
			err = f.errorf(fmt.Errorf("batch of %s/%d@%d: %w", topic, partition, offset, err))
		}
		if !alone || f.newer(i, of) {
			f.decoded = decoded{}
		}
		if m != nil || err != nil {
			return m, err
		}
	}
	return nil, nil
}

// newer reports whether chunks behind one may have offsets of a batch in it, again.
func (f *File) newer(chunk int, of stored) bool {
	want := journal.Want{Topic: of.topic, Partition: of.partition, First: of.base, Last: of.last}
	for i := chunk + 1; i < len(f.batches); i++ {
		if mayHave(f.batches[i].spans, &want) {
			return true
		}
	}
	return false
}

// decode keeps the records of a batch.
func (f *File) decode(batch []byte, of stored) {
	response := kmsg.NewFetchResponseTopicPartition()
	response.Partition, response.RecordBatches = of.partition, batch
	fetched, _ := kgo.ProcessFetchPartition(kgo.ProcessFetchPartitionOpts{Topic: of.topic, Partition: of.partition, Offset: of.base},
		&response, kgo.DefaultDecompressor(), nil)
	f.decoded = decoded{topic: of.topic, partition: of.partition, first: of.base, last: of.last, records: fetched.Records, err: fetched.Err}
}

func messageOf(r *kgo.Record) *journal.Message {
	m := &journal.Message{Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Timestamp: r.Timestamp.UnixMilli(), Key: r.Key, Value: r.Value}
	for _, h := range r.Headers {
		m.Headers = append(m.Headers, journal.Header{Key: h.Key, Value: h.Value})
	}
	return m
}
