package journalfile

import "encoding/binary"

// input reads values from bytes. After a mistake it returns zeros; ok tells.
type input struct {
	b   []byte
	at  int
	bad bool
}

func (in *input) ok() bool { return !in.bad }

// left is how many bytes are left.
func (in *input) left() int { return len(in.b) - in.at }

func (in *input) fail() {
	in.bad, in.at = true, len(in.b)
}

func (in *input) byte() byte {
	if in.at >= len(in.b) {
		in.fail()
		return 0
	}
	in.at++
	return in.b[in.at-1]
}

func (in *input) uvarint() uint64 {
	if in.at < len(in.b) && in.b[in.at] < 0x80 {
		in.at++
		return uint64(in.b[in.at-1])
	}
	n, size := binary.Uvarint(in.b[in.at:])
	if size <= 0 {
		in.fail()
		return 0
	}
	in.at += size
	return n
}

func (in *input) varint() int64 {
	u := in.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

func (in *input) fixed() uint64 {
	if in.left() < 8 {
		in.fail()
		return 0
	}
	in.at += 8
	return binary.LittleEndian.Uint64(in.b[in.at-8:])
}

// count is how many things follow, each of a byte at least.
func (in *input) count() int {
	n := in.uvarint()
	if n > uint64(in.left()) {
		in.fail()
		return 0
	}
	return int(n)
}

// block is a length and that many bytes, which stay those of the input.
func (in *input) block() []byte {
	n := in.count()
	in.at += n
	return in.b[in.at-n : in.at]
}
