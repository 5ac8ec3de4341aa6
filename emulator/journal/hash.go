package journal

import (
	"encoding/binary"
	"math/bits"
)

// FNV-1a, 64 bit: fixed, so that runs can be compared, and quick for short keys.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// HashKey is the hash of a key, never 0; 0 for nil, which is no key. (Two of a million
// different keys are equal by it once in 40 million runs.)
func HashKey(key []byte) uint64 {
	if key == nil {
		return 0
	}
	h := uint64(fnvOffset)
	for _, c := range key {
		h = (h ^ uint64(c)) * fnvPrime
	}
	if h == 0 {
		return 1
	}
	return h
}

// The headers that HashTrace looks at: that of W3C Trace Context, and the id of an event
// in the binary content mode of the Kafka binding of CloudEvents.
const (
	TraceParent = "traceparent"
	EventID     = "ce_id"
)

// HashTrace is the hash of the trace that a record belongs to, from the values of its
// headers TraceParent and EventID, nil for one it does not have: of the trace id in
// traceparent, else of the event's id. It is 0 if there is neither, and never else.
func HashTrace(traceparent, eventID []byte) uint64 {
	if id := TraceID(traceparent); id != nil {
		return HashKey(id)
	}
	if len(eventID) > 0 {
		return HashKey(eventID)
	}
	return 0
}

// TraceID is the trace id in a traceparent, 32 hexadecimal digits (W3C Trace Context
// 3.2.2: version, trace id, parent id and flags), nil if it is none.
func TraceID(traceparent []byte) []byte {
	const begin, end, length = 3, 35, 55
	if len(traceparent) < length || traceparent[2] != '-' || traceparent[end] != '-' || traceparent[52] != '-' {
		return nil
	}
	id, zero := traceparent[begin:end:end], true
	for _, c := range id {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return nil
		}
		zero = zero && c == '0'
	}
	if zero {
		return nil
	}
	return id
}

// Digest is a hash of what a record holds, for Entry.Digest, which is the sum over the
// records of a range: so it does not depend on how they were cut into batches. It is
// fixed, and takes some 10 ns for 100 bytes. It protects from no adversary.
func Digest(key, value []byte) uint64 {
	h := mix(uint64(len(key))^secret0, uint64(len(value))^secret1)
	if key == nil {
		h ^= secret2
	}
	if value == nil {
		h ^= secret3
	}
	h = digest(h, key)
	return mix(digest(h, value)^secret2, secret3)
}

// Odd constants with as many ones as zeros, as in wyhash, whose scheme this is: words of
// 16 bytes are folded in by a multiplication to 128 bits.
const (
	secret0 = 0x2d358dccaa6c78a5
	secret1 = 0x8bb84b93962eacc9
	secret2 = 0x4b33a62ed433d4a3
	secret3 = 0x4d5a2da51de1aa47
)

func digest(h uint64, b []byte) uint64 {
	other := h ^ secret0
	for ; len(b) > 32; b = b[32:] { // two that do not wait for each other
		h = mix(binary.LittleEndian.Uint64(b)^secret1, binary.LittleEndian.Uint64(b[8:])^h)
		other = mix(binary.LittleEndian.Uint64(b[16:])^secret2, binary.LittleEndian.Uint64(b[24:])^other)
	}
	if len(b) > 16 {
		h = mix(binary.LittleEndian.Uint64(b)^secret1, binary.LittleEndian.Uint64(b[8:])^h)
		b = b[16:]
	}
	low, high := ends(b)
	return mix(low^secret1, high^h) ^ other
}

// ends are up to 16 bytes as two numbers, which may overlap: the length is known.
func ends(b []byte) (low, high uint64) {
	switch n := len(b); {
	case n >= 8:
		return binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:])
	case n >= 4:
		return uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[n-4:]))
	case n > 0:
		return uint64(b[0])<<16 | uint64(b[n/2])<<8 | uint64(b[n-1]), 0
	}
	return 0, 0
}

func mix(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}
