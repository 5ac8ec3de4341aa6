package broker

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// lookAt checks the framing of the records of a batch, as checkFraming does, and notes
// what is known of each; first is the timestamp that theirs count from, in Unix ms. What
// cannot be read in a record that fits the batch (a client made it by hand) counts as not
// there.
func (a *appended) lookAt(records []byte, first int64) error {
	count := int(a.records)
	if count > len(records)/shortestRecord { // before so much memory is asked for
		return fmt.Errorf("%d bytes cannot hold %d records", len(records), count)
	}
	a.each = journal.NewRecords(count)
	i := 0
	return checkFraming(records, count, func(record []byte) {
		r := parse(record)
		a.each.Know(i, r.key, r.trace, int64(i), 0, first+r.time)
		a.digest += journal.Digest(r.key, r.value)
		i++
	})
}

// appendedAt gives all records the time at which they were appended, where their batch
// has the attribute LogAppendTime.
func (a *appended) appendedAt(at int64) {
	if a.each == nil {
		return
	}
	a.each.Base = at
	for i := range a.each.Each {
		a.each.Each[i].Time = 0
	}
}

// parsed is what a record says of itself. key and value are nil if there is none.
type parsed struct {
	time       int64 // after the first of the batch
	key, value []byte
	trace      uint64
}

// parse reads a record that begins after its length.
func parse(record []byte) (r parsed) {
	var at int
	r.time, at = varint(record, 1) // after the attributes
	_, at = varint(record, at)     // the offset
	r.key, at = span(record, at)
	r.value, at = span(record, at)
	headers, at := varint(record, at)
	if headers > 0 {
		r.trace = traceOf(record, at, headers)
	}
	return r
}

// traceOf looks for the trace in the headers of a record. As for a client that reads
// them by name, the last of several counts.
func traceOf(record []byte, at int, headers int64) uint64 {
	var parent, id []byte
	for ; headers > 0 && at < len(record); headers-- {
		var name, value []byte
		name, at = span(record, at)
		value, at = span(record, at)
		switch string(name) {
		case journal.TraceParent:
			parent = value
		case journal.EventID:
			id = value
		}
	}
	return journal.HashTrace(parent, id)
}

// span reads a length and as many bytes, nil for null, and returns where the next
// begins: beyond the end of the record if it does not fit.
func span(record []byte, at int) (content []byte, next int) {
	n, at := varint(record, at)
	switch {
	case n < 0:
		return nil, at
	case at > len(record), n > int64(len(record)-at):
		return nil, len(record) + 1
	}
	end := at + int(n)
	return record[at:end:end], end
}
