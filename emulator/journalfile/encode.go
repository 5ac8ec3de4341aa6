package journalfile

import (
	"encoding/binary"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// entriesPerChunk and bytesPerChunk are what a chunk of entries holds at most, but for the
// last entry in it, which may be as long as it is.
const (
	entriesPerChunk = 4096
	bytesPerChunk   = 1 << 20
)

// encoder gathers the entries of a chunk.
type encoder struct {
	sum  summary
	rows []byte

	state   state
	numbers map[string]int // of strings, from 1 on
	recent  [fieldsEnd]recent
	mask    uint64
	row     []byte // of the entry that is being added
	block   []byte
}

// recent is the last string of a field: most are the same as in the row before.
type recent struct {
	text   string
	number int
}

func newEncoder() *encoder {
	e := &encoder{}
	e.reset()
	return e
}

// reset makes it an empty chunk.
func (w *encoder) reset() {
	w.sum.reset()
	w.rows, w.state, w.recent = w.rows[:0], state{}, [fieldsEnd]recent{}
	if w.numbers == nil {
		w.numbers = map[string]int{}
	}
	clear(w.numbers)
}

// full reports whether the chunk is to be written before more is added.
func (w *encoder) full() bool { return w.sum.count >= entriesPerChunk || len(w.rows) >= bytesPerChunk }

// add appends an entry. Fields are visited in their order.
func (w *encoder) add(e *journal.Entry) {
	if w.sum.count == 0 {
		w.state.seq = e.Seq - 1
	}
	w.mask, w.row = 0, w.row[:0]
	w.number(fieldKind, int64(e.Kind))
	w.follow(fieldAt, e.At, &w.state.at)
	w.string(fieldFunction, e.Function)
	w.string(fieldMapping, e.Mapping)
	topic := w.string(fieldTopic, e.Topic)
	w.records(e, topic)
	w.step(fieldBatch, int64(e.Batch), &w.state.batch)
	w.step(fieldInvocation, int64(e.Invocation), &w.state.invocation)
	w.number(fieldBytes, e.Bytes)
	w.number(fieldOutcome, int64(e.Outcome))
	w.step(fieldEnvironment, int64(e.Environment), &w.state.environment)
	w.number(fieldAttempt, int64(e.Attempt))
	w.string(fieldReason, e.Reason)
	w.rest(e)
	w.rows = append(binary.AppendUvarint(w.rows, w.mask), w.row...)
	w.sum.add(e, topic)
}

// records adds the range of records.
func (w *encoder) records(e *journal.Entry, topic int) {
	w.number(fieldPartition, int64(e.Partition))
	next := &w.state.next[place(topic, e.Partition, uint8(e.Kind))]
	if e.First != 0 {
		w.put(fieldFirst, e.First-*next)
	}
	if e.Last != 0 {
		w.put(fieldLast, e.Last-e.First)
	}
	if e.First != 0 || e.Last != 0 {
		*next = e.Last + 1
	}
	w.number(fieldRecords, int64(e.Records))
}

// rest adds what only some kinds have.
func (w *encoder) rest(e *journal.Entry) {
	m := &e.Measured
	w.number(fieldTook, m.Took)
	if m.Started != 0 {
		w.put(fieldStarted, m.Started-e.At)
	}
	w.number(fieldDuration, e.Duration)
	w.number(fieldBilled, e.Billed)
	w.number(fieldCPU, m.CPU)
	w.number(fieldMemory, m.Memory)
	w.each(e.Each)
	if e.Digest != 0 {
		w.mask |= 1 << fieldDigest
		w.row = binary.LittleEndian.AppendUint64(w.row, e.Digest)
	}
	w.string(fieldText, e.Text)
	w.number(fieldDelay, e.Delay)
	w.number(fieldInit, e.Init)
	w.number(fieldProjected, e.Projected)
	w.step(fieldRequest, int64(e.Request), &w.state.request)
	w.number(fieldRevision, int64(e.Revision))
	w.string(fieldProcess, e.Process)
	w.string(fieldClient, m.Client)
	w.string(fieldAddress, m.Address)
	w.number(fieldPID, int64(m.PID))
	if w.state.seq++; e.Seq != w.state.seq {
		w.put(fieldSeq, int64(e.Seq-w.state.seq))
		w.state.seq = e.Seq
	}
	w.number(fieldSeen, m.Reload.Seen)
	w.number(fieldBuild, m.Reload.Build)
	w.number(fieldDrain, m.Reload.Drain)
	w.number(fieldReloadInit, m.Reload.Init)
}

// put adds a number, whatever it is.
func (w *encoder) put(field int, n int64) {
	w.mask |= 1 << field
	w.row = binary.AppendVarint(w.row, n)
}

// number adds a number unless it is zero.
func (w *encoder) number(field int, n int64) {
	if n != 0 {
		w.put(field, n)
	}
}

// step adds a number that is not zero as the difference to the last one.
func (w *encoder) step(field int, n int64, last *int64) {
	if n != 0 {
		w.put(field, n-*last)
		*last = n
	}
}

// follow adds a number as the difference to the last one unless it is the same.
func (w *encoder) follow(field int, n int64, last *int64) {
	if n != *last {
		w.put(field, n-*last)
		*last = n
	}
}

// string adds a string unless it is empty, and returns its number, 0 if it has none.
func (w *encoder) string(field int, s string) int {
	if s == "" {
		return 0
	}
	w.mask |= 1 << field
	last := &w.recent[field]
	if s == last.text {
		w.row = binary.AppendUvarint(w.row, uint64(last.number))
		return last.number
	}
	if len(s) > longest {
		w.row = append(binary.AppendUvarint(append(w.row, 0), uint64(len(s))), s...)
		return 0
	}
	n, ok := w.numbers[s]
	if !ok {
		n = len(w.numbers) + 1
		w.numbers[s] = n
		w.row = append(binary.AppendUvarint(append(w.row, 0), uint64(len(s))), s...)
	} else {
		w.row = binary.AppendUvarint(w.row, uint64(n))
	}
	*last = recent{s, n}
	return n
}

// each adds what is known of each record.
func (w *encoder) each(r *journal.Records) {
	if r == nil {
		return
	}
	w.block = appendEach(w.block[:0], r)
	w.mask |= 1 << fieldEach
	w.row = append(binary.AppendUvarint(w.row, uint64(len(w.block))), w.block...)
}
