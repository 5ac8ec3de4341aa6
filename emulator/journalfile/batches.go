package journalfile

import (
	"encoding/binary"
	"errors"
)

// batchesPerChunk is how many bytes of batches a chunk has at most, but for the last batch
// in it: what is unpacked to get at one record.
const batchesPerChunk = 256 << 10

// lastDelta is where a record batch of Kafka says how far its last offset is from its
// first, and batchHeader how long what stands before its records is.
const (
	lastDelta   = 23
	batchHeader = 61
)

// stored is where a batch stands in the batches of a chunk.
type stored struct {
	topic      string
	partition  int32
	base, last int64
	size       int
}

// gathered are the batches of a chunk that is being made.
type gathered struct {
	all  []stored
	data []byte
}

// add appends a batch, and copies it. What begins a batch is its first offset, which only
// the log knows and which its sum leaves out.
func (g *gathered) add(topic string, partition int32, base int64, batch []byte) {
	start, last := len(g.data), base
	g.data = append(g.data, batch...)
	if len(batch) >= batchHeader {
		last += int64(int32(binary.BigEndian.Uint32(batch[lastDelta:])))
		binary.BigEndian.PutUint64(g.data[start:], uint64(base))
	}
	g.all = append(g.all, stored{topic, partition, base, max(base, last), len(batch)})
}

func (g *gathered) reset() { g.all, g.data = g.all[:0], g.data[:0] }

// cut returns how many batches from i on, and how many of their bytes, make a chunk.
func (g *gathered) cut(i int) (batches, size int) {
	for _, s := range g.all[i:] {
		if batches > 0 && size+s.size > batchesPerChunk {
			break
		}
		batches, size = batches+1, size+s.size
	}
	return batches, size
}

// appendBatches appends the body of a chunk: its directory and the batches. It returns the
// head, too: what of which partition is in it.
func appendBatches(head, body []byte, all []stored, data []byte) (h, b []byte) {
	var spans summary
	spans.reset()
	numbers := map[string]int{}
	body = binary.AppendUvarint(body, uint64(len(all)))
	for i := range all {
		s := &all[i]
		n, ok := numbers[s.topic]
		if ok {
			body = binary.AppendUvarint(body, uint64(n))
		} else {
			n = len(numbers) + 1
			numbers[s.topic] = n
			body = append(binary.AppendUvarint(append(body, 0), uint64(len(s.topic))), s.topic...)
		}
		body = binary.AppendVarint(body, int64(s.partition))
		body = binary.AppendVarint(body, s.base)
		body = binary.AppendUvarint(body, uint64(s.last-s.base))
		body = binary.AppendUvarint(body, uint64(s.size))
		spans.extend(uint64(n), span{topic: s.topic, partition: s.partition, first: s.base, last: s.last})
	}
	head = binary.AppendUvarint(head, uint64(len(all)))
	return appendSpans(head, spans.spans), append(body, data...)
}

// errBatches is the error of a body that is no batches.
var errBatches = errors.New("its directory of batches is broken")

// findBatch returns the newest batch in a body that has an offset of a partition, nil if
// none has; and what the directory says of it. No newer batch in the body has any other of
// its offsets if alone is true.
func findBatch(body []byte, names *interned, topic string, partition int32, offset int64) (batch []byte, of stored, alone bool, err error) {
	in := input{b: body}
	n := in.count()
	var topics []string
	at, found := 0, -1
	for range n {
		s, ok := readStored(&in, names, &topics)
		if !ok || s.size > len(body)-at {
			return nil, of, false, errBatches
		}
		switch {
		case s.topic != topic || s.partition != partition:
		case s.base <= offset && offset <= s.last:
			found, of, alone = at, s, true
		case found >= 0 && s.base <= of.last && s.last >= of.base:
			alone = false
		}
		at += s.size
	}
	if in.left() != at {
		return nil, of, false, errBatches
	}
	if found < 0 {
		return nil, of, false, nil
	}
	found += in.at
	return body[found : found+of.size], of, alone, nil
}

func readStored(in *input, names *interned, topics *[]string) (stored, bool) {
	var s stored
	switch n := in.uvarint(); {
	case n == 0:
		s.topic = names.string(in.block())
		*topics = append(*topics, s.topic)
	case n <= uint64(len(*topics)):
		s.topic = (*topics)[n-1]
	default:
		in.fail()
	}
	s.partition, s.base = int32(in.varint()), in.varint()
	s.last = s.base + int64(in.uvarint())
	size := in.uvarint()
	if size > maxBody {
		in.fail()
	}
	s.size = int(size)
	return s, in.ok()
}
