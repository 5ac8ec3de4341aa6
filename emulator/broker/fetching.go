package broker

import "github.com/twmb/franz-go/pkg/kmsg"

// fetching is what a connection fetches from, as its fetch session has it
// (KIP-227). It is kept in virtual time only.
//
// A client puts partitions into its fetches one by one, while the first of them
// may be on its way already; a partition that came too late for a fetch waits
// until that ends, which is when something is produced to another one, or the
// longest wait is over. Which of both it is depends on how goroutines are
// scheduled. So a fetch that changes what is fetched stops until all else is at
// rest, and is answered at once: the next one has all that there is.
type fetching map[fetched]struct{}

type fetched struct {
	topic     string
	id        [16]byte
	partition int32
}

// Of a fetch request: it opens a session, or has none.
const (
	newSession = 0
	noSession  = -1
)

// take notes what a fetch asks for and reports whether that changes what is
// fetched.
func (f fetching) take(req *kmsg.FetchRequest) (changed bool) {
	switch req.SessionEpoch {
	case noSession:
		return false
	case newSession:
		clear(f)
		changed = true
	}
	for _, t := range req.Topics {
		for _, p := range t.Partitions {
			key := fetched{t.Topic, t.TopicID, p.Partition}
			if _, had := f[key]; !had {
				f[key], changed = struct{}{}, true
			}
		}
	}
	for _, t := range req.ForgottenTopics {
		for _, p := range t.Partitions {
			delete(f, fetched{t.Topic, t.TopicID, p})
			changed = true
		}
	}
	return changed
}

// guardFetch makes a fetch that changes what is fetched one that does not wait, and
// one that asks for nothing, which kfake would have wait and Kafka answers at once
// (ReplicaManager.fetchMessages: "fetch request does not require any data"): with that a
// client closes its session, on the connection of its last fetch or, if that has been
// closed already, on another.
func (c *conn) guardFetch(req *kmsg.FetchRequest, r *request) (changed bool) {
	if c.g.b.cfg.Admit == nil {
		return false
	}
	if req.SessionEpoch == noSession && len(req.Topics) == 0 {
		changed = req.MaxWaitMillis != 0
		req.MaxWaitMillis = 0
		return changed
	}
	if !c.fetching.take(req) {
		return false
	}
	r.settles, req.MaxWaitMillis = true, 0
	return true
}
