package main

import (
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// chooses reports whether a record that is not from Kafka is chosen; others are counted. nil
// chooses all.
func (f *recordFilter) chooses(m *journal.Message) bool {
	if f == nil {
		return true
	}
	f.message = *m
	f.entry = journal.Entry{Kind: journal.RecordsProduced, At: m.Timestamp * int64(time.Millisecond), Topic: m.Topic, Partition: m.Partition,
		First: m.Offset, Last: m.Offset, Records: 1, Bytes: int64(len(m.Key) + len(m.Value))}
	f.subject.Now = time.Now().UnixNano()
	if f.query.Match(&f.subject) {
		return true
	}
	f.hidden++
	return false
}
