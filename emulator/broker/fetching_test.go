package broker

import (
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// fetchOf is a fetch request of a session for partitions of a topic.
func fetchOf(epoch int32, partitions, forgotten []int32) *kmsg.FetchRequest {
	req := kmsg.NewPtrFetchRequest()
	req.SessionEpoch = epoch
	topic := kmsg.NewFetchRequestTopic()
	topic.Topic = "in"
	for _, p := range partitions {
		partition := kmsg.NewFetchRequestTopicPartition()
		partition.Partition = p
		topic.Partitions = append(topic.Partitions, partition)
	}
	req.Topics = append(req.Topics, topic)
	if len(forgotten) > 0 {
		gone := kmsg.NewFetchRequestForgottenTopic()
		gone.Topic, gone.Partitions = "in", forgotten
		req.ForgottenTopics = append(req.ForgottenTopics, gone)
	}
	return req
}

func TestFetchThatChangesWhatIsFetched(t *testing.T) {
	f := fetching{}
	for i, step := range []struct {
		epoch                 int32
		partitions, forgotten []int32
		want                  bool
	}{
		{0, []int32{4}, nil, true},         // opens a session
		{1, nil, nil, false},               // the same
		{2, []int32{4}, nil, false},        // from another offset
		{3, []int32{2, 4}, nil, true},      // one more
		{4, []int32{2}, nil, false},        // from another offset
		{5, nil, []int32{2}, true},         // one less
		{6, []int32{2}, nil, true},         // which comes back
		{-1, []int32{9}, nil, false},       // no session: every fetch has all
		{7, []int32{9}, nil, true},         // so it was not noted
		{0, []int32{2, 4, 9}, nil, true},   // another session
		{1, []int32{2, 4, 9}, nil, false},  // with all of it
		{2, []int32{2}, []int32{77}, true}, // forgets what it had not: never mind
	} {
		if got := f.take(fetchOf(step.epoch, step.partitions, step.forgotten)); got != step.want {
			t.Errorf("step %d, epoch %d of %v without %v: changes %v, want %v", i, step.epoch, step.partitions, step.forgotten, got, step.want)
		}
	}
}

func TestOnlyVirtualTimeLooksAtFetches(t *testing.T) {
	for _, virtual := range []bool{false, true} {
		c := &conn{g: &gate{b: &Broker{}}, fetching: fetching{}}
		if virtual {
			c.g.b.cfg.Admit = func(Request) {}
		}
		req, r := fetchOf(0, []int32{1}, nil), request{}
		req.MaxWaitMillis = 600_000
		changed := c.guardFetch(req, &r)
		if changed != virtual || r.settles != virtual || (req.MaxWaitMillis == 0) != virtual {
			t.Errorf("virtual %v: changed %v, settles %v, waits %d ms", virtual, changed, r.settles, req.MaxWaitMillis)
		}
	}
}

// TestFetchOfNothingDoesNotWait: with it a client closes its session.
func TestFetchOfNothingDoesNotWait(t *testing.T) {
	c := &conn{g: &gate{b: &Broker{}}, fetching: fetching{}}
	c.g.b.cfg.Admit = func(Request) {}
	for _, of := range []struct {
		partitions []int32
		want       int32
	}{{nil, 0}, {[]int32{1}, 600_000}} {
		req, r := fetchOf(noSession, of.partitions, nil), request{}
		req.MaxWaitMillis = 600_000
		if len(of.partitions) == 0 {
			req.Topics = nil
		}
		changed := c.guardFetch(req, &r)
		if changed != (of.want == 0) || r.settles || req.MaxWaitMillis != of.want {
			t.Errorf("a fetch of %v: changed %v, settles %v, waits %d ms", of.partitions, changed, r.settles, req.MaxWaitMillis)
		}
	}
}
