package journalfile

import (
	"errors"
	"math/bits"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// decoder reads the entries of chunks. It is for one goroutine.
type decoder struct {
	wires   []byte // of the fields of the file, by their bit
	names   *interned
	entry   journal.Entry
	records journal.Records
	strings []string
	state   state
	in      input
	body    []byte // of a chunk, if it is not kept
	// unknown counts entries of a kind or outcome that is not known here.
	unknown uint64
}

// errRow is the error of a body that is no rows of entries.
var errRow = errors.New("a row is no entry")

// each calls f with the entries of a body that are wanted, until it returns false; then it
// returns false itself.
func (d *decoder) each(body []byte, s *summary, want *journal.Want, f func(*journal.Entry) bool) (bool, error) {
	d.in, d.state, d.strings = input{b: body}, state{seq: s.first - 1}, d.strings[:0]
	for range s.count {
		if d.in.left() == 0 || !d.row() {
			return false, errRow
		}
		if !d.entry.Kind.Known() || !d.entry.Outcome.Known() {
			d.unknown++
			continue
		}
		if want.Matches(&d.entry) && !f(&d.entry) {
			return false, nil
		}
	}
	if d.in.left() != 0 {
		return false, errRow
	}
	return true, nil
}

// row reads the next entry.
func (d *decoder) row() bool {
	d.entry = journal.Entry{At: d.state.at}
	e := &d.entry
	d.state.seq++
	topic := 0
	for mask := d.in.uvarint(); mask != 0; mask &= mask - 1 {
		field := bits.TrailingZeros64(mask)
		if field >= len(d.wires) {
			return false
		}
		switch {
		case field == fieldTopic:
			e.Topic, topic = d.string()
		case field == fieldFirst:
			e.First = d.in.varint() + d.state.next[place(topic, e.Partition, uint8(e.Kind))]
		case field >= fieldsEnd:
			d.skip(d.wires[field])
		case d.wires[field] == wireString:
			d.text(field)
		case field <= fieldAttempt:
			d.common(field)
		default:
			d.rare(field)
		}
	}
	if e.First != 0 || e.Last != 0 {
		d.state.next[place(topic, e.Partition, uint8(e.Kind))] = e.Last + 1
	}
	e.Seq = d.state.seq
	return d.in.ok()
}

// text reads a string into its field.
func (d *decoder) text(field int) {
	e := &d.entry
	s, _ := d.string()
	switch field {
	case fieldFunction:
		e.Function = s
	case fieldMapping:
		e.Mapping = s
	case fieldReason:
		e.Reason = s
	case fieldText:
		e.Text = s
	case fieldProcess:
		e.Process = s
	case fieldClient:
		e.Measured.Client = s
	case fieldAddress:
		e.Measured.Address = s
	}
}

// common reads a field that most entries have.
func (d *decoder) common(field int) {
	e, n := &d.entry, d.in.varint()
	switch field {
	case fieldKind:
		if e.Kind = journal.Kind(n); int64(e.Kind) != n {
			d.in.fail()
		}
	case fieldAt:
		d.state.at += n
		e.At = d.state.at
	case fieldPartition:
		e.Partition = int32(n)
	case fieldLast:
		e.Last = e.First + n
	case fieldRecords:
		e.Records = int32(n)
	case fieldBatch:
		d.state.batch += n
		e.Batch = uint64(d.state.batch)
	case fieldInvocation:
		d.state.invocation += n
		e.Invocation = uint64(d.state.invocation)
	case fieldBytes:
		e.Bytes = n
	case fieldOutcome:
		e.Outcome = journal.Outcome(n)
	case fieldEnvironment:
		d.state.environment += n
		e.Environment = uint32(d.state.environment)
	case fieldAttempt:
		e.Attempt = int32(n)
	}
}

// rare reads one of the others.
func (d *decoder) rare(field int) {
	e, m := &d.entry, &d.entry.Measured
	if field == fieldEach || field == fieldDigest {
		d.block(field)
		return
	}
	n := d.in.varint()
	switch field {
	case fieldTook:
		m.Took = n
	case fieldStarted:
		m.Started = e.At + n
	case fieldDuration:
		e.Duration = n
	case fieldBilled:
		e.Billed = n
	case fieldCPU:
		m.CPU = n
	case fieldMemory:
		m.Memory = n
	case fieldDelay:
		e.Delay = n
	case fieldInit:
		e.Init = n
	case fieldProjected:
		e.Projected = n
	case fieldRequest:
		d.state.request += n
		e.Request = uint64(d.state.request)
	case fieldRevision:
		e.Revision = int32(n)
	case fieldPID:
		m.PID = int(n)
	case fieldSeq:
		d.state.seq += uint64(n)
	case fieldSeen:
		m.Reload.Seen = n
	case fieldBuild:
		m.Reload.Build = n
	case fieldDrain:
		m.Reload.Drain = n
	case fieldReloadInit:
		m.Reload.Init = n
	}
}

// block reads what is known of each record, or its digest.
func (d *decoder) block(field int) {
	if field == fieldDigest {
		d.entry.Digest = d.in.fixed()
		return
	}
	if !readEach(d.in.block(), &d.records) {
		d.in.fail()
		return
	}
	d.entry.Each = &d.records
}

// string reads a string, and returns it with its number, 0 if it has none.
func (d *decoder) string() (string, int) {
	if n := d.in.uvarint(); n > 0 {
		if n > uint64(len(d.strings)) {
			d.in.fail()
			return "", 0
		}
		return d.strings[n-1], int(n)
	}
	s := d.names.string(d.in.block())
	if len(s) > longest {
		return s, 0
	}
	d.strings = append(d.strings, s)
	return s, len(d.strings)
}

// skip reads over a field that is not known here.
func (d *decoder) skip(wire byte) {
	switch wire {
	case wireNumber:
		d.in.varint()
	case wireString:
		d.string()
	case wireFixed:
		d.in.fixed()
	case wireBlock:
		d.in.block()
	default:
		d.in.fail()
	}
}
