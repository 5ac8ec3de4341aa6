package broker

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// appended is the batch of one partition in a produce request.
type appended struct {
	topic      string
	partition  int32
	records    int32
	bytes      int64 // the length of the batch
	size       int64 // of what the records hold, or bytes where that is not known
	invocation uint64
	reason     string
	// each and digest are of every record, where they are looked at; batch is the whole
	// of it, where somebody wants it.
	each   *journal.Records
	digest uint64
	batch  []byte
}

func (a *appended) same(b *appended) bool {
	return a.partition == b.partition && a.topic == b.topic
}

// passProduce checks a produce request, in one pass and without decompressing,
// and stamps each batch with who produces it. acks=0 becomes acks=1, in place.
func (c *conn) passProduce(f frame, l *layout, r *request) error {
	w := walker{src: f.body, flexible: f.version >= l.flexible, version: f.version}
	w.str(true) // transactional id
	if acks := w.span(2); len(acks) == 2 && acks[0] == 0 && acks[1] == 0 {
		r.swallow = true
		acks[1] = 1
	}
	w.skip(4) // timeout
	batches := c.spareAppended()
	err := c.walkTopics(&w, func(a appended, records []byte) error {
		low, high, err := c.checkBatch(&a, records)
		if err == nil {
			a.invocation, a.reason = c.whose.attribute(low, high)
			batches = append(batches, a)
		}
		return err
	})
	switch {
	case err != nil:
	case w.elements > maxElements:
		err = bad("%s v%d lists more than %d elements", l.name, f.version, maxElements)
	case w.bad:
		err = bad("%s v%d does not parse", l.name, f.version)
	default:
		err = checkTwice(batches)
	}
	if err != nil {
		for range batches {
			c.whose.answered()
		}
		return err
	}
	r.appended = batches
	return nil
}

// walkTopics calls fn for each partition of a produce request.
func (c *conn) walkTopics(w *walker, fn func(appended, []byte) error) error {
	topics := w.arrayLen()
	w.elements += topics
	for ; topics > 0 && !w.bad; topics-- {
		a := appended{topic: c.intern(w.str(false))}
		partitions := w.arrayLen()
		w.elements += partitions
		for ; partitions > 0 && !w.bad && w.elements <= maxElements; partitions-- {
			a.partition = int32(w.uint32())
			records := w.bytes(true)
			if w.flexible {
				w.tagSection(nil)
			}
			if w.bad {
				break
			}
			if err := fn(a, records); err != nil {
				return err
			}
		}
		if w.flexible {
			w.tagSection(nil)
		}
	}
	if w.flexible {
		w.tagSection(nil)
	}
	return nil
}

// checkTwice refuses a partition that is named twice: kfake appends both
// batches and answers one.
func checkTwice(batches []appended) error {
	const few = 16
	if len(batches) > few {
		batches = slices.Clone(batches)
		slices.SortFunc(batches, func(a, b appended) int {
			return cmp.Or(strings.Compare(a.topic, b.topic), cmp.Compare(a.partition, b.partition))
		})
	}
	for i := range batches {
		rest := batches[:i]
		if len(batches) > few {
			rest = rest[max(0, i-1):]
		}
		for j := range rest {
			if rest[j].same(&batches[i]) {
				return bad("Produce names partition %d of topic %q twice", batches[i].partition, batches[i].topic)
			}
		}
	}
	return nil
}

// intern returns name as a string that is shared by all entries.
func (c *conn) intern(name []byte) string {
	if s, ok := c.topics[string(name)]; ok {
		return s
	}
	const many = 1 << 10 // a client that names so many topics is not worth a map
	s := string(name)
	if len(c.topics) < many {
		c.topics[s] = s
	}
	return s
}

func (c *conn) spareAppended() []appended {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := len(c.spare); n > 0 {
		s := c.spare[n-1]
		c.spare = c.spare[:n-1]
		return s
	}
	return make([]appended, 0, 4)
}

