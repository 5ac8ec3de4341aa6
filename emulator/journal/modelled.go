package journal

import "encoding/binary"

// AppendModelled appends the modelled part of the entry to b: every field but
// Seq and Measured, in a fixed order, Kind first. Numbers are varints, strings
// have their length in front. So entries that differ in a modelled field have
// different encodings, none is the beginning of another, and the encodings of a
// run, one behind the other, stand for that run alone. What proves that two runs
// are equal is a hash over it; it is no file format, and may change with Entry.
func (e *Entry) AppendModelled(b []byte) []byte {
	kind := byte(e.Kind)
	if e.Request != 0 {
		kind |= hasRequest
	}
	outcome := byte(e.Outcome)
	if e.Revision != 0 {
		outcome |= hasRevision
	}
	if e.Digest != 0 {
		outcome |= hasDigest
	}
	if e.Each != nil {
		outcome |= hasEach
	}
	b = append(b, kind, outcome)
	b = binary.AppendVarint(b, e.At)
	b = appendString(b, e.Function)
	b = appendString(b, e.Mapping)
	b = appendString(b, e.Process)
	b = binary.AppendUvarint(b, uint64(e.Environment))
	b = binary.AppendUvarint(b, e.Invocation)
	b = binary.AppendUvarint(b, e.Batch)
	b = binary.AppendVarint(b, int64(e.Attempt))
	b = appendString(b, e.Topic)
	b = binary.AppendVarint(b, int64(e.Partition))
	b = binary.AppendVarint(b, e.First)
	b = binary.AppendVarint(b, e.Last)
	b = binary.AppendVarint(b, int64(e.Records))
	b = binary.AppendVarint(b, e.Bytes)
	b = binary.AppendVarint(b, e.Delay)
	b = binary.AppendVarint(b, e.Duration)
	b = binary.AppendVarint(b, e.Init)
	b = binary.AppendVarint(b, e.Billed)
	b = binary.AppendVarint(b, e.Projected)
	b = appendString(b, e.Reason)
	b = appendString(b, e.Text)
	if e.Request != 0 {
		b = binary.AppendUvarint(b, e.Request)
	}
	if e.Revision != 0 {
		b = binary.AppendVarint(b, int64(e.Revision))
	}
	if e.Digest != 0 {
		b = binary.AppendUvarint(b, e.Digest)
	}
	if e.Each != nil {
		b = e.Each.appendModelled(b)
	}
	return b
}

func (r *Records) appendModelled(b []byte) []byte {
	b = binary.AppendVarint(b, r.Base)
	b = binary.AppendUvarint(b, uint64(len(r.Each)))
	for i := range r.Each {
		k := &r.Each[i]
		b = binary.LittleEndian.AppendUint64(b, k.Key)
		b = binary.LittleEndian.AppendUint64(b, k.Trace)
		b = binary.AppendVarint(b, int64(k.Offset))
		b = binary.AppendVarint(b, int64(k.Time))
	}
	b = binary.AppendUvarint(b, uint64(len(r.Origins)))
	for _, origin := range r.Origins {
		b = binary.AppendVarint(b, int64(origin))
	}
	return b
}

// hasRequest marks the kind of an entry that has a Request, which few have.
const hasRequest = 0x80

// What marks the outcome of an entry that has a Revision, a Digest, and Each.
const (
	hasRevision = 0x80
	hasDigest   = 0x40
	hasEach     = 0x20
)

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
