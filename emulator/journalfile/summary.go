package journalfile

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// bounds are the smallest and the largest of some numbers; both are 0 if there are none
// but 0.
type bounds struct{ min, max uint64 }

// add takes a number in; 0 does not apply.
func (b *bounds) add(n uint64) {
	switch {
	case n == 0:
	case b.max == 0:
		b.min, b.max = n, n
	default:
		b.min, b.max = min(b.min, n), max(b.max, n)
	}
}

// may reports whether a number may be among them; 0 is any.
func (b bounds) may(n uint64) bool { return n == 0 || b.min <= n && n <= b.max }

// Classes of spans. A commit speaks of all records before it, so that its range would make
// all ranges wide.
const (
	ofRecords = iota
	ofCommits
)

var commits = journal.KindsOf(journal.OffsetCommitted, journal.CommitFailed)

// span is the range of records of a partition that a chunk has entries about, or batches of.
type span struct {
	topic       string
	partition   int32
	class       uint8
	first, last int64
}

func (s *span) compare(t *span) int {
	return cmp.Or(cmp.Compare(s.topic, t.topic), cmp.Compare(s.partition, t.partition), cmp.Compare(s.class, t.class))
}

// summary is what a chunk of entries has in it: its head.
type summary struct {
	count       int
	first, last uint64 // sequence numbers
	from, to    int64  // world time
	kinds       journal.Kinds
	// batch and so on are of entries that have one.
	batch, invocation, request, environment bounds
	// nameless says that there are topics which no span is about.
	nameless bool
	spans    []span // by topic, partition and class

	at map[uint64]int // of a span by number of topic, partition and class, while it is made
}

func (s *summary) reset() {
	if s.at == nil {
		s.at = map[uint64]int{}
	}
	clear(s.at)
	*s = summary{at: s.at, spans: s.spans[:0]}
}

// add takes an entry in, whose topic has a number in the chunk.
func (s *summary) add(e *journal.Entry, topic int) {
	if s.count == 0 {
		s.first, s.last, s.from, s.to = e.Seq, e.Seq, e.At, e.At
	}
	s.count++
	s.first, s.last = min(s.first, e.Seq), max(s.last, e.Seq)
	s.from, s.to = min(s.from, e.At), max(s.to, e.At)
	s.kinds |= journal.KindsOf(e.Kind)
	s.batch.add(e.Batch)
	s.invocation.add(e.Invocation)
	s.request.add(e.Request)
	s.environment.add(uint64(e.Environment))
	switch {
	case e.Topic == "":
	case topic == 0:
		s.nameless = true
	default:
		class := uint8(ofRecords)
		if commits.Has(e.Kind) {
			class = ofCommits
		}
		s.extend(uint64(topic), span{e.Topic, e.Partition, class, e.First, e.Last})
	}
}

// extend takes a range in, of the topic with a number.
func (s *summary) extend(topic uint64, r span) {
	key := topic<<33 | uint64(uint32(r.partition))<<1 | uint64(r.class)
	i, ok := s.at[key]
	if !ok {
		s.at[key] = len(s.spans)
		s.spans = append(s.spans, r)
		return
	}
	s.spans[i].first, s.spans[i].last = min(s.spans[i].first, r.first), max(s.spans[i].last, r.last)
}

// appendTo appends the head; the summary must be reset before more is added to it.
func (s *summary) appendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(s.count))
	b = binary.AppendUvarint(b, s.first)
	b = binary.AppendUvarint(b, s.last-s.first)
	b = binary.AppendVarint(b, s.from)
	b = binary.AppendVarint(b, s.to-s.from)
	b = binary.AppendUvarint(b, uint64(s.kinds))
	for _, n := range []bounds{s.batch, s.invocation, s.request, s.environment} {
		b = binary.AppendUvarint(b, n.min)
		b = binary.AppendUvarint(b, n.max-n.min)
	}
	nameless := byte(0)
	if s.nameless {
		nameless = 1
	}
	return appendSpans(append(b, nameless), s.spans)
}

