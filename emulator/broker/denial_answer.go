package broker

import (
	"cmp"
	"encoding/binary"

	"github.com/twmb/franz-go/pkg/kmsg"
)

const deniedMessage = "denied by a fault of Coldbrook: coldbrook fault lists it"

// deniable reports whether requests of key are looked at where something is denied.
func deniable(key int16) bool {
	switch kmsg.Key(key) {
	case kmsg.Produce, kmsg.Fetch, kmsg.Metadata, kmsg.ListOffsets, kmsg.FindCoordinator, kmsg.JoinGroup, kmsg.SyncGroup, kmsg.Heartbeat,
		kmsg.OffsetCommit, kmsg.OffsetFetch, kmsg.ConsumerGroupHeartbeat, kmsg.InitProducerID, kmsg.CreateTopics,
		kmsg.LeaveGroup, kmsg.DescribeGroups, kmsg.AddOffsetsToTxn, kmsg.TxnOffsetCommit, kmsg.OffsetForLeaderEpoch, kmsg.DeleteTopics:
		return true
	}
	return false
}

// separate returns what is not denied, and what is.
func separate[T any](all []T, isDenied func(*T) bool) (kept, denied []T) {
	kept = all[:0]
	for _, t := range all {
		if isDenied(&t) {
			denied = append(denied, t)
		} else {
			kept = append(kept, t)
		}
	}
	return kept, denied
}

// named is the name of a topic that is asked for by name, or by id.
func named(topic *string, id [16]byte, name func([16]byte) string) string {
	if topic != nil {
		return *topic
	}
	return name(id)
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
	case *kmsg.OffsetForLeaderEpochRequest:
		return nil, k.leaderEpochs(req)
	case *kmsg.DeleteTopicsRequest:
		return nil, k.deleteTopics(req, name)
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
	kept, denied := separate(req.Topics, func(t *kmsg.ProduceRequestTopic) bool { return k.topic(t.Topic, t.TopicID, AccessWrite) })
	for _, t := range denied {
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
	kept, denied := separate(req.Topics, func(t *kmsg.FetchRequestTopic) bool {
		return k.topic(cmp.Or(t.Topic, name(t.TopicID)), t.TopicID, AccessRead)
	})
	for _, t := range denied {
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
	kept, denied := separate(req.Topics, func(t *kmsg.MetadataRequestTopic) bool {
		return k.topic(named(t.Topic, t.TopicID, name), t.TopicID, AccessAll)
	})
	for _, t := range denied {
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
	kept, denied := separate(req.Topics, func(t *kmsg.ListOffsetsRequestTopic) bool { return k.topic(t.Topic, [16]byte{}, AccessRead) })
	for _, t := range denied {
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

func (k gatekeeper) leaderEpochs(req *kmsg.OffsetForLeaderEpochRequest) func(kmsg.Response) {
	var out []kmsg.OffsetForLeaderEpochResponseTopic
	kept, denied := separate(req.Topics, func(t *kmsg.OffsetForLeaderEpochRequestTopic) bool { return k.topic(t.Topic, [16]byte{}, AccessRead) })
	for _, t := range denied {
		answer := kmsg.NewOffsetForLeaderEpochResponseTopic()
		answer.Topic = t.Topic
		for i := range t.Partitions {
			p := kmsg.NewOffsetForLeaderEpochResponseTopicPartition()
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
		resp := answer.(*kmsg.OffsetForLeaderEpochResponse)
		resp.Topics = append(resp.Topics, out...)
	}
}

// deleteTopics keeps topics to which all access is denied.
func (k gatekeeper) deleteTopics(req *kmsg.DeleteTopicsRequest, name func([16]byte) string) func(kmsg.Response) {
	names, deniedNames := separate(req.TopicNames, func(topic *string) bool { return k.topic(*topic, [16]byte{}, AccessAll) })
	topics, denied := separate(req.Topics, func(t *kmsg.DeleteTopicsRequestTopic) bool {
		return k.topic(named(t.Topic, t.TopicID, name), t.TopicID, AccessAll)
	})
	for i := range deniedNames { // up to version 5
		t := kmsg.NewDeleteTopicsRequestTopic()
		t.Topic = &deniedNames[i]
		denied = append(denied, t)
	}
	req.TopicNames, req.Topics = names, topics
	if denied == nil {
		return nil
	}
	return func(answer kmsg.Response) {
		resp := answer.(*kmsg.DeleteTopicsResponse)
		for _, t := range denied {
			d := kmsg.NewDeleteTopicsResponseTopic()
			d.Topic, d.TopicID, d.ErrorCode, d.ErrorMessage = t.Topic, t.TopicID, topicDenied, new(deniedMessage)
			resp.Topics = append(resp.Topics, d)
		}
	}
}
