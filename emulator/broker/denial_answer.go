package broker

import (
	"encoding/binary"

	"github.com/twmb/franz-go/pkg/kmsg"
)

const deniedMessage = "denied by a fault of Coldbrook: coldbrook fault lists it"

// deniable reports whether requests of key are looked at where something is denied.
func deniable(key int16) bool {
	switch kmsg.Key(key) {
	case kmsg.Produce, kmsg.Fetch, kmsg.Metadata, kmsg.ListOffsets, kmsg.FindCoordinator, kmsg.JoinGroup, kmsg.SyncGroup, kmsg.Heartbeat,
		kmsg.OffsetCommit, kmsg.OffsetFetch, kmsg.ConsumerGroupHeartbeat, kmsg.InitProducerID, kmsg.CreateTopics:
		return true
	}
	return false
}

func correlationOf(f frame) []byte { return binary.BigEndian.AppendUint32(nil, uint32(f.correlation)) }

// request denies what is not allowed of a request. It returns the whole answer, or takes
// out of the request what is not allowed and returns what adds it to the answer; nil and
// nil if all is allowed.
func (k gatekeeper) request(req kmsg.Request, name func([16]byte) string) (whole kmsg.Response, addition func(kmsg.Response)) {
	switch req := req.(type) {
	case *kmsg.ProduceRequest:
		return nil, k.produce(req)
	case *kmsg.FetchRequest:
		return k.fetch(req, name)
	case *kmsg.MetadataRequest:
		return nil, k.metadata(req, name)
	case *kmsg.ListOffsetsRequest:
		return nil, k.listOffsets(req)
	case *kmsg.InitProducerIDRequest:
		if req.TransactionalID == nil && k.cluster() {
			resp := req.ResponseKind().(*kmsg.InitProducerIDResponse)
			resp.ErrorCode = clusterDenied
			return resp, nil
		}
	case *kmsg.CreateTopicsRequest:
		if k.cluster() {
			return denyCreateTopics(req), nil
		}
	default:
		return k.ofGroup(req), nil
	}
	return nil, nil
}

func denyCreateTopics(req *kmsg.CreateTopicsRequest) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.CreateTopicsResponse)
	for i := range req.Topics {
		t := kmsg.NewCreateTopicsResponseTopic()
		t.Topic, t.ErrorCode, t.ErrorMessage = req.Topics[i].Topic, topicDenied, new(deniedMessage)
		resp.Topics = append(resp.Topics, t)
	}
	return resp
}

func (k gatekeeper) produce(req *kmsg.ProduceRequest) func(kmsg.Response) {
	var out []kmsg.ProduceResponseTopic
	kept := req.Topics[:0]
	for _, t := range req.Topics {
		if !k.topic(t.Topic, t.TopicID, AccessWrite) {
			kept = append(kept, t)
			continue
		}
		answer := kmsg.NewProduceResponseTopic()
		answer.Topic, answer.TopicID = t.Topic, t.TopicID
		for i := range t.Partitions {
			p := kmsg.NewProduceResponseTopicPartition()
			p.Partition, p.ErrorCode, p.BaseOffset = t.Partitions[i].Partition, topicDenied, -1
			answer.Partitions = append(answer.Partitions, p)
		}
		out = append(out, answer)
	}
	req.Topics = kept
	if out == nil {
		return nil
	}
	return func(answer kmsg.Response) {
		resp := answer.(*kmsg.ProduceResponse)
		resp.Topics = append(resp.Topics, out...)
	}
}

// fetch has clients ask for all partitions each time, and takes those out that are denied.
func (k gatekeeper) fetch(req *kmsg.FetchRequest, name func([16]byte) string) (kmsg.Response, func(kmsg.Response)) {
	if !k.watches() {
		return nil, nil
	}
	if req.SessionEpoch > 0 {
		resp := req.ResponseKind().(*kmsg.FetchResponse)
		resp.ErrorCode = unknownSession
		return resp, nil
	}
	req.SessionID, req.SessionEpoch = 0, noSession
	var out []kmsg.FetchResponseTopic
	kept := req.Topics[:0]
	for _, t := range req.Topics {
		topic := t.Topic
		if topic == "" {
			topic = name(t.TopicID)
		}
		if !k.topic(topic, t.TopicID, AccessRead) {
			kept = append(kept, t)
			continue
		}
		answer := kmsg.NewFetchResponseTopic()
		answer.Topic, answer.TopicID = t.Topic, t.TopicID
		for i := range t.Partitions {
			p := kmsg.NewFetchResponseTopicPartition()
			p.Partition, p.ErrorCode, p.HighWatermark = t.Partitions[i].Partition, topicDenied, -1
			answer.Partitions = append(answer.Partitions, p)
		}
		out = append(out, answer)
	}
	if req.Topics = kept; out != nil {
		req.MaxWaitMillis = 0 // there is something to answer
	}
	return nil, func(answer kmsg.Response) {
		resp := answer.(*kmsg.FetchResponse)
		resp.Topics = append(resp.Topics, out...)
	}
}

// metadata says of topics that were asked for by name that they are denied, and leaves them
// out where all were asked for.
func (k gatekeeper) metadata(req *kmsg.MetadataRequest, name func([16]byte) string) func(kmsg.Response) {
	var out []kmsg.MetadataResponseTopic
	kept := req.Topics[:0]
	for _, t := range req.Topics {
		topic := name(t.TopicID)
		if t.Topic != nil {
			topic = *t.Topic
		}
		if !k.topic(topic, t.TopicID, AccessAll) {
			kept = append(kept, t)
			continue
		}
		answer := kmsg.NewMetadataResponseTopic()
		answer.Topic, answer.TopicID, answer.ErrorCode = t.Topic, t.TopicID, topicDenied
		out = append(out, answer)
	}
	isAll := req.Topics == nil || req.Version == 0 && len(req.Topics) == 0
	if !isAll {
		req.Topics = kept
	}
	if out == nil && !isAll {
		return nil
	}
	return func(answer kmsg.Response) {
		resp := answer.(*kmsg.MetadataResponse)
		shown := resp.Topics[:0]
		for _, t := range resp.Topics {
			if t.Topic == nil || !isAll || !k.topic(*t.Topic, t.TopicID, AccessAll) {
				shown = append(shown, t)
			}
		}
		resp.Topics = append(shown, out...)
	}
}

func (k gatekeeper) listOffsets(req *kmsg.ListOffsetsRequest) func(kmsg.Response) {
	var out []kmsg.ListOffsetsResponseTopic
	kept := req.Topics[:0]
	for _, t := range req.Topics {
		if !k.topic(t.Topic, [16]byte{}, AccessRead) {
			kept = append(kept, t)
			continue
		}
		answer := kmsg.NewListOffsetsResponseTopic()
		answer.Topic = t.Topic
		for i := range t.Partitions {
			p := kmsg.NewListOffsetsResponseTopicPartition()
			p.Partition, p.ErrorCode = t.Partitions[i].Partition, topicDenied
			answer.Partitions = append(answer.Partitions, p)
		}
		out = append(out, answer)
	}
	req.Topics = kept
	if out == nil {
		return nil
	}
	return func(answer kmsg.Response) {
		resp := answer.(*kmsg.ListOffsetsResponse)
		resp.Topics = append(resp.Topics, out...)
	}
}
