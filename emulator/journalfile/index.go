package journalfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// errNoIndex is the error of a file whose writer did not come to its end.
var errNoIndex = errors.New("it has no index: its writer was killed, or still writes")

// readIndex reads the index that the trailer names.
func (f *File) readIndex() error {
	var t [trailerSize]byte
	if f.size < int64(len(magic))+trailerSize {
		return errNoIndex
	}
	if _, err := f.r.ReadAt(t[:], f.size-trailerSize); err != nil && err != io.EOF {
		return err
	}
	if string(t[24:]) != endMagic {
		return errNoIndex
	}
	at, size := binary.LittleEndian.Uint64(t[:]), binary.LittleEndian.Uint64(t[8:])
	end := uint64(f.size - trailerSize)
	if crc32.Checksum(t[:16], castagnoli) != binary.LittleEndian.Uint32(t[16:]) || at > end || size != end-at {
		return errors.New("its trailer is broken")
	}
	c, err := readChunk(f.r, int64(at), int64(end))
	if err != nil || c.kind != indexChunk {
		return errors.New("its index is broken")
	}
	body, err := f.unpacker.read(f.r, &c, nil)
	if err == nil {
		err = f.parseIndex(body, int64(at))
	}
	if err != nil {
		f.entries, f.batches = nil, nil
		return fmt.Errorf("its index is broken: %w", err)
	}
	return nil
}

// parseIndex reads the body of an index that begins at an offset.
func (f *File) parseIndex(body []byte, end int64) error {
	in := input{b: body}
	for range in.count() {
		kind, at, size := in.byte(), int64(in.uvarint()), int64(in.uvarint())
		head := in.block()
		if !in.ok() || at < 0 || size < prefixSize || at > end || size > end-at {
			return fmt.Errorf("it names %d bytes at %d", size, at)
		}
		if err := f.addChunk(kind, at, size, head); err != nil {
			return err
		}
	}
	if !in.ok() || in.left() != 0 {
		return errors.New("it is cut off")
	}
	return nil
}

// addChunk notes where a chunk is, by its head.
func (f *File) addChunk(kind byte, at, size int64, head []byte) error {
	switch kind {
	case entriesChunk:
		s, ok := parseSummary(head, &f.names)
		if !ok || s.first <= f.Last() {
			return fmt.Errorf("the head of the entries at %d is broken", at)
		}
		f.entries = append(f.entries, entriesAt{at, size, s})
	case batchesChunk:
		in := input{b: head}
		in.uvarint() // how many
		spans := readSpans(&in, &f.names)
		if !in.ok() || in.left() != 0 {
			return fmt.Errorf("the head of the batches at %d is broken", at)
		}
		f.batches = append(f.batches, batchesAt{at, size, spans})
	}
	return nil // others are of later versions
}

// walk reads the heads of all chunks from an offset on, up to the first that is not whole.
func (f *File) walk(at int64, why error) {
	end := f.size
	for at < end {
		c, err := readChunk(f.r, at, end)
		if err == nil {
			err = f.addChunk(c.kind, at, c.size(), c.head)
		}
		if err != nil {
			break
		}
		if c.kind == indexChunk { // a broken trailer follows
			end = at
			break
		}
		at += c.size()
	}
	cut := end - at + f.dropBroken()
	f.damaged = why.Error()
	if cut > 0 {
		f.damaged += fmt.Sprintf("; the last %s are no whole part and are left off", journal.Bytes(cut))
	}
}

// dropBroken leaves the last chunk off if its body is broken, as a power cut leaves it, and
// returns how many bytes that is.
func (f *File) dropBroken() int64 {
	var cut int64
	if n := len(f.entries); n > 0 {
		if _, err := f.body(f.entries[n-1].at, f.entries[n-1].size, nil); err != nil {
			cut += f.entries[n-1].size
			f.entries = f.entries[:n-1]
		}
	}
	if n := len(f.batches); n > 0 {
		if _, err := f.body(f.batches[n-1].at, f.batches[n-1].size, nil); err != nil {
			cut += f.batches[n-1].size
			f.batches = f.batches[:n-1]
		}
	}
	return cut
}
