package broker

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func TestHarmfulRequestsAreRefused(t *testing.T) {
	ack := func(first, last int64) kmsg.Request {
		req := kmsg.NewPtrShareAcknowledgeRequest()
		req.SetVersion(1)
		batch := kmsg.ShareAcknowledgeRequestTopicPartitionAcknowledgementBatch{FirstOffset: first, LastOffset: last}
		part := kmsg.ShareAcknowledgeRequestTopicPartition{
			AcknowledgementBatches: []kmsg.ShareAcknowledgeRequestTopicPartitionAcknowledgementBatch{batch},
		}
		req.Topics = []kmsg.ShareAcknowledgeRequestTopic{{Partitions: []kmsg.ShareAcknowledgeRequestTopicPartition{part}}}
		return req
	}
	join := kmsg.NewPtrJoinGroupRequest()
	join.SetVersion(3)
	join.Group, join.ProtocolType, join.SessionTimeoutMillis = "g", "consumer", 10_000
	join.Protocols = []kmsg.JoinGroupRequestProtocol{{Name: "range"}, {Name: "range"}}
	alter := kmsg.NewPtrIncrementalAlterConfigsRequest()
	setting := kmsg.IncrementalAlterConfigsRequestResourceConfig{Name: "log.cleaner.backoff.ms", Value: new("0")}
	alter.Resources = []kmsg.IncrementalAlterConfigsRequestResource{{
		ResourceType: kmsg.ConfigResourceTypeBroker, Configs: []kmsg.IncrementalAlterConfigsRequestResourceConfig{setting},
	}}
	twice := produceRequest(1, "in", batchOf(1, nil, nil))
	twice.Topics[0].Partitions = append(twice.Topics[0].Partitions, twice.Topics[0].Partitions[0])
	bomb := batchOf(1, make([]byte, 1<<20), func(b *kmsg.RecordBatch) { b.Attributes, b.Records = 2, []byte("\xff\xff\xff\xff\x0fx") })
	for _, c := range []struct {
		name, reason string
		req          kmsg.Request
	}{
		{"protocol twice", "names the protocol", join},
		{"endless acknowledgement", "acknowledgement of offsets", ack(-1<<63, 1<<62)},
		{"long acknowledgement", "acknowledgement of offsets", ack(0, 1<<40)},
		{"ticker of nothing", "no positive number", alter},
		{"partition twice", "twice", twice},
		{"no records", "a batch of 0 records", produceRequest(1, "in", batchOf(0, nil, nil))},
		{"negative records", "a batch of -5 records", produceRequest(1, "in", batchOf(1, nil, func(b *kmsg.RecordBatch) {
			b.NumRecords, b.LastOffsetDelta = -5, -6
		}))},
		{"more records than bytes", "cannot hold", produceRequest(1, "in", batchOf(1, nil, func(b *kmsg.RecordBatch) {
			b.NumRecords, b.LastOffsetDelta = 1<<30, 1<<30-1
		}))},
		{"record beyond its batch", "does not fit", produceRequest(1, "in", batchOf(1, []byte("value"), func(b *kmsg.RecordBatch) {
			b.Records[0] = 0x7e
		}))},
		{"rest after the records", "follow the last", produceRequest(1, "in", batchOf(2, []byte("value"), func(b *kmsg.RecordBatch) {
			b.NumRecords, b.LastOffsetDelta = 1, 0
		}))},
		{"snappy bomb", "does not decompress", produceRequest(1, "in", bomb)},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := newRecorder()
			b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify})
			conn := dial(t, b.Addr())
			if _, err := conn.Write(frameOf(c.req, 1)); err != nil {
				t.Fatal(err)
			}
			if _, err := readAnswer(conn); err == nil {
				t.Error("it was answered")
			}
			if e := rec.wait(t, journal.BadFrame, 1)[0]; !strings.Contains(e.Reason, c.reason) {
				t.Errorf("got reason %q, want %q in it", e.Reason, c.reason)
			}
			roundTrip(t, dial(t, b.Addr()), versionsFrame(0, 2))
		})
	}
}

