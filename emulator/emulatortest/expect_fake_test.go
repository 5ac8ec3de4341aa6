package emulatortest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// tale is made-up evidence: its methods say what happened, in order, at a mapping
// "ship" of the function "ship" that reads "orders".
type tale struct {
	now                       time.Duration
	history                   *history
	records                   map[string][]*kgo.Record // in the order told; partitions in turn
	maps                      []mappingInfo
	left                      []string
	lastBatch, lastInvocation uint64
	topicNames, functionNames []string
	attempts                  map[uint64]int32
	ranges                    map[uint64][]journal.Entry
	shipMapping, shipTopic    string
}

func newTale() *tale {
	return &tale{
		history: newHistory(), records: map[string][]*kgo.Record{}, attempts: map[uint64]int32{},
		ranges: map[uint64][]journal.Entry{}, maps: []mappingInfo{{"ship", "ship", "orders"}},
		topicNames: []string{"shipped", "dlq"}, shipMapping: "ship", shipTopic: "orders",
	}
}

func (y *tale) settled() *history       { return y.history }
func (y *tale) mappings() []mappingInfo { return y.maps }
func (y *tale) outstanding() []string   { return y.left }
func (y *tale) replay() string          { return "seed 7" }
func (y *tale) topics() []string        { return y.topicNames }
func (y *tale) functions() []string     { return y.functionNames }

func (y *tale) Records(topic string) []*kgo.Record {
	var all []*kgo.Record
	for p := range int32(8) {
		for _, r := range y.records[topic] {
			if r.Partition == p {
				all = append(all, r)
			}
		}
	}
	return all
}

func (y *tale) wait(d time.Duration) { y.now += d }

func (y *tale) add(e journal.Entry) {
	e.At = int64(y.now)
	y.history.add([]journal.Entry{e})
}

// produce adds a record to a partition for each key; "" is none. base says who.
func (y *tale) produce(base journal.Entry, topic string, partition int32, keys ...string) {
	offset := int64(0)
	for _, r := range y.records[topic] {
		if r.Partition == partition {
			offset = r.Offset + 1
		}
	}
	for i, key := range keys {
		r := &kgo.Record{Topic: topic, Partition: partition, Offset: offset + int64(i), Value: fmt.Append(nil, offset+int64(i))}
		if key != "" {
			r.Key = []byte(key)
		}
		y.records[topic] = append(y.records[topic], r)
	}
	base.Kind, base.Topic, base.Partition = journal.RecordsProduced, topic, partition
	base.First, base.Last, base.Records, base.Bytes = offset, offset+int64(len(keys))-1, int32(len(keys)), int64(10*len(keys))
	y.add(base)
}

// order produces orders by a client of the test.
func (y *tale) order(partition int32, keys ...string) {
	y.produce(journal.Entry{Measured: journal.Measured{Client: "test"}}, y.shipTopic, partition, keys...)
}

func (y *tale) assign(partition int32, from int64) {
	y.add(journal.Entry{Kind: journal.PartitionAssigned, Mapping: y.shipMapping, Topic: y.shipTopic, Partition: partition, First: from})
}

func (y *tale) lose(partition int32) {
	y.add(journal.Entry{Kind: journal.PartitionRevoked, Mapping: y.shipMapping, Topic: y.shipTopic, Partition: partition, Reason: "lost"})
}

// batch forms a batch of offsets first to last of a partition.
func (y *tale) batch(partition int32, first, last int64) uint64 {
	y.lastBatch++
	e := journal.Entry{Kind: journal.BatchFormed, Mapping: y.shipMapping, Function: "ship", Batch: y.lastBatch, Topic: y.shipTopic,
		Partition: partition, First: first, Last: last, Records: int32(last - first + 1), Reason: "window"}
	y.add(e)
	y.ranges[y.lastBatch] = append(y.ranges[y.lastBatch], e)
	return y.lastBatch
}

// start begins an invocation of a batch.
func (y *tale) start(batch uint64, how string) uint64 {
	y.lastInvocation++
	y.attempts[batch]++
	e := y.ranges[batch][0]
	e.Kind, e.Invocation, e.Environment, e.Attempt, e.Reason = journal.InvocationStarted, y.lastInvocation, 1, y.attempts[batch], how
	y.add(e)
	return y.lastInvocation
}

func (y *tale) stop(batch, invocation uint64, outcome journal.Outcome, reason string) {
	e := y.ranges[batch][0]
	e.Kind, e.Invocation, e.Environment, e.Attempt = journal.InvocationEnded, invocation, 1, y.attempts[batch]
	e.Outcome, e.Reason, e.Measured.Took = outcome, reason, int64(10*time.Millisecond)
	y.add(e)
}

func (y *tale) retry(batch uint64, delay time.Duration) {
	y.add(journal.Entry{Kind: journal.RetryScheduled, Mapping: y.shipMapping, Function: "ship", Batch: batch,
		Attempt: y.attempts[batch] + 1, Delay: int64(delay), Reason: "boom"})
}

// end ends records of a batch.
func (y *tale) end(batch, invocation uint64, partition int32, first, last int64, outcome journal.Outcome) {
	y.add(journal.Entry{Kind: journal.RecordsEnded, Mapping: y.shipMapping, Function: "ship", Batch: batch, Invocation: invocation,
		Topic: y.shipTopic, Partition: partition, First: first, Last: last, Records: int32(last - first + 1), Outcome: outcome})
}

func (y *tale) commit(partition int32, last int64) {
	y.add(journal.Entry{Kind: journal.OffsetCommitted, Mapping: y.shipMapping, Topic: y.shipTopic, Partition: partition, Last: last})
}

// handle lets offsets first to last of a partition succeed, took after now.
func (y *tale) handle(partition int32, first, last int64, took time.Duration) {
	b := y.batch(partition, first, last)
	i := y.start(b, journal.Warm)
	y.wait(took)
	y.stop(b, i, journal.Succeeded, "")
	y.end(b, i, partition, first, last, journal.Succeeded)
	y.commit(partition, last)
}

// judge makes expectations of a tale, and returns what they say to fail.
func (y *tale) judge(f func(*Expectations)) string {
	r := &recorder{}
	f(newExpectations(r, y))
	return strings.Join(r.said, "\n---\n")
}

// recorder is a test that only notes that it fails. What it does not have panics.
type recorder struct {
	testing.TB
	name string
	said []string
}

func (r *recorder) Helper()      {}
func (r *recorder) Name() string { return r.name }
func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

// wantSaid fails the test unless got is what expectations are to say; want is
// indented and begins and ends with a line of its own, "" for nothing.
func wantSaid(t *testing.T, got, want string) {
	t.Helper()
	var lines []string
	for line := range strings.SplitSeq(strings.Trim(want, "\n\t"), "\n") {
		lines = append(lines, strings.TrimLeft(line, "\t"))
	}
	if want := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\n\nwant\n%s", got, want)
	}
}

func splitLines(s string) []string { return strings.Split(s, "\n") }
