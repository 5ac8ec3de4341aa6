package journalfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/zstd"
)

// magic begins a file. Its bytes are chosen as PNG's: a transfer as text breaks them.
const magic = "\x89CBJ\r\n\x1a\n"

// endMagic ends a file that is whole.
const endMagic = "CBJ end\n"

// formatVersion counts changes that a reader of before cannot read.
const formatVersion = 1

// The types of chunks.
const (
	headerChunk  = 1
	entriesChunk = 2
	batchesChunk = 3
	indexChunk   = 4
)

// Packings of bodies.
const (
	plain  = 0
	packed = 1
)

// Sizes in bytes. A Kafka request has at most 100 MB, and a batch is never cut.
const (
	prefixSize  = 24
	trailerSize = 32
	maxHead     = 16 << 20
	maxBody     = 128 << 20
	// maxAtOnce is what is unpacked into one allocation of the size that the file claims.
	maxAtOnce = 4 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// chunk is one chunk of a file, without its body.
type chunk struct {
	kind, packing byte
	at            int64 // where it begins in the file
	head          []byte
	body, raw     uint32 // length as it is, and unpacked
	crc           uint32 // of the body
}

// size is how many bytes of the file the chunk takes.
func (c *chunk) size() int64 { return prefixSize + int64(len(c.head)) + int64(c.body) }

// packer makes chunks. It is for one goroutine.
type packer struct {
	zstd *zstd.Encoder
	body []byte
}

func newPacker() (*packer, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithEncoderCRC(false), zstd.WithWindowSize(1<<20))
	if err != nil {
		return nil, err
	}
	return &packer{zstd: z}, nil
}

// append appends a chunk to b. A body that packing does not make smaller stays plain.
func (p *packer) append(b []byte, kind byte, head, raw []byte) []byte {
	packing, body := byte(plain), raw
	p.body = p.zstd.EncodeAll(raw, p.body[:0])
	if len(p.body) < len(raw) {
		packing, body = packed, p.body
	}
	start := len(b)
	b = append(b, kind, packing, 0, 0)
	for _, n := range []uint32{uint32(len(head)), uint32(len(body)), uint32(len(raw)), crc32.Checksum(body, castagnoli)} {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	crc := crc32.Update(crc32.Checksum(b[start:], castagnoli), castagnoli, head)
	b = binary.LittleEndian.AppendUint32(b, crc)
	return append(append(b, head...), body...)
}

// errCut is the error of a chunk that goes on behind the end of the file.
var errCut = errors.New("the chunk is cut off")

// parsePrefix reads the first prefixSize bytes of a chunk, but not its head, whose length
// and sum it returns. left is how many bytes the file has from there on.
func parsePrefix(b []byte, left int64) (c chunk, head, crc uint32, err error) {
	u := binary.LittleEndian.Uint32
	c = chunk{kind: b[0], packing: b[1], body: u(b[8:]), raw: u(b[12:]), crc: u(b[16:])}
	head, crc = u(b[4:]), u(b[20:])
	switch {
	case head > maxHead, c.body > maxBody, c.raw > maxBody, b[2] != 0, b[3] != 0, c.packing > packed, c.packing == plain && c.raw != c.body:
		err = errors.New("this is no chunk")
	case prefixSize+int64(head)+int64(c.body) > left:
		err = errCut
	}
	return c, head, crc, err
}

// readChunk reads the chunk at an offset of a file of a size, without its body.
func readChunk(r io.ReaderAt, at, size int64) (chunk, error) {
	var b [prefixSize]byte
	if size-at < prefixSize {
		return chunk{}, errCut
	}
	if _, err := r.ReadAt(b[:], at); err != nil {
		return chunk{}, err
	}
	c, head, crc, err := parsePrefix(b[:], size-at)
	if err != nil {
		return chunk{}, err
	}
	c.at, c.head = at, make([]byte, head)
	if _, err := r.ReadAt(c.head, at+prefixSize); err != nil && !(err == io.EOF && head == 0) {
		return chunk{}, err
	}
	return c, checkHead(b[:], c.head, crc)
}

func checkHead(prefix, head []byte, crc uint32) error {
	if got := crc32.Update(crc32.Checksum(prefix[:prefixSize-4], castagnoli), castagnoli, head); got != crc {
		return fmt.Errorf("the sum of its head is %08x, not %08x", got, crc)
	}
	return nil
}

// unpacker reads the bodies of chunks. It is for one goroutine.
type unpacker struct {
	zstd *zstd.Decoder
	in   []byte
}

func newUnpacker() (*unpacker, error) {
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxBody), zstd.WithDecoderMaxWindow(8<<20))
	if err != nil {
		return nil, err
	}
	return &unpacker{zstd: z}, nil
}

// read returns the body of a chunk, unpacked into the room that dst has, if it suffices.
func (u *unpacker) read(r io.ReaderAt, c *chunk, dst []byte) ([]byte, error) {
	if cap(u.in) < int(c.body) {
		u.in = make([]byte, c.body) // the file is that long
	}
	in := u.in[:c.body]
	if _, err := r.ReadAt(in, c.at+prefixSize+int64(len(c.head))); err != nil && err != io.EOF {
		return nil, err
	}
	return u.unpack(c, in, dst)
}

// unpack returns the body of a chunk from the bytes it is stored as.
func (u *unpacker) unpack(c *chunk, in, dst []byte) ([]byte, error) {
	if got := crc32.Checksum(in, castagnoli); got != c.crc {
		return nil, fmt.Errorf("the sum of its body is %08x, not %08x", got, c.crc)
	}
	if c.packing == plain {
		return append(dst[:0], in...), nil
	}
	var h zstd.Header
	if err := h.Decode(in); err != nil {
		return nil, err
	}
	if h.HasFCS && h.FrameContentSize != uint64(c.raw) {
		return nil, errors.New("its lengths contradict each other")
	}
	raw, err := u.inflate(c, in, dst)
	if err == nil && len(raw) != int(c.raw) {
		err = fmt.Errorf("its body has %d bytes, not %d", len(raw), c.raw)
	}
	return raw, err
}

// inflate allocates at once what is claimed only if that is little.
func (u *unpacker) inflate(c *chunk, in, dst []byte) ([]byte, error) {
	if c.raw <= maxAtOnce || cap(dst) >= int(c.raw) {
		return u.zstd.DecodeAll(in, dst[:0])
	}
	if err := u.zstd.Reset(bytes.NewReader(in)); err != nil {
		return nil, err
	}
	out := bytes.NewBuffer(dst[:0])
	_, err := io.Copy(out, io.LimitReader(u.zstd, int64(c.raw)+1))
	return out.Bytes(), err
}