func TestTopicNamesThatAreNone(t *testing.T) {
	b := startBroker(t, Config{AutoCreate: true, DataDir: t.TempDir()})
	c := newClient(t, openAddress(t, b, Owner{Process: "p"}).Addr())
	names := []string{"../../out", "a/b", "", "..", strings.Repeat("x", 250)}
	md := kmsg.NewPtrMetadataRequest()
	md.AllowAutoTopicCreation = true
	create := kmsg.NewPtrCreateTopicsRequest()
	for _, n := range append(names, "fine") {
		md.Topics = append(md.Topics, kmsg.MetadataRequestTopic{Topic: new(n)})
		create.Topics = append(create.Topics, kmsg.CreateTopicsRequestTopic{Topic: n + "!", NumPartitions: 1, ReplicationFactor: 1})
	}
	resp, err := md.RequestWith(testContext(t), c)
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range resp.Topics {
		want := int16(invalidTopic)
		if *topic.Topic == "fine" {
			want = 0
		}
		if topic.ErrorCode != want {
			t.Errorf("Metadata of %q gives error code %d, want %d", *topic.Topic, topic.ErrorCode, want)
		}
	}
	created, err := create.RequestWith(testContext(t), c)
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range created.Topics {
		if topic.ErrorCode != invalidTopic {
			t.Errorf("CreateTopics of %q gives error code %d", topic.Topic, topic.ErrorCode)
		}
	}
	if len(resp.Topics) != 6 || len(created.Topics) != 6 || len(b.Topics()) != 1 {
		t.Errorf("got %d and %d answers and topics %+v", len(resp.Topics), len(created.Topics), b.Topics())
	}
}

func TestTooManyPartitionsAreRefused(t *testing.T) {
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}})
	c := newClient(t, b.Addr())
	create := kmsg.NewPtrCreateTopicsRequest()
	create.Topics = []kmsg.CreateTopicsRequestTopic{{Topic: "many", NumPartitions: 1 << 30, ReplicationFactor: 1}}
	resp, err := create.RequestWith(testContext(t), c)
	if err != nil || resp.Topics[0].ErrorCode != 37 {
		t.Errorf("CreateTopics: got %+v, %v, want INVALID_PARTITIONS", resp, err)
	}
	grow := kmsg.NewPtrCreatePartitionsRequest()
	grow.Topics = []kmsg.CreatePartitionsRequestTopic{{Topic: "in", Count: 1 << 30}}
	grown, err := grow.RequestWith(testContext(t), c)
	if err != nil || grown.Topics[0].ErrorCode != 37 {
		t.Errorf("CreatePartitions: got %+v, %v, want INVALID_PARTITIONS", grown, err)
	}
	if err := b.CreateTopics(Topic{Name: "many", Partitions: maxPartitions + 1}, Topic{Name: "a b"}); err == nil {
		t.Error("CreateTopics took a bad count and a bad name")
	}
}

func TestGroupFromAnEnvironmentWarnsOnce(t *testing.T) {
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in"}}, Notify: rec.notify})
	for i, o := range []Owner{{Function: "f", Environment: 3}, {Process: "p"}, {}, {Function: "f", Internal: true}} {
		a := openAddress(t, b, o)
		for j := range 2 {
			join := kmsg.NewPtrJoinGroupRequest()
			join.SetVersion(4)
			join.Group, join.ProtocolType, join.SessionTimeoutMillis = fmt.Sprint("g", i, j), "consumer", 10_000
			join.Protocols = []kmsg.JoinGroupRequestProtocol{{Name: "range"}}
			roundTrip(t, dial(t, a.Addr()), frameOf(join, 1))
		}
	}
	ws := rec.of(journal.Warning)
	if len(ws) != 1 || ws[0].Environment != 3 || !strings.Contains(ws[0].Text, `"g0 0"`) {
		t.Errorf("got %+v, want one warning about environment 3", ws)
	}
}
