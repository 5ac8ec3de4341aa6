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
	// plainMax is the largest buffer for decoded batches that a connection keeps, where
	// every batch is decoded.
	plainMax = 1 << 20
	// shortestRecord is a record without key, value and headers: a length and
	// six bytes.
	shortestRecord = 7
)

// checkRecords checks that the records of a batch are framed as its header
// says, that of compressed ones only while the connection is young, unless every
// record is to be looked at.
//
// In virtual time it is always looked at, and size is how many bytes the keys,
// values and headers have: unlike the length of a batch, that does not depend on
// how a client cuts records into batches. In real time size is -1: to count it
// costs some percent of the throughput.
func (c *conn) checkRecords(a *appended, records []byte, first int64, codec byte) (size int64, err error) {
	virtual, looks := c.g.b.cfg.Admit != nil, c.g.b.cfg.Records && !c.whose.owner.Load().Internal
	if codec > 4 || codec > 0 && !virtual && !looks && c.young >= checkedBatches {
		return -1, nil // kfake refuses what is over 4
	}
	if codec > 0 {
		c.young++
		if records, err = decode(c.plain, records, codec); err != nil {
			return 0, fmt.Errorf("the batch does not decompress: %w", err)
		}
		if looks && cap(records) <= plainMax {
			c.plain = records[:0]
		}
	}
	count := int(a.records)
	if looks {
		if err := a.lookAt(records, first); err != nil {
			return 0, err
		}
	}
	if virtual {
		err = checkFraming(records, count, func(record []byte) { size += recordSize(record) })
		return size, err
	}
	if looks {
		return -1, nil // lookAt has checked it
	}
	return -1, checkFraming(records, count, nil)
}

// checkFraming steps over records by their lengths, and calls each, unless it is
// nil, with every record after its length.
func checkFraming(records []byte, count int, each func([]byte)) error {
	if count > len(records)/shortestRecord {
		return fmt.Errorf("%d bytes cannot hold %d records", len(records), count)
	}
	for i := range count {
		n, size := binary.Varint(records)
		if size <= 0 || n < 0 || n > int64(len(records)-size) {
			return fmt.Errorf("record %d of %d does not fit the batch", i+1, count)
		}
		end := int64(size) + n
		if each != nil {
			each(records[size:end])
		}
		records = records[end:]
	}
	if len(records) > 0 {
		return fmt.Errorf("%d bytes follow the last record", len(records))
	}
	return nil
}

// recordSize is the size of the key, the value and the headers of a record that
// begins after its length. What does not parse counts as it is.
func recordSize(record []byte) int64 {
	_, at := varint(record, 1) // the timestamp, after the attributes
	_, at = varint(record, at) // the offset
	key, at := stepOver(record, at)
	value, at := stepOver(record, at)
	size := key + value
	headers, at := varint(record, at)
	for ; headers > 0 && at < len(record); headers-- {
		key, at = stepOver(record, at)
		value, at = stepOver(record, at)
		size += key + value
	}
	if at != len(record) {
		return int64(len(record))
	}
	return size
}

// stepOver steps over a length and as many bytes, and returns how many: 0 for null.
func stepOver(record []byte, at int) (size int64, next int) {
	n, at := varint(record, at)
	switch {
	case n <= 0:
		return 0, at
	case n > int64(len(record)-at):
		return 0, len(record) + 1
	}
	return n, at + int(n)
}

// varint reads a number and returns where the next begins: beyond the end of the
// record if there is none.
func varint(record []byte, at int) (n int64, next int) {
	if at < len(record) && record[at] < 0x80 { // almost always
		return int64(record[at]>>1) ^ -int64(record[at]&1), at + 1
	}
	return longVarint(record, at)
}

func longVarint(record []byte, at int) (n int64, next int) {
	if at < len(record) {
		if n, length := binary.Varint(record[at:]); length > 0 {
			return n, at + length
		}
	}
	return 0, len(record) + 1
}

var errTooLong = fmt.Errorf("it is longer than %d bytes", decodedMax)

// decode decompresses src, up to decodedMax bytes, by the codec of a batch's
// attributes: 1 gzip, 2 snappy, 3 lz4, 4 zstd. The room in dst may be used for it.
func decode(dst, src []byte, codec byte) ([]byte, error) {
	switch codec {
	case 1:
		r, err := gzip.NewReader(bytes.NewReader(src))
		if err != nil {
			return nil, err
		}
		return readBounded(r)
	case 2:
		return decodeSnappy(dst[:0], src)
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

func decodeSnappy(plain, src []byte) ([]byte, error) {
	if !bytes.HasPrefix(src, xerial) {
		return decodeBlock(plain, src)
	}
	if len(src) < xerialHeader {
		return nil, io.ErrUnexpectedEOF
	}
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
	if len(plain) == 0 {
		return s2.Decode(plain[:cap(plain)], block)
	}
	part, err := s2.Decode(nil, block)
	if err != nil {
		return nil, err
	}
	return append(plain, part...), nil
}