// appendSpans sorts spans and appends them, each topic named once.
func appendSpans(b []byte, spans []span) []byte {
	slices.SortFunc(spans, func(s, t span) int { return s.compare(&t) })
	b = binary.AppendUvarint(b, uint64(len(spans)))
	topic := ""
	for i := range spans {
		s := &spans[i]
		if i > 0 && s.topic == topic {
			b = append(b, 0)
		} else {
			b = append(binary.AppendUvarint(b, uint64(len(s.topic))+1), s.topic...)
			topic = s.topic
		}
		b = append(binary.AppendVarint(b, int64(s.partition)), s.class)
		b = binary.AppendVarint(b, s.first)
		b = binary.AppendVarint(b, s.last-s.first)
	}
	return b
}

// parseSummary reads a head; names keeps topics once for all heads.
func parseSummary(head []byte, names *interned) (summary, bool) {
	in := input{b: head}
	s := summary{count: int(in.uvarint()), first: in.uvarint()}
	s.last = s.first + in.uvarint()
	s.from = in.varint()
	s.to = s.from + in.varint()
	s.kinds = journal.Kinds(in.uvarint())
	for _, n := range []*bounds{&s.batch, &s.invocation, &s.request, &s.environment} {
		n.min = in.uvarint()
		n.max = n.min + in.uvarint()
	}
	s.nameless = in.byte() != 0
	s.spans = readSpans(&in, names)
	return s, in.ok() && in.left() == 0 && s.last >= s.first && s.count > 0
}

func readSpans(in *input, names *interned) []span {
	n := in.count()
	spans := make([]span, 0, min(n, in.left()/5+1)) // each takes five bytes at least
	topic := ""
	for range n {
		if length := in.uvarint(); length > 0 {
			if length-1 > uint64(in.left()) {
				in.fail()
				break
			}
			in.at += int(length - 1)
			topic = names.string(in.b[in.at-int(length-1) : in.at])
		}
		s := span{topic: topic, partition: int32(in.varint()), class: in.byte()}
		s.first = in.varint()
		s.last = s.first + in.varint()
		if !in.ok() {
			break
		}
		spans = append(spans, s)
	}
	return spans
}

// may reports whether a chunk may have entries that are wanted.
func (s *summary) may(w *journal.Want) bool {
	switch {
	case w.Kinds != 0 && w.Kinds&s.kinds == 0, s.last < w.From, w.To != 0 && s.first > w.To:
		return false
	case !s.batch.may(w.Batch), !s.invocation.may(w.Invocation), !s.request.may(w.Request), !s.environment.may(uint64(w.Environment)):
		return false
	case w.Topic == "", s.nameless:
		return true
	}
	return mayHave(s.spans, w)
}

// mayHave reports whether one of the spans, which are sorted, may be about what is wanted.
func mayHave(spans []span, w *journal.Want) bool {
	from := span{topic: w.Topic}
	if !w.AllPartitions {
		from.partition = w.Partition
	} else {
		from.partition = -1 << 31
	}
	i, _ := slices.BinarySearchFunc(spans, from, func(s, t span) int { return s.compare(&t) })
	for ; i < len(spans) && spans[i].topic == w.Topic; i++ {
		s := &spans[i]
		if !w.AllPartitions && s.partition != w.Partition {
			break
		}
		if s.class == ofCommits && w.Kinds != 0 && w.Kinds&commits == 0 || s.class == ofRecords && w.Kinds != 0 && w.Kinds&^commits == 0 {
			continue
		}
		if w.AllPartitions || s.first <= w.Last && s.last >= w.First {
			return true
		}
	}
	return false
}

// interned keeps short strings once.
type interned struct{ all map[string]string }

// internedMost is how many strings are kept before it begins anew.
const internedMost = 1 << 14

func (n *interned) string(b []byte) string {
	if len(b) > 64 {
		return string(b)
	}
	if s, ok := n.all[string(b)]; ok {
		return s
	}
	if n.all == nil || len(n.all) >= internedMost {
		n.all = map[string]string{}
	}
	s := string(b)
	n.all[s] = s
	return s
}
