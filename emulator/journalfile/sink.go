package journalfile

import (
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"io"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// header is the body of the first chunk.
type header struct {
	Format      int                  `json:"format"`
	Fields      []string             `json:"fields"`
	Description *journal.Description `json:"description"`
}

// sink writes a journal as chunks. It is for one goroutine.
type sink struct {
	out     io.Writer
	packer  *packer
	entries *encoder
	at      int64  // how much was written
	index   []byte // the body of the index, but for its count
	chunks  int
	count   uint64 // of entries written

	head, body, chunk []byte
}

// newSink begins with magic and header.
func newSink(out io.Writer, d *journal.Description) (*sink, error) {
	p, err := newPacker()
	if err != nil {
		return nil, err
	}
	s := &sink{out: out, packer: p, entries: newEncoder()}
	raw, err := json.Marshal(header{Format: formatVersion, Fields: fieldNames[:], Description: d})
	if err != nil {
		return nil, err
	}
	return s, s.write(p.append([]byte(magic), headerChunk, nil, raw))
}

// write writes bytes that make whole chunks.
func (s *sink) write(b []byte) error {
	n, err := s.out.Write(b)
	if err == nil {
		s.at += int64(n)
	}
	return err
}

// add adds an entry, and writes the chunk that it fills.
func (s *sink) add(e *journal.Entry) error {
	s.entries.add(e)
	if s.entries.full() {
		return s.flush()
	}
	return nil
}

// flush writes the entries that were added.
func (s *sink) flush() error {
	n := s.entries.sum.count
	if n == 0 {
		return nil
	}
	s.head = s.entries.sum.appendTo(s.head[:0])
	err := s.put(entriesChunk, s.head, s.entries.rows)
	s.entries.reset()
	if err == nil {
		s.count += uint64(n)
	}
	return err
}

// batches writes batches.
func (s *sink) batches(g *gathered) error {
	data := g.data
	for i := 0; i < len(g.all); {
		n, size := g.cut(i)
		s.head, s.body = appendBatches(s.head[:0], s.body[:0], g.all[i:i+n], data[:size])
		if err := s.put(batchesChunk, s.head, s.body); err != nil {
			return err
		}
		i, data = i+n, data[size:]
	}
	return nil
}

// put writes a chunk and notes it in the index.
func (s *sink) put(kind byte, head, raw []byte) error {
	s.chunk = s.packer.append(s.chunk[:0], kind, head, raw)
	at := s.at
	if err := s.write(s.chunk); err != nil {
		return err
	}
	s.chunks++
	s.index = binary.AppendUvarint(append(s.index, kind), uint64(at))
	s.index = binary.AppendUvarint(s.index, uint64(len(s.chunk)))
	s.index = append(binary.AppendUvarint(s.index, uint64(len(head))), head...)
	return nil
}

// end writes what is left, the index and the trailer.
func (s *sink) end() error {
	if err := s.flush(); err != nil {
		return err
	}
	body := append(binary.AppendUvarint(nil, uint64(s.chunks)), s.index...)
	s.chunk = s.packer.append(s.chunk[:0], indexChunk, nil, body)
	trailer := binary.LittleEndian.AppendUint64(nil, uint64(s.at))
	trailer = binary.LittleEndian.AppendUint64(trailer, uint64(len(s.chunk)))
	trailer = binary.LittleEndian.AppendUint32(trailer, crc32.Checksum(trailer, castagnoli))
	trailer = append(append(trailer, 0, 0, 0, 0), endMagic...)
	return s.write(append(s.chunk, trailer...))
}

// close gives up what it holds.
func (s *sink) close() { s.packer.zstd.Close() }
