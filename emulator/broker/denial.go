package broker

import (
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// Kafka's error codes of what is not allowed, and of a fetch session that is not known.
const (
	topicDenied    = 29 // TOPIC_AUTHORIZATION_FAILED
	groupDenied    = 30 // GROUP_AUTHORIZATION_FAILED
	clusterDenied  = 31 // CLUSTER_AUTHORIZATION_FAILED
	unknownSession = 70 // FETCH_SESSION_ID_NOT_FOUND
)

// What of a topic a Denial is about.
const (
	AccessAll   = ""      // produce, fetch, and that there is such a topic
	AccessRead  = "read"  // fetch, and which offsets there are
	AccessWrite = "write" // produce
)

// Denial is something that clients are not allowed to do: with one topic, with one group,
// or what needs the whole cluster (to make topics, and idempotent producers). One of Topic,
// Group and Cluster is set.
type Denial struct {
	// Function is whose environments are denied it; empty is every client. What the emulator
	// itself does is allowed always.
	Function string
	Topic    string
	Access   string
	Group    string
	Cluster  bool
}

// denied is a Denial that stands.
type denied struct {
	Denial
	id    int
	topic [16]byte // the topic's id; zero if it is not known
	count *atomic.Int64
}

// denials are those that stand. What is published does not change.
type denials struct{ of []denied }

// Deny denies something from the next request on, under a number by which it is allowed
// again.
func (b *Broker) Deny(id int, d Denial) {
	added := denied{Denial: d, id: id, count: b.deniedCount(id)}
	if d.Topic != "" {
		added.topic = b.topicID(d.Topic)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var of []denied
	if now := b.denials.Load(); now != nil {
		of = slices.Clone(now.of)
	}
	b.denials.Store(&denials{append(of, added)})
}

// Allow ends what Deny began under the number.
func (b *Broker) Allow(id int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.denials.Load()
	if now == nil {
		return
	}
	of := slices.DeleteFunc(slices.Clone(now.of), func(d denied) bool { return d.id == id })
	if len(of) == 0 {
		b.denials.Store(nil)
		return
	}
	b.denials.Store(&denials{of})
}

// Denied is how many requests were denied under a number.
func (b *Broker) Denied(id int) int { return int(b.deniedCount(id).Load()) }

// deniedCount is what counts them.
func (b *Broker) deniedCount(id int) *atomic.Int64 {
	count, _ := b.deniedBy.LoadOrStore(id, new(atomic.Int64))
	return count.(*atomic.Int64)
}

// topicID is the id of a topic; zero if there is none.
func (b *Broker) topicID(topic string) [16]byte {
	req := kmsg.NewPtrMetadataRequest()
	req.SetVersion(10)
	t := kmsg.NewMetadataRequestTopic()
	t.Topic = &topic
	req.Topics = append(req.Topics, t)
	resp, err := call[*kmsg.MetadataResponse](b.inside, req)
	if err != nil || len(resp.Topics) != 1 {
		return [16]byte{}
	}
	return resp.Topics[0].TopicID
}

// denialsOf are the denials that concern a connection, nil if none do.
func (c *conn) denialsOf() []denied {
	all := c.g.b.denials.Load()
	if all == nil {
		return nil
	}
	o := c.whose.owner.Load()
	if o.Internal || o.Observer {
		return nil
	}
	var own []denied
	for _, d := range all.of {
		if d.Function == "" || d.Function == o.Function {
			own = append(own, d)
		}
	}
	return own
}

// gatekeeper denies what one request asks for.
type gatekeeper struct{ of []denied }

// any counts the request with the denials that match and reports whether there is one.
func (k gatekeeper) any(match func(*denied) bool) bool {
	found := false
	for i := range k.of {
		if match(&k.of[i]) {
			k.of[i].count.Add(1)
			found = true
		}
	}
	return found
}

// topic reports whether access to a topic, by name or id, is denied: AccessAll is what
// both reading and writing imply.
func (k gatekeeper) topic(name string, id [16]byte, access string) bool {
	return k.any(func(d *denied) bool {
		return d.Topic != "" && (d.Topic == name || id != [16]byte{} && d.topic == id) && (d.Access == AccessAll || d.Access == access)
	})
}

func (k gatekeeper) group(name string) bool {
	return k.any(func(d *denied) bool { return d.Group != "" && d.Group == name })
}

func (k gatekeeper) cluster() bool { return k.any(func(d *denied) bool { return d.Cluster }) }

// watches reports whether fetches may be denied: then there are no sessions, as what is
// held back from kfake would be missing in them afterwards.
func (k gatekeeper) watches() bool {
	return slices.ContainsFunc(k.of, func(d denied) bool { return d.Topic != "" && d.Access != AccessWrite })
}

// deny looks at a request of a connection that something is denied to. It returns the frame
// to go on with instead, length first, nil for the same; whole says that kfake is only asked
// so that the answer, which is in r, keeps its turn.
func (c *conn) deny(f frame, l *layout, r *request) (frame []byte, whole bool, err error) {
	of := c.denialsOf()
	if of == nil || !deniable(f.key) {
		return nil, false, nil
	}
	if err := l.walk(f.body, f.version); err != nil {
		return nil, false, bad("%v", err)
	}
	req := kmsg.RequestForKey(f.key)
	req.SetVersion(f.version)
	if err := req.ReadFrom(f.body); err != nil {
		return nil, false, bad("%s v%d does not parse", l.name, f.version)
	}
	k := gatekeeper{of}
	resp, addition := k.request(req, c.g.b.ids.name)
	if produce, ok := req.(*kmsg.ProduceRequest); ok && produce.Acks == 0 && addition != nil {
		return nil, false, fmt.Errorf("%w: it is not allowed", errUnacknowledged)
	}
	switch {
	case resp != nil:
		r.instead = &substitute{answer: encode(resp, correlationOf(f))}
		return askVersions(f.correlation), true, nil
	case addition != nil:
		r.addition = addition
		return appendFrame(nil, f, req.AppendTo(nil)), false, nil
	}
	return nil, false, nil
}

// passUndenied checks a frame, without what of it is denied.
func (c *conn) passUndenied(f frame, l *layout, r *request) ([]byte, error) {
	less, whole, err := c.deny(f, l, r)
	if err != nil || whole {
		return less, err
	}
	if less != nil {
		if f, err = parseHeader(less[4:], l); err != nil {
			return nil, err
		}
	}
	replaced, err := c.passAllowed(f, l, r)
	if replaced == nil {
		replaced = less
	}
	return replaced, err
}
