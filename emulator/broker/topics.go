package broker

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// TopicInfo is a topic as it is now.
type TopicInfo struct {
	Name string
	// Partitions are in order, from 0 on.
	Partitions []PartitionInfo
}

// PartitionInfo is a partition as it is now.
type PartitionInfo struct {
	Partition int32
	// Start is the first offset that is kept, End the next to be written.
	Start, End int64
	// Bytes is the size of the record batches that are kept.
	Bytes int64
}

// GroupInfo is a consumer group as it is now.
type GroupInfo struct {
	Name string
	// State is Kafka's: Empty, Stable, PreparingRebalance, ...
	State   string
	Members int
	// Committed is sorted by topic and partition.
	Committed []CommittedOffset
}

// CommittedOffset is the next offset that a group is to handle.
type CommittedOffset struct {
	Topic     string
	Partition int32
	Offset    int64
}

// CreateTopics creates the topics that do not exist, and adds partitions to
// those that have fewer. One that has more keeps them, with a Warning.
func (b *Broker) CreateTopics(topics ...Topic) error {
	if len(topics) == 0 {
		return nil
	}
	var errs []error
	req := kmsg.NewPtrCreateTopicsRequest()
	req.SetVersion(5)
	var grow []Topic
	for _, t := range topics {
		if t.Partitions == 0 {
			t.Partitions = b.cfg.DefaultPartitions
		}
		switch have := len(b.partitions(t.Name)); {
		case !validTopic(t.Name):
			errs = append(errs, fmt.Errorf("create topic %q: %s", t.Name, invalidTopicMessage))
		case t.Partitions < 1 || t.Partitions > maxPartitions:
			errs = append(errs, fmt.Errorf("create topic %q: %d partitions: 1 to %d are allowed", t.Name, t.Partitions, maxPartitions))
		case have == 0:
			rt := kmsg.NewCreateTopicsRequestTopic()
			rt.Topic, rt.NumPartitions, rt.ReplicationFactor = t.Name, int32(t.Partitions), 1
			if t.MaxMessage > 0 {
				rc := kmsg.NewCreateTopicsRequestTopicConfig()
				rc.Name, rc.Value = "max.message.bytes", kmsg.StringPtr(strconv.Itoa(t.MaxMessage))
				rt.Configs = append(rt.Configs, rc)
			}
			req.Topics = append(req.Topics, rt)
		case have < t.Partitions:
			grow = append(grow, t)
		case have > t.Partitions:
			b.notify(journal.Entry{Kind: journal.Warning, Topic: t.Name, Text: fmt.Sprintf(
				"topic %q has %d partitions already and keeps them, though %d are configured", t.Name, have, t.Partitions)})
		}
	}
	errs = append(errs, b.create(req), b.grow(grow))
	return errors.Join(errs...)
}

func (b *Broker) create(req *kmsg.CreateTopicsRequest) error {
	if len(req.Topics) == 0 {
		return nil
	}
	resp, err := call[*kmsg.CreateTopicsResponse](b.inside, req)
	if err != nil {
		return err
	}
	var errs []error
	for _, t := range resp.Topics {
		err := kerr.ErrorForCode(t.ErrorCode)
		if err != nil && !errors.Is(err, kerr.TopicAlreadyExists) {
			errs = append(errs, fmt.Errorf("create topic %q: %w", t.Topic, err))
		}
	}
	return errors.Join(errs...)
}

func (b *Broker) grow(topics []Topic) error {
	if len(topics) == 0 {
		return nil
	}
	req := kmsg.NewPtrCreatePartitionsRequest()
	req.SetVersion(1)
	for _, t := range topics {
		rt := kmsg.NewCreatePartitionsRequestTopic()
		rt.Topic, rt.Count = t.Name, int32(t.Partitions)
		req.Topics = append(req.Topics, rt)
	}
	resp, err := call[*kmsg.CreatePartitionsResponse](b.inside, req)
	if err != nil {
		return err
	}
	var errs []error
	for _, t := range resp.Topics {
		if err := kerr.ErrorForCode(t.ErrorCode); err != nil {
			errs = append(errs, fmt.Errorf("add partitions to topic %q: %w", t.Topic, err))
		}
	}
	return errors.Join(errs...)
}

// Topics returns all topics, sorted by name; none once the broker is closed.
func (b *Broker) Topics() []TopicInfo {
	names, err := b.topicNames()
	if err != nil {
		return nil
	}
	topics := make([]TopicInfo, 0, len(names))
	for _, name := range names {
		t := TopicInfo{Name: name}
		for _, p := range b.partitions(name) {
			t.Partitions = append(t.Partitions, PartitionInfo{
				Partition: p.Partition, Start: p.LogStartOffset, End: p.HighWatermark, Bytes: p.NumBytes,
			})
		}
		topics = append(topics, t)
	}
	return topics
}

func (b *Broker) topicNames() ([]string, error) {
	req := kmsg.NewPtrMetadataRequest()
	req.SetVersion(4) // no topics: all
	resp, err := call[*kmsg.MetadataResponse](b.inside, req)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(resp.Topics))
	for _, t := range resp.Topics {
		names = append(names, *t.Topic)
	}
	slices.Sort(names)
	return names, nil
}

// partitions returns those of a topic, in order; none if it does not exist.
func (b *Broker) partitions(topic string) (ps []*kfake.PartitionInfo) {
	_ = b.ask(func() { ps = b.cluster.PartitionInfos(topic) })
	return ps
}

// Groups returns all consumer groups, sorted by name; none once the broker is
// closed.
func (b *Broker) Groups() []GroupInfo {
	req := kmsg.NewPtrListGroupsRequest()
	req.SetVersion(2)
	resp, err := call[*kmsg.ListGroupsResponse](b.inside, req)
	if err != nil {
		return nil
	}
	var groups []GroupInfo
	for _, listed := range resp.Groups {
		var g *kfake.GroupInfo
		if err := b.ask(func() { g = b.cluster.GroupInfo(listed.Group) }); err != nil || g == nil {
			continue
		}
		groups = append(groups, GroupInfo{Name: g.Group, State: g.State, Members: len(g.Members), Committed: committed(g)})
	}
	slices.SortFunc(groups, func(a, b GroupInfo) int { return strings.Compare(a.Name, b.Name) })
	return groups
}

func committed(g *kfake.GroupInfo) []CommittedOffset {
	var all []CommittedOffset
	for topic, partitions := range g.Commits {
		for p, c := range partitions {
			all = append(all, CommittedOffset{topic, p, c.Offset})
		}
	}
	slices.SortFunc(all, func(a, b CommittedOffset) int {
		return cmp.Or(strings.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
	})
	return all
}
