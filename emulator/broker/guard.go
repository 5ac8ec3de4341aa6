package broker

import (
	"strconv"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// maxPartitions is the most partitions of a topic, and maxAcknowledged the most
// records that one range of a share group acknowledges.
const (
	maxPartitions   = 10_000
	maxAcknowledged = 1 << 20
)

// guarded reports whether guard looks at requests of key.
func guarded(key int16) bool {
	switch key {
	case fetchKey, metadataKey, joinGroup, createTopics, createPartitions, alterConfigs, incrementalAlterConfigs,
		consumerGroupHeartbeat, shareGroupHeartbeat, shareFetch, shareAcknowledge:
		return true
	}
	return false
}

// guard refuses or mends what parses and yet would harm kfake: see each case.
// changed says that req is to be passed on as it is now.
func (g *gate) guard(c *conn, req kmsg.Request, r *request) (changed bool, err error) {
	switch req := req.(type) {
	case *kmsg.FetchRequest:
		return c.guardFetch(req, r), nil
	case *kmsg.MetadataRequest:
		return guardMetadata(req, r), nil
	case *kmsg.CreateTopicsRequest:
		return guardCreateTopics(req, r), nil
	case *kmsg.CreatePartitionsRequest:
		return guardCreatePartitions(req), nil
	case *kmsg.JoinGroupRequest:
		c.whose.joined(req.Group)
		return false, guardProtocols(req)
	case *kmsg.ConsumerGroupHeartbeatRequest:
		if req.MemberEpoch == 0 {
			c.whose.joined(req.Group)
		}
	case *kmsg.ShareGroupHeartbeatRequest:
		if req.MemberEpoch == 0 {
			c.whose.joined(req.GroupID)
		}
	case *kmsg.AlterConfigsRequest:
		for i := range req.Resources {
			for _, cfg := range req.Resources[i].Configs {
				if err := guardConfig(cfg.Name, cfg.Value); err != nil {
					return false, err
				}
			}
		}
	case *kmsg.IncrementalAlterConfigsRequest:
		for i := range req.Resources {
			for _, cfg := range req.Resources[i].Configs {
				if err := guardConfig(cfg.Name, cfg.Value); err != nil {
					return false, err
				}
			}
		}
	case *kmsg.ShareFetchRequest, *kmsg.ShareAcknowledgeRequest:
		return false, guardAcknowledged(req)
	}
	return false, nil
}

// guardMetadata holds back names that are no topic names: kfake would create
// them, as folders. The answer says so.
func guardMetadata(req *kmsg.MetadataRequest, r *request) bool {
	kept := req.Topics[:0]
	for _, t := range req.Topics {
		if t.TopicID == [16]byte{} && t.Topic != nil && !validTopic(*t.Topic) {
			r.refused = append(r.refused, *t.Topic)
			continue
		}
		kept = append(kept, t)
	}
	if req.Topics != nil {
		req.Topics = kept // nil would ask for all topics
	}
	return r.refused != nil
}

// guardCreateTopics holds back bad names, and turns counts of partitions that
// would fill the memory into one that kfake refuses.
func guardCreateTopics(req *kmsg.CreateTopicsRequest, r *request) (changed bool) {
	kept := req.Topics[:0]
	for _, t := range req.Topics {
		if !validTopic(t.Topic) {
			r.refused = append(r.refused, t.Topic)
			continue
		}
		if t.NumPartitions > maxPartitions || len(t.ReplicaAssignment) > maxPartitions {
			t.NumPartitions, t.ReplicaAssignment, changed = 0, nil, true
		}
		kept = append(kept, t)
	}
	req.Topics = kept
	return changed || r.refused != nil
}

func guardCreatePartitions(req *kmsg.CreatePartitionsRequest) (changed bool) {
	for i := range req.Topics {
		if t := &req.Topics[i]; t.Count > maxPartitions {
			t.Count, t.Assignment, changed = 0, nil, true
		}
	}
	return changed
}

// guardProtocols refuses a protocol that is named twice: kfake counts it twice
// and finds no common protocol, which it takes for impossible.
func guardProtocols(req *kmsg.JoinGroupRequest) error {
	seen := make(map[string]bool, len(req.Protocols))
	for _, p := range req.Protocols {
		if seen[p.Name] {
			return bad("JoinGroup of %q names the protocol %q twice", req.Group, p.Name)
		}
		seen[p.Name] = true
	}
	return nil
}

// guardConfig refuses the intervals that kfake makes tickers of, which panic
// when they are not positive.
func guardConfig(name string, value *string) error {
	switch name {
	case "log.cleaner.backoff.ms", "offsets.retention.check.interval.ms":
	default:
		return nil
	}
	if value == nil {
		return nil
	}
	if n, err := strconv.ParseInt(*value, 10, 32); err != nil || n < 1 {
		return bad("%s: %q is no positive number of milliseconds", name, *value)
	}
	return nil
}

// guardAcknowledged refuses ranges of offsets that kfake would step through for
// ever.
func guardAcknowledged(req kmsg.Request) error {
	switch req := req.(type) {
	case *kmsg.ShareFetchRequest:
		for _, t := range req.Topics {
			for _, p := range t.Partitions {
				for _, b := range p.AcknowledgementBatches {
					if err := guardRange(b.FirstOffset, b.LastOffset); err != nil {
						return err
					}
				}
			}
		}
	case *kmsg.ShareAcknowledgeRequest:
		for _, t := range req.Topics {
			for _, p := range t.Partitions {
				for _, b := range p.AcknowledgementBatches {
					if err := guardRange(b.FirstOffset, b.LastOffset); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

func guardRange(first, last int64) error {
	if first < 0 || last-first >= maxAcknowledged {
		return bad("acknowledgement of offsets %d to %d: at most %d at once", first, last, maxAcknowledged)
	}
	return nil
}
