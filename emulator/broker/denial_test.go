package broker

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
)

// tryProduce produces a record and returns what went wrong.
func tryProduce(t *testing.T, c *kgo.Client, topic string) error {
	t.Helper()
	return c.ProduceSync(testContext(t), &kgo.Record{Topic: topic, Value: []byte("x")}).FirstErr()
}

func TestDeniedTopic(t *testing.T) {
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}, {Name: "other", Partitions: 1}}})
	a := openAddress(t, b, Owner{Function: "ship", Environment: 1})
	env, main := newClient(t, a.Addr()), newClient(t, b.Addr())
	for _, c := range []*kgo.Client{env, main} { // they know the topics before
		for _, topic := range []string{"in", "other"} {
			if err := tryProduce(t, c, topic); err != nil {
				t.Fatal(err)
			}
		}
	}
	b.Deny(7, Denial{Topic: "in", Access: AccessWrite, Function: "ship"})
	if err := tryProduce(t, env, "in"); !errors.Is(err, kerr.TopicAuthorizationFailed) {
		t.Errorf("an environment of the function: got %v, want TOPIC_AUTHORIZATION_FAILED", err)
	}
	if err := errors.Join(tryProduce(t, env, "other"), tryProduce(t, main, "in")); err != nil {
		t.Errorf("another topic, and another client: got %v", err)
	}
	both := env.ProduceSync(testContext(t), &kgo.Record{Topic: "in"}, &kgo.Record{Topic: "other"})
	for _, r := range both {
		if (r.Err != nil) != (r.Record.Topic == "in") {
			t.Errorf("%s, of both at once: got %v", r.Record.Topic, r.Err)
		}
	}
	if n := b.Denied(7); n < 2 {
		t.Errorf("got %d that were denied, want 2 or more", n)
	}
	b.Allow(7)
	if err := tryProduce(t, env, "in"); err != nil {
		t.Errorf("afterwards: got %v", err)
	}
	b.Deny(8, Denial{Topic: "in"})
	if err := tryProduce(t, newClient(t, a.Addr()), "in"); !errors.Is(err, kerr.TopicAuthorizationFailed) {
		t.Errorf("metadata: got %v, want TOPIC_AUTHORIZATION_FAILED", err)
	}
	topics, err := kadm.NewClient(main).ListTopics(testContext(t))
	if err != nil || topics.Has("in") || !topics.Has("other") {
		t.Errorf("all topics: got %v, %v, want all but in", topics.Names(), err)
	}
	internal := openAddress(t, b, Owner{Internal: true})
	if err := tryProduce(t, newClient(t, internal.Addr()), "in"); err != nil {
		t.Errorf("the emulator itself: got %v", err)
	}
}

// A consumer that has a fetch session learns of it, and goes on afterwards where it was.
func TestDeniedFetch(t *testing.T) {
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 2}, {Name: "other", Partitions: 2}}})
	a := openAddress(t, b, Owner{Function: "ship", Environment: 1})
	producer := newClient(t, b.Addr())
	for _, addr := range []string{a.Addr(), b.Addr()} {
		consumer := newClient(t, addr, kgo.ConsumeTopics("in", "other"), kgo.ConsumeResetOffset(kgo.NewOffset().AtEnd()), kgo.FetchMaxWait(50*time.Millisecond))
		warm, cancel := context.WithTimeout(testContext(t), time.Second)
		consumer.PollFetches(warm)
		cancel()
		b.Deny(1, Denial{Topic: "in", Access: AccessRead})
		for failed := false; !failed; { // what is on its way already may still come
			for _, e := range consumer.PollFetches(testContext(t)).Errors() {
				if failed = errors.Is(e.Err, kerr.TopicAuthorizationFailed) && e.Topic == "in"; !failed {
					t.Fatalf("got %v of %s", e.Err, e.Topic)
				}
			}
		}
		if err := errors.Join(tryProduce(t, producer, "in"), tryProduce(t, producer, "other")); err != nil {
			t.Fatal(err)
		}
		for others := 0; others < 1; {
			consumer.PollFetches(testContext(t)).EachRecord(func(r *kgo.Record) {
				if others++; r.Topic == "in" {
					t.Error("a record of the topic that is denied was fetched")
				}
			})
		}
		b.Allow(1)
		for got := 0; got < 1; {
			fs := consumer.PollFetches(testContext(t))
			fs.EachRecord(func(r *kgo.Record) { got++ })
			if errors.Is(fs.Err(), context.DeadlineExceeded) {
				t.Fatal("nothing is fetched after it is allowed again")
			}
		}
		consumer.Close()
	}
}

