package main

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
	"time"
)

// batchesKept is of how many batches it is known which records they have: those that may
// still be tried when the entry about them comes.
const batchesKept = 1 << 16

// rangeReader finds the records that entries are about. It is for one goroutine.
type rangeReader struct {
	source journal.Source
	// batches are the ranges of the batches that were formed last; invocations name only
	// the batch. order is their numbers, a ring whose oldest is at next.
	batches map[uint64][]recordRange
	order   []uint64
	next    int
}

type recordRange struct {
	topic       string
	partition   int32
	first, last int64
}

func newRangeReader(source journal.Source) *rangeReader {
	return &rangeReader{source: source, batches: map[uint64][]recordRange{}}
}

// note learns from an entry which records a batch has.
func (r *rangeReader) note(e *journal.Entry) {
	if e.Kind != journal.BatchFormed {
		return
	}
	if _, there := r.batches[e.Batch]; !there {
		if len(r.order) < batchesKept {
			r.order = append(r.order, e.Batch)
		} else {
			delete(r.batches, r.order[r.next])
			r.order[r.next] = e.Batch
			r.next = (r.next + 1) % batchesKept
		}
	}
	r.batches[e.Batch] = append(r.batches[e.Batch], recordRange{e.Topic, e.Partition, e.First, e.Last})
}

// records yields the records of an entry that are still there: those of its range, or of
// its batch.
func (r *rangeReader) records(e *journal.Entry, yield func(*journal.Message) bool) error {
	parts := r.batches[e.Batch]
	switch {
	case ofBatch(e) && len(parts) > 0:
	case e.Records == 0 && e.Kind != journal.RecordsFetched:
		return nil
	case e.Topic != "" && e.Each != nil:
		for i := range e.Each.Each {
			offset := e.First + int64(e.Each.Each[i].Offset)
			if more, err := r.one(recordRange{e.Topic, e.Partition, offset, offset}, yield); !more || err != nil {
				return err
			}
		}
		return nil
	case e.Topic != "":
		_, err := r.one(recordRange{e.Topic, e.Partition, e.First, e.Last}, yield)
		return err
	}
	for _, part := range parts {
		if more, err := r.one(part, yield); !more || err != nil {
			return err
		}
	}
	return nil
}

// ofBatch reports whether an entry is about a whole batch: its range is but that in the
// first of the partitions.
func ofBatch(e *journal.Entry) bool {
	return e.Batch != 0 && (e.Kind == journal.InvocationStarted || e.Kind == journal.InvocationEnded)
}

// one yields the records of a range. It reports whether more are wanted.
func (r *rangeReader) one(part recordRange, yield func(*journal.Message) bool) (more bool, err error) {
	for offset := part.first; offset <= part.last; offset++ {
		m, err := r.source.Message(part.topic, part.partition, offset)
		if err != nil {
			return false, err
		}
		if m != nil && !yield(m) {
			return false, nil
		}
	}
	return true, nil
}

// message writes a record below the line of its entry.
func (p *plain) message(w *appender, m *journal.Message) {
	line := m.Topic + "/" + strconv.Itoa(int(m.Partition)) + "@" + strconv.FormatInt(m.Offset, 10)
	if m.Key != nil {
		line += " " + shown(m.Key)
	}
	if m.Value != nil {
		line += " " + shown(m.Value)
	}
	*w = append(*w, strings.Repeat(" ", 13)+paint(p.styles.time, line)+"\n"...)
}

// shown is a text in one line; what a terminal could take for an order, and what is no
// text, is replaced.
func shown(b []byte) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '·'
		}
		return r
	}, string(b))
}

// appendMessage appends a record as consume --format json prints it.
func appendMessage(b []byte, m *journal.Message) []byte {
	record := &kgo.Record{Topic: m.Topic, Partition: m.Partition, Offset: m.Offset, Timestamp: time.UnixMilli(m.Timestamp), Key: m.Key, Value: m.Value}
	for _, h := range m.Headers {
		record.Headers = append(record.Headers, kgo.RecordHeader{Key: h.Key, Value: h.Value})
	}
	b = jsonFormat(b, record)
	return b[:len(b)-1] // the line break
}
