package broker

import (
	"encoding/binary"
	"sync"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// journalFetched makes an entry for each partition of which a process is sent records:
// whole batches, though it may have asked for what is in the midst of the first. What a
// client reads ahead counts as fetched. Share groups are not looked at. In virtual time
// there are no processes, and what clients of the test fetch at once depends on how their
// goroutines are scheduled.
func (c *conn) journalFetched(r *request, answer []byte) {
	o := c.whose.owner.Load()
	if o.Process == "" || o.Internal || c.g.b.cfg.Admit != nil {
		return
	}
	resp := &c.sent
	resp.SetVersion(r.version)
	body := answer[8:]
	if resp.IsFlexible() {
		body = body[1:] // kfake's empty tag section
	}
	if resp.ReadFrom(body) != nil {
		return
	}
	for i := range resp.Topics {
		t := &resp.Topics[i]
		name := t.Topic
		if name == "" {
			name = c.g.b.ids.name(t.TopicID)
		}
		for j := range t.Partitions {
			p := &t.Partitions[j]
			e := journal.Entry{
				Kind: journal.RecordsFetched, Process: o.Process, Topic: name, Partition: p.Partition,
				Measured: journal.Measured{Address: c.addr.hostport, Client: r.client},
			}
			if name != "" && extent(&e, p.RecordBatches) {
				c.g.b.notify(e)
			}
		}
	}
	*resp = kmsg.FetchResponse{} // it holds the whole answer
}

// extent sets the range of an entry to that of batches, and reports whether there is one
// that holds records, and not the end of a transaction.
func extent(e *journal.Entry, batches []byte) bool {
	const isControl = 0x20
	for len(batches) >= batchRecords {
		size := 12 + int64(binary.BigEndian.Uint32(batches[batchLength:]))
		if size < batchRecords || size > int64(len(batches)) {
			break // cut off by the limit of the fetch
		}
		if batches[batchAttribute+1]&isControl == 0 {
			first := int64(binary.BigEndian.Uint64(batches))
			if e.Records == 0 {
				e.First = first
			}
			e.Last = first + int64(binary.BigEndian.Uint32(batches[batchLastDelta:]))
			e.Records += int32(binary.BigEndian.Uint32(batches[batchCount:]))
		}
		batches = batches[size:]
	}
	return e.Records > 0
}

// topicIDs are the names of topics by id, by which newer clients fetch. They are learnt
// from the answers that told the clients.
type topicIDs struct {
	mu    sync.Mutex // guards names
	names map[[16]byte]string
}

func (t *topicIDs) learn(resp *kmsg.MetadataResponse) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range resp.Topics {
		topic := &resp.Topics[i]
		if topic.Topic == nil || topic.TopicID == [16]byte{} {
			continue
		}
		if t.names == nil {
			t.names = map[[16]byte]string{}
		}
		t.names[topic.TopicID] = *topic.Topic
	}
}

// name is the name of a topic, "" if it is not known.
func (t *topicIDs) name(id [16]byte) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.names[id]
}
