package query

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// of returns the number that an entry has in a field, and whether it has one. Durations
// are in nanoseconds, sizes in bytes.
func (f *Field) of(s *Subject, e *journal.Entry) (n int64, there bool) {
	switch f.id {
	case fieldSeq:
		n = int64(e.Seq)
	case fieldPartition:
		return int64(e.Partition), e.Topic != ""
	case fieldEnvironment:
		n = int64(e.Environment)
	case fieldRevision:
		return revision(e)
	case fieldAttempt:
		n = int64(e.Attempt)
	case fieldBatch:
		n = int64(e.Batch)
	case fieldInvocation:
		n = int64(e.Invocation)
	case fieldRequest:
		n = int64(e.Request)
	case fieldRecords:
		n = int64(e.Records)
	case fieldSize:
		n = e.Bytes
	default:
		return f.time(s, e)
	}
	return n, n != 0
}

func (f *Field) time(s *Subject, e *journal.Entry) (n int64, there bool) {
	switch f.id {
	case fieldAt:
		return e.At, true
	case fieldAge:
		return s.Now - e.At, true
	case fieldDuration:
		n = e.Duration
		if n == 0 {
			n = e.Measured.Took
		}
	case fieldTook:
		n = e.Measured.Took
	case fieldDelay:
		n = e.Delay
	case fieldBilled:
		n = e.Billed * 1e6
	}
	return n, n != 0
}

// revision is that of what an entry is about: entries about environments and invocations
// leave out the first.
func revision(e *journal.Entry) (n int64, there bool) {
	if e.Revision == 0 && (e.Environment != 0 || e.Invocation != 0 && e.Function != "") {
		return 1, true
	}
	return int64(e.Revision), e.Revision != 0
}
