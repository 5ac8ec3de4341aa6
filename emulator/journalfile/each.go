package journalfile

import (
	"encoding/binary"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// What the first byte of a block of records says.
const (
	eachKeys    = 1 << iota // the column of keys follows
	eachTraces              // the column of traces follows
	eachGaps                // the column of offsets follows; else they count from 0 on
	eachOrigins             // the column of origins follows
)

// appendEach appends a block: what it has, base, count, and column after column.
func appendEach(b []byte, r *journal.Records) []byte {
	flags := byte(0)
	for i := range r.Each {
		k := &r.Each[i]
		if k.Key != 0 {
			flags |= eachKeys
		}
		if k.Trace != 0 {
			flags |= eachTraces
		}
		if int(k.Offset) != i {
			flags |= eachGaps
		}
	}
	if r.Origins != nil {
		flags |= eachOrigins
	}
	b = binary.AppendVarint(append(b, flags), r.Base)
	b = binary.AppendUvarint(b, uint64(len(r.Each)))
	last := int32(0)
	for i := range r.Each {
		b = binary.AppendVarint(b, int64(r.Each[i].Time)-int64(last))
		last = r.Each[i].Time
	}
	b = appendKnown(b, r.Each, flags)
	if r.Origins != nil {
		b = binary.AppendUvarint(b, uint64(len(r.Origins)))
		last = -1
		for _, o := range r.Origins {
			b = binary.AppendVarint(b, int64(o)-int64(last))
			last = o
		}
	}
	return b
}

func appendKnown(b []byte, each []journal.Known, flags byte) []byte {
	if flags&eachGaps != 0 {
		last := int32(-1)
		for i := range each {
			b = binary.AppendVarint(b, int64(each[i].Offset)-int64(last))
			last = each[i].Offset
		}
	}
	if flags&eachKeys != 0 {
		for i := range each {
			b = binary.LittleEndian.AppendUint64(b, each[i].Key)
		}
	}
	if flags&eachTraces != 0 {
		for i := range each {
			b = binary.LittleEndian.AppendUint64(b, each[i].Trace)
		}
	}
	return b
}

// readEach reads a block into r, whose memory it takes, and reports whether it is one.
func readEach(b []byte, r *journal.Records) bool {
	in := input{b: b}
	flags := in.byte()
	r.Base = in.varint()
	n := in.count()
	each := resize(r.Each, n)
	last := int32(0)
	for i := range each {
		last += int32(in.varint())
		each[i] = journal.Known{Time: last, Offset: int32(i)}
	}
	readKnown(&in, each, flags)
	r.Each = each
	if flags&eachOrigins == 0 {
		r.Origins = nil
		return in.ok()
	}
	r.Origins = resize(r.Origins, in.count())
	last = -1
	for i := range r.Origins {
		last += int32(in.varint())
		r.Origins[i] = last
	}
	return in.ok()
}

func readKnown(in *input, each []journal.Known, flags byte) {
	if flags&eachGaps != 0 {
		last := int32(-1)
		for i := range each {
			last += int32(in.varint())
			each[i].Offset = last
		}
	}
	if flags&eachKeys != 0 {
		for i := range each {
			each[i].Key = in.fixed()
		}
	}
	if flags&eachTraces != 0 {
		for i := range each {
			each[i].Trace = in.fixed()
		}
	}
}

// resize returns a slice of n elements in the memory of s if that suffices.
func resize[T any](s []T, n int) []T {
	if cap(s) < n || s == nil {
		return make([]T, n)
	}
	return s[:n]
}