// journal joins the answer to a produce request with what was asked, and makes
// an entry of each batch that is in the log. It reports whether one is not.
func (c *conn) journal(r *request, answer []byte) (refused bool) {
	resp := &c.produced
	resp.SetVersion(r.version)
	body := answer[8:]
	if resp.IsFlexible() {
		body = body[1:] // kfake's empty tag section
	}
	parsed := resp.ReadFrom(body) == nil
	for i := range r.appended {
		a := &r.appended[i]
		if p := find(resp, a); parsed && p != nil && p.ErrorCode == 0 {
			c.notifyProduced(r, a, p)
		} else {
			refused = true
		}
		c.whose.answered()
	}
	return refused
}

// find returns the part of the answer that is about a.
func find(resp *kmsg.ProduceResponse, a *appended) *kmsg.ProduceResponseTopicPartition {
	for i := range resp.Topics {
		t := &resp.Topics[i]
		if t.Topic != a.topic {
			continue
		}
		for j := range t.Partitions {
			if t.Partitions[j].Partition == a.partition {
				return &t.Partitions[j]
			}
		}
	}
	return nil
}

func (c *conn) notifyProduced(r *request, a *appended, p *kmsg.ProduceResponseTopicPartition) {
	last := p.BaseOffset + int64(a.records) - 1
	// kfake answers a batch it has already with its old offset, and no log start.
	again := r.version >= 5 && p.LogStartOffset < 0
	if !c.g.b.log.count(a.topic, a.partition, last, a.bytes, again) {
		return
	}
	if batches := c.g.b.cfg.Batches; batches != nil {
		batches(a.topic, a.partition, p.BaseOffset, a.batch)
	}
	o := c.whose.owner.Load()
	if o.Internal {
		return
	}
	if r.version >= 2 && p.LogAppendTime >= 0 {
		a.appendedAt(p.LogAppendTime)
	}
	c.g.b.notify(journal.Entry{
		Kind:     journal.RecordsProduced,
		Function: o.Function, Environment: o.Environment, Process: o.Process, Mapping: o.Mapping,
		Invocation: a.invocation, Reason: a.reason,
		Topic: a.topic, Partition: a.partition, First: p.BaseOffset, Last: last, Records: a.records, Bytes: a.size,
		Each: a.each, Digest: a.digest,
		Measured: journal.Measured{Address: c.addr.hostport, Client: r.client},
	})
}

// Where the fields of a record batch of message format 2 are.
const (
	batchLength    = 8
	batchMagic     = 16
	batchAttribute = 21
	batchLastDelta = 23
	batchFirstTime = 27
	batchMaxTime   = 35
	batchCount     = 57
	batchRecords   = 61
)

// checkBatch fills in the size of a batch and returns its timestamps, in Unix
// ms. What kfake refuses by itself, with an error to the client, passes.
func (c *conn) checkBatch(a *appended, batch []byte) (low, high int64, err error) {
	a.bytes = int64(len(batch))
	if c.g.b.cfg.Batches != nil {
		if a.batch = batch; c.borrowed {
			a.batch = bytes.Clone(batch) // the next request is read into its place
		}
	}
	a.size = a.bytes
	if len(batch) < batchRecords || batch[batchMagic] != 2 ||
		int64(binary.BigEndian.Uint32(batch[batchLength:])) != int64(len(batch)-12) {
		return 0, 0, nil
	}
	a.records = int32(binary.BigEndian.Uint32(batch[batchCount:]))
	if a.records < 1 {
		return 0, 0, bad("Produce to topic %q, partition %d: a batch of %d records", a.topic, a.partition, a.records)
	}
	if int32(binary.BigEndian.Uint32(batch[batchLastDelta:])) != a.records-1 {
		return 0, 0, nil
	}
	codec := batch[batchAttribute+1] & 7
	first := int64(binary.BigEndian.Uint64(batch[batchFirstTime:]))
	size, err := c.checkRecords(a, batch[batchRecords:], first, codec)
	if err != nil {
		return 0, 0, bad("Produce to topic %q, partition %d: %v", a.topic, a.partition, err)
	}
	if size >= 0 {
		a.size = size
	}
	last := int64(binary.BigEndian.Uint64(batch[batchMaxTime:]))
	return min(first, last), max(first, last), nil
}
