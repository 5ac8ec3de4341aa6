package query

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// reader returns a number of an entry, 0 where it does not apply. Durations are in
// nanoseconds, sizes in bytes.
type reader func(*journal.Entry) int64

// readerOf returns the reader of a field, nil if it takes more than that.
func readerOf(id fieldID) reader {
	switch id {
	case fieldSeq:
		return func(e *journal.Entry) int64 { return int64(e.Seq) }
	case fieldEnvironment:
		return func(e *journal.Entry) int64 { return int64(e.Environment) }
	case fieldRevision:
		return revision
	case fieldAttempt:
		return func(e *journal.Entry) int64 { return int64(e.Attempt) }
	case fieldBatch:
		return func(e *journal.Entry) int64 { return int64(e.Batch) }
	case fieldInvocation:
		return func(e *journal.Entry) int64 { return int64(e.Invocation) }
	case fieldRequest:
		return func(e *journal.Entry) int64 { return int64(e.Request) }
	case fieldRecords:
		return func(e *journal.Entry) int64 { return int64(e.Records) }
	case fieldSize:
		return func(e *journal.Entry) int64 { return e.Bytes }
	case fieldDuration:
		return duration
	case fieldTook:
		return func(e *journal.Entry) int64 { return e.Measured.Took }
	case fieldDelay:
		return func(e *journal.Entry) int64 { return e.Delay }
	case fieldBilled:
		return func(e *journal.Entry) int64 { return e.Billed * 1e6 }
	}
	return nil
}

// duration is how long it took in the model, or else really.
func duration(e *journal.Entry) int64 {
	if e.Duration != 0 {
		return e.Duration
	}
	return e.Measured.Took
}

// revision is that of what an entry is about: entries about environments and invocations
// leave out the first.
func revision(e *journal.Entry) int64 {
	if e.Revision == 0 && (e.Environment != 0 || e.Invocation != 0 && e.Function != "") {
		return 1
	}
	return int64(e.Revision)
}
