package broker

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

const (
	// checkedBatches is how many compressed batches of a connection are
	// decoded before the rest is taken on trust: a client that frames its
	// records wrongly does so at once.
	checkedBatches = 8
	// decodedMax is how much a batch may decode to.
	decodedMax = 256 << 20
	// shortestRecord is a record without key, value and headers: a length and
	// six bytes.
	shortestRecord = 7
)

// checkRecords checks that the records of a batch are framed as its header
// says, that of compressed ones only while the connection is young. size is how
// many bytes their keys, values and headers have, or -1 where that was not looked
// at: unlike the length of the batch, it does not depend on how a client cuts
// records into batches. In virtual time it is always looked at.
func (c *conn) checkRecords(records []byte, count int, codec byte) (size int64, err error) {
	if codec == 0 {
		return checkFraming(records, count)
	}
	old := c.young >= checkedBatches
	if codec > 4 || old && c.g.b.cfg.Admit == nil {
		return -1, nil // kfake refuses what is over 4
	}
	c.young++
	plain, err := decode(records, codec)
	if err != nil {
		return 0, fmt.Errorf("the batch does not decompress: %w", err)
	}
	return checkFraming(plain, count)
}

// checkFraming steps over records by their lengths and adds up their sizes.
func checkFraming(records []byte, count int) (size int64, err error) {
	if count > len(records)/shortestRecord {
		return 0, fmt.Errorf("%d bytes cannot hold %d records", len(records), count)
	}
	for i := range count {
		n, length := binary.Varint(records)
		if length <= 0 || n < 0 || n > int64(len(records)-length) {
			return 0, fmt.Errorf("record %d of %d does not fit the batch", i+1, count)
		}
		end := int64(length) + n
		size += recordSize(records[length:end])
		records = records[end:]
	}
	if len(records) > 0 {
		return 0, fmt.Errorf("%d bytes follow the last record", len(records))
	}
	return size, nil
}

// recordSize is the size of the key, the value and the headers of a record that
// begins after its length. What does not parse counts as it is.
func recordSize(record []byte) (size int64) {
	at := 1 // its attributes
	next := func() int64 {
		if at >= len(record) {
			at = len(record) + 1
			return 0
		}
		if b := record[at]; b < 0x80 { // almost always
			at++
			return int64(b>>1) ^ -int64(b&1)
		}
		n, length := binary.Varint(record[at:])
		if length <= 0 {
			at = len(record) + 1
			return 0
		}
		at += length
		return n
	}
	field := func() {
		if n := next(); n > 0 && n <= int64(len(record)-at) {
			at += int(n)
			size += n
		}
	}
	next() // timestamp
	next() // offset
	field()
	field()
	for headers := next(); headers > 0 && at < len(record); headers-- {
		field()
		field()
	}
	if at != len(record) {
		return int64(len(record))
	}
	return size
}

var errTooLong = fmt.Errorf("it is longer than %d bytes", decodedMax)

// decode decompresses src, up to decodedMax bytes, by the codec of a batch's
// attributes: 1 gzip, 2 snappy, 3 lz4, 4 zstd.
func decode(src []byte, codec byte) ([]byte, error) {
	switch codec {
	case 1:
		r, err := gzip.NewReader(bytes.NewReader(src))
		if err != nil {
			return nil, err
		}
		return readBounded(r)
	case 2:
		return decodeSnappy(src)
	case 3:
		return readBounded(lz4.NewReader(bytes.NewReader(src)))
	}
	d, err := zstd.NewReader(bytes.NewReader(src), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(decodedMax))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return readBounded(d)
}

func readBounded(r io.Reader) ([]byte, error) {
	plain, err := io.ReadAll(io.LimitReader(r, decodedMax+1))
	if err == nil && len(plain) > decodedMax {
		err = errTooLong
	}
	return plain, err
}

// xerial begins what the Java client writes: blocks of snappy, each with its
// length, behind this and two versions.
var xerial = []byte{130, 'S', 'N', 'A', 'P', 'P', 'Y', 0}

const xerialHeader = 16

func decodeSnappy(src []byte) ([]byte, error) {
	if !bytes.HasPrefix(src, xerial) {
		return decodeBlock(nil, src)
	}
	if len(src) < xerialHeader {
		return nil, io.ErrUnexpectedEOF
	}
	var plain []byte
	for src = src[xerialHeader:]; len(src) > 0; {
		if len(src) < 4 {
			return nil, io.ErrUnexpectedEOF
		}
		n := int64(binary.BigEndian.Uint32(src))
		if src = src[4:]; n > int64(len(src)) {
			return nil, io.ErrUnexpectedEOF
		}
		var err error
		if plain, err = decodeBlock(plain, src[:n]); err != nil {
			return nil, err
		}
		src = src[n:]
	}
	return plain, nil
}

// decodeBlock appends a snappy block to plain. A block cannot claim more than
// its bytes can make: a copy of 64 bytes takes two.
func decodeBlock(plain, block []byte) ([]byte, error) {
	n, err := s2.DecodedLen(block)
	if err != nil {
		return nil, err
	}
	if n > decodedMax-len(plain) {
		return nil, errTooLong
	}
	if n > 32*len(block) {
		return nil, errors.New("snappy: it claims more than it can hold")
	}
	part, err := s2.Decode(nil, block)
	if err != nil {
		return nil, err
	}
	if plain == nil {
		return part, nil
	}
	return append(plain, part...), nil
}