func TestDeniedGroupAndCluster(t *testing.T) {
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}})
	raw := newClient(t, b.Addr())
	client := kadm.NewClient(raw)
	ctx := testContext(t)
	offsets := kadm.Offsets{}
	offsets.AddOffset("in", 0, 5, -1)
	if err := client.CommitAllOffsets(ctx, "g", offsets); err != nil {
		t.Fatal(err)
	}
	b.Deny(1, Denial{Group: "g"})
	if err := client.CommitAllOffsets(ctx, "g", offsets); !errors.Is(err, kerr.GroupAuthorizationFailed) {
		t.Errorf("commit: got %v", err)
	}
	if _, err := client.FetchOffsets(ctx, "g"); !errors.Is(err, kerr.GroupAuthorizationFailed) {
		t.Errorf("fetch offsets: got %v", err)
	}
	if err := client.CommitAllOffsets(ctx, "another", offsets); err != nil {
		t.Errorf("another group: got %v", err)
	}
	// Who has found its coordinator before asks at once.
	describe := kmsg.NewPtrDescribeGroupsRequest()
	describe.Groups = []string{"g", "another"}
	described, err := describe.RequestWith(ctx, raw.Broker(0))
	if err != nil || len(described.Groups) != 2 || described.Groups[0].ErrorCode != groupDenied {
		t.Errorf("describe: got %+v, %v", described, err)
	}
	leave := kmsg.NewPtrLeaveGroupRequest()
	leave.Group = "g"
	if left, err := leave.RequestWith(ctx, raw.Broker(0)); err != nil || left.ErrorCode != groupDenied {
		t.Errorf("leave: got %+v, %v", left, err)
	}
	consumer := newClient(t, b.Addr(), kgo.ConsumerGroup("g"), kgo.ConsumeTopics("in"))
	if err := consumer.PollFetches(ctx).Err(); !errors.Is(err, kerr.GroupAuthorizationFailed) {
		t.Errorf("a member: got %v", err)
	}
	b.Deny(2, Denial{Cluster: true})
	if err := tryProduce(t, newClient(t, b.Addr()), "in"); !errors.Is(err, kerr.ClusterAuthorizationFailed) {
		t.Errorf("an idempotent producer: got %v", err)
	}
	if err := tryProduce(t, newClient(t, b.Addr(), kgo.DisableIdempotentWrite()), "in"); err != nil {
		t.Errorf("another producer: got %v", err)
	}
	if resp, err := client.CreateTopic(ctx, 1, 1, nil, "new"); !errors.Is(errors.Join(err, resp.Err), kerr.TopicAuthorizationFailed) {
		t.Errorf("create a topic: got %v, %v", err, resp.Err)
	}
	b.Allow(1)
	b.Allow(2)
	if err := errors.Join(client.CommitAllOffsets(ctx, "g", offsets), tryProduce(t, newClient(t, b.Addr()), "in")); err != nil {
		t.Errorf("afterwards: got %v", err)
	}
}

// TestDeniedTransaction: offsets that are committed with a transaction are those of the group.
func TestDeniedTransaction(t *testing.T) {
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}})
	client, ctx := newClient(t, b.Addr()), testContext(t)
	b.Deny(1, Denial{Group: "g"})
	add := kmsg.NewPtrAddOffsetsToTxnRequest()
	add.TransactionalID, add.Group = "t", "g"
	if resp, err := add.RequestWith(ctx, client); err != nil || resp.ErrorCode != groupDenied {
		t.Errorf("add offsets: got %+v, %v", resp, err)
	}
	commit := kmsg.NewPtrTxnOffsetCommitRequest()
	commit.TransactionalID, commit.Group = "t", "g"
	topic, partition := kmsg.NewTxnOffsetCommitRequestTopic(), kmsg.NewTxnOffsetCommitRequestTopicPartition()
	topic.Topic, topic.Partitions = "in", append(topic.Partitions, partition)
	commit.Topics = append(commit.Topics, topic)
	// The client would look for the coordinator of the group first, which is denied, too.
	resp, err := commit.RequestWith(ctx, client.Broker(0))
	if err != nil || len(resp.Topics) != 1 || resp.Topics[0].Partitions[0].ErrorCode != groupDenied {
		t.Errorf("commit: got %+v, %v", resp, err)
	}
}

func TestDeniedTopicIsKept(t *testing.T) {
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}, {Name: "other", Partitions: 1}}})
	raw := newClient(t, b.Addr())
	client, ctx := kadm.NewClient(raw), testContext(t)
	b.Deny(1, Denial{Topic: "in", Access: AccessRead})
	epochs := kadm.OffsetForLeaderEpochRequest{}
	epochs.Add("in", 0, 0)
	epochs.Add("other", 0, 0)
	got, err := client.OffsetForLeaderEpoch(ctx, epochs)
	if !errors.Is(err, kerr.TopicAuthorizationFailed) || len(got["other"]) != 1 || got["other"][0].Err != nil {
		t.Errorf("epochs: got %v, %v", got, err)
	}
	b.Deny(2, Denial{Topic: "in"})
	deleted, err := client.DeleteTopics(ctx, "in", "other")
	if err != nil || !errors.Is(deleted["in"].Err, kerr.TopicAuthorizationFailed) || deleted["other"].Err != nil {
		t.Errorf("delete: got %v, %v", deleted, err)
	}
	old := kmsg.NewPtrDeleteTopicsRequest() // names its topics otherwise
	old.TopicNames, old.Topics = []string{"in"}, nil
	frozen := newClient(t, b.Addr(), kgo.MaxVersions(kversion.V2_4_0()))
	if resp, err := old.RequestWith(ctx, frozen); err != nil || len(resp.Topics) != 1 || resp.Topics[0].ErrorCode != topicDenied {
		t.Errorf("delete, version 4: got %+v, %v", resp, err)
	}
	b.Allow(1)
	b.Allow(2)
	if topics, err := client.ListTopics(ctx); err != nil || !topics.Has("in") || topics.Has("other") {
		t.Errorf("afterwards: got %v, %v", topics.Names(), err)
	}
}
