package broker

import "github.com/twmb/franz-go/pkg/kmsg"

// ofGroup is the whole answer to a request of a group that is denied; nil if it is not.
func (k gatekeeper) ofGroup(req kmsg.Request) kmsg.Response {
	switch req := req.(type) {
	case *kmsg.JoinGroupRequest:
		if resp := req.ResponseKind().(*kmsg.JoinGroupResponse); k.group(req.Group) {
			resp.ErrorCode = groupDenied
			return resp
		}
	case *kmsg.SyncGroupRequest:
		if resp := req.ResponseKind().(*kmsg.SyncGroupResponse); k.group(req.Group) {
			resp.ErrorCode = groupDenied
			return resp
		}
	case *kmsg.HeartbeatRequest:
		if resp := req.ResponseKind().(*kmsg.HeartbeatResponse); k.group(req.Group) {
			resp.ErrorCode = groupDenied
			return resp
		}
	case *kmsg.LeaveGroupRequest:
		if resp := req.ResponseKind().(*kmsg.LeaveGroupResponse); k.group(req.Group) {
			resp.ErrorCode = groupDenied
			return resp
		}
	case *kmsg.AddOffsetsToTxnRequest:
		if resp := req.ResponseKind().(*kmsg.AddOffsetsToTxnResponse); k.group(req.Group) {
			resp.ErrorCode = groupDenied
			return resp
		}
	case *kmsg.ConsumerGroupHeartbeatRequest:
		if resp := req.ResponseKind().(*kmsg.ConsumerGroupHeartbeatResponse); k.group(req.Group) {
			resp.ErrorCode, resp.ErrorMessage = groupDenied, new(deniedMessage)
			return resp
		}
	case *kmsg.FindCoordinatorRequest:
		return k.findCoordinator(req)
	case *kmsg.OffsetCommitRequest:
		if k.group(req.Group) {
			return denyCommit(req)
		}
	case *kmsg.TxnOffsetCommitRequest:
		if k.group(req.Group) {
			return denyTxnCommit(req)
		}
	case *kmsg.OffsetFetchRequest:
		return k.offsetFetch(req)
	case *kmsg.DescribeGroupsRequest:
		return k.describeGroups(req)
	}
	return nil
}

// findCoordinator answers for all the groups of a request if one of them is denied: clients
// ask for one group at a time, or try the others again.
func (k gatekeeper) findCoordinator(req *kmsg.FindCoordinatorRequest) kmsg.Response {
	if req.CoordinatorType != 0 {
		return nil
	}
	keys := req.CoordinatorKeys
	if req.Version < 4 {
		keys = []string{req.CoordinatorKey}
	}
	found := false
	for _, key := range keys {
		found = k.group(key) || found
	}
	if !found {
		return nil
	}
	resp := req.ResponseKind().(*kmsg.FindCoordinatorResponse)
	resp.ErrorCode, resp.ErrorMessage, resp.NodeID = groupDenied, new(deniedMessage), -1
	for _, key := range keys {
		c := kmsg.NewFindCoordinatorResponseCoordinator()
		c.Key, c.NodeID, c.ErrorCode, c.ErrorMessage = key, -1, groupDenied, new(deniedMessage)
		resp.Coordinators = append(resp.Coordinators, c)
	}
	return resp
}

func denyCommit(req *kmsg.OffsetCommitRequest) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.OffsetCommitResponse)
	for i := range req.Topics {
		t := kmsg.NewOffsetCommitResponseTopic()
		t.Topic, t.TopicID = req.Topics[i].Topic, req.Topics[i].TopicID
		for j := range req.Topics[i].Partitions {
			p := kmsg.NewOffsetCommitResponseTopicPartition()
			p.Partition, p.ErrorCode = req.Topics[i].Partitions[j].Partition, groupDenied
			t.Partitions = append(t.Partitions, p)
		}
		resp.Topics = append(resp.Topics, t)
	}
	return resp
}

func denyTxnCommit(req *kmsg.TxnOffsetCommitRequest) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.TxnOffsetCommitResponse)
	for i := range req.Topics {
		t := kmsg.NewTxnOffsetCommitResponseTopic()
		t.Topic = req.Topics[i].Topic
		for j := range req.Topics[i].Partitions {
			p := kmsg.NewTxnOffsetCommitResponseTopicPartition()
			p.Partition, p.ErrorCode = req.Topics[i].Partitions[j].Partition, groupDenied
			t.Partitions = append(t.Partitions, p)
		}
		resp.Topics = append(resp.Topics, t)
	}
	return resp
}

// describeGroups answers for all the groups of a request if one of them is denied.
func (k gatekeeper) describeGroups(req *kmsg.DescribeGroupsRequest) kmsg.Response {
	found := false
	for _, group := range req.Groups {
		found = k.group(group) || found
	}
	if !found {
		return nil
	}
	resp := req.ResponseKind().(*kmsg.DescribeGroupsResponse)
	for _, group := range req.Groups {
		g := kmsg.NewDescribeGroupsResponseGroup()
		g.Group, g.ErrorCode = group, groupDenied
		resp.Groups = append(resp.Groups, g)
	}
	return resp
}

// offsetFetch answers for all the groups of a request if one of them is denied.
func (k gatekeeper) offsetFetch(req *kmsg.OffsetFetchRequest) kmsg.Response {
	found := req.Version < 8 && k.group(req.Group)
	for i := range req.Groups {
		found = k.group(req.Groups[i].Group) || found
	}
	if !found {
		return nil
	}
	resp := req.ResponseKind().(*kmsg.OffsetFetchResponse)
	resp.ErrorCode = groupDenied
	for i := range req.Groups {
		g := kmsg.NewOffsetFetchResponseGroup()
		g.Group, g.ErrorCode = req.Groups[i].Group, groupDenied
		resp.Groups = append(resp.Groups, g)
	}
	return resp
}
