package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kversion"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/kafkaevent"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
)

// redriven is a record that was sent again.
type redriven struct {
	From lineage.Record `json:"from"`
	// To is the new record. Its offset is -1 if it was not sent, and its partition if it
	// is not known to which one its key would have led.
	To lineage.Record `json:"to"`
	// ToldBy is the record of an on-failure destination that names From.
	ToldBy *lineage.Record `json:"toldBy,omitempty"`
}

// redrive is one record on its way: what it was made from, and what is sent.
type redrive struct {
	from   *kgo.Record
	record *kgo.Record
	toldBy *lineage.Record
}

// result is what became of it.
func (r *redrive) result(sent bool) redriven {
	to := nameOf(r.record)
	if !sent {
		to.Offset = -1
	}
	return redriven{From: nameOf(r.from), To: to, ToldBy: r.toldBy}
}

// redriver reads records from a Kafka and sends them again. It is for one goroutine.
type redriver struct {
	client *kgo.Client
	admin  *kadm.Client
	how    redriveHow
	// note is told what is worth knowing and no error.
	note func(string)
	// topics are the numbers of partitions, as far as they were asked for.
	topics map[string]int
}

// redriveOptions are those of the client of a redriver. Version 12 of Fetch, of 2.7, is
// the last that names topics by their names.
func redriveOptions() []kgo.Opt {
	return append(senderOptions(), kgo.MaxVersions(kversion.V2_7_0()), kgo.RecordPartitioner(placingPartitioner()))
}

// newRedriver takes a client that was made with redriveOptions. It stays the caller's.
func newRedriver(client *kgo.Client, how redriveHow, note func(string)) *redriver {
	return &redriver{client: client, admin: kadm.NewClient(client), how: how, note: note, topics: map[string]int{}}
}

// redriveRecords sends records of the Kafka at an address again, all or, if one of them is
// not there or has nowhere to go, none. Where sending itself fails, it returns those that
// arrived beside the error. note is told what is no error, such as gaps in the range that a
// failure record names. It is safe for concurrent use.
func redriveRecords(ctx context.Context, address string, records []lineage.Record, how redriveHow, note func(string)) ([]redriven, error) {
	client, err := kgo.NewClient(append(redriveOptions(), kgo.SeedBrokers(address), kgo.ClientID("coldbrook"))...)
	if err != nil {
		return nil, fmt.Errorf("connect to Kafka: %w", err)
	}
	defer client.Close()
	d := newRedriver(client, how, note)
	all, err := d.prepare(ctx, records)
	if err != nil {
		return nil, err
	}
	return d.send(ctx, all)
}

// prepare reads records and makes those that are to be sent for them.
func (d *redriver) prepare(ctx context.Context, records []lineage.Record) ([]*redrive, error) {
	var all []*redrive
	p := &payloads{ctx: ctx, client: d.client}
	for _, name := range records {
		from, err := d.read(ctx, p, name)
		if err != nil {
			return nil, fmt.Errorf("redrive %s: %w", name, err)
		}
		some, err := d.made(ctx, from)
		if err != nil {
			return nil, named(from, err)
		}
		all = append(all, some...)
	}
	return all, nil
}

// named says which record could not be sent again.
func named(r *kgo.Record, err error) error { return fmt.Errorf("redrive %s: %w", nameOf(r), err) }

// made returns what is sent for one record: a copy of it, or of those it tells of.
func (d *redriver) made(ctx context.Context, from *kgo.Record) ([]*redrive, error) {
	sources, toldBy := []*kgo.Record{from}, (*lineage.Record)(nil)
	if d.how.original {
		name := nameOf(from)
		toldBy = &name
		var err error
		if sources, err = d.originals(ctx, from); err != nil {
			return nil, err
		}
	}
	var all []*redrive
	for _, s := range sources {
		r := &redrive{from: s, record: d.how.copyOf(s), toldBy: toldBy}
		if err := d.fits(ctx, r.record); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// fits returns what is wrong with where a record is to go: a topic that is not there would
// be made by sending to it, and is a mistake most of the time.
func (d *redriver) fits(ctx context.Context, r *kgo.Record) error {
	n, err := d.partitions(ctx, r.Topic)
	if err != nil {
		return err
	}
	if int(r.Partition) >= n {
		return &hinted{err: fmt.Errorf("topic %q has no partition %d, only 0 to %d", r.Topic, r.Partition, n-1),
			hint: "--to TOPIC/PARTITION names one; --partition key has the key choose"}
	}
	return nil
}

// partitions returns how many a topic has.
func (d *redriver) partitions(ctx context.Context, topic string) (int, error) {
	if n, ok := d.topics[topic]; ok {
		return n, nil
	}
	if err := topicExists(ctx, d.admin, topic); err != nil {
		return 0, err
	}
	starts, err := listOffsets(ctx, d.admin.ListStartOffsets, topic)
	if err != nil {
		return 0, err
	}
	d.topics[topic] = len(starts)
	return len(starts), nil
}

// read returns a record, or says why it is not there.
func (d *redriver) read(ctx context.Context, p *payloads, name lineage.Record) (*kgo.Record, error) {
	n, err := d.partitions(ctx, name.Topic)
	if err != nil {
		return nil, err
	}
	if int(name.Partition) >= n {
		return nil, fmt.Errorf("topic %q has no partition %d, only 0 to %d", name.Topic, name.Partition, n-1)
	}
	m, err := p.Message(name.Topic, name.Partition, name.Offset)
	if err != nil {
		return nil, err
	}
	if m == nil {
		return nil, d.missing(ctx, name)
	}
	return recordOf(m), nil
}

// missing says why a record is not there.
func (d *redriver) missing(ctx context.Context, name lineage.Record) error {
	start, end, err := d.bounds(ctx, name.Topic, name.Partition)
	switch {
	case err != nil:
		return err
	case start == end && end == 0:
		return errors.New("the partition is empty")
	case name.Offset >= end:
		return &hinted{err: errors.New("it was not produced yet"), hint: fmt.Sprintf("the newest offset of %s/%d is @%d", name.Topic, name.Partition, end-1)}
	case name.Offset < start && start < end:
		return &hinted{err: errors.New("the broker does not have it any more"),
			hint: fmt.Sprintf("the oldest offset of %s/%d is @%d; retention of the topic says how much is kept", name.Topic, name.Partition, start)}
	case name.Offset < start:
		return errors.New("the broker does not have it any more: the partition is empty")
	}
	return errors.New("there is no record with this offset: it was compacted away, or it is the end of a transaction")
}

// bounds returns the first offset of a partition and the one after its last.
func (d *redriver) bounds(ctx context.Context, topic string, partition int32) (start, end int64, err error) {
	starts, err := listOffsets(ctx, d.admin.ListStartOffsets, topic)
	if err != nil {
		return 0, 0, err
	}
	ends, err := listOffsets(ctx, d.admin.ListEndOffsets, topic)
	return starts[partition], ends[partition], err
}

// originals returns the records that one of an on-failure destination tells of.
func (d *redriver) originals(ctx context.Context, from *kgo.Record) ([]*kgo.Record, error) {
	ranges, err := kafkaevent.FailedRecords(from.Value)
	if err != nil {
		return nil, &hinted{err: err, hint: "without --original the record itself is sent again"}
	}
	var all []*kgo.Record
	p := &payloads{ctx: ctx, client: d.client}
	for _, f := range ranges {
		some, err := d.originalsOf(ctx, p, f)
		if err != nil {
			return nil, fmt.Errorf("it tells of %s/%d@%d: %w", f.Topic, f.Partition, f.First, err)
		}
		all = append(all, some...)
	}
	return all, nil
}

// originalsOf returns the records of a range that are there, at least one.
func (d *redriver) originalsOf(ctx context.Context, p *payloads, f kafkaevent.FailedRange) ([]*kgo.Record, error) {
	first := lineage.Record{Topic: f.Topic, Partition: f.Partition, Offset: f.First}
	if f.First == f.Last {
		r, err := d.read(ctx, p, first)
		return []*kgo.Record{r}, err
	}
	if _, err := d.partitions(ctx, f.Topic); err != nil {
		return nil, err
	}
	start, end, err := d.bounds(ctx, f.Topic, f.Partition)
	if err != nil {
		return nil, err
	}
	var found []*kgo.Record
	for offset := max(start, f.First); offset <= min(end-1, f.Last); offset++ {
		m, err := p.Message(f.Topic, f.Partition, offset)
		if err != nil {
			return nil, err
		}
		if m != nil {
			found = append(found, recordOf(m))
		}
	}
	if len(found) == 0 {
		return nil, d.missing(ctx, first)
	}
	if gone := f.Last - f.First + 1 - int64(len(found)); gone > 0 {
		d.note(fmt.Sprintf("%d of the %d records of %s to @%d are not there any more", gone, f.Last-f.First+1, first, f.Last))
	}
	return found, nil
}

// send sends records and returns those that arrived, in their order. That ctx ends, other
// than by the end of the instance, does not touch what was handed over.
func (d *redriver) send(ctx context.Context, all []*redrive) ([]redriven, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	sending, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	defer context.AfterFunc(ctx, func() {
		if cause := context.Cause(ctx); errors.Is(cause, errEnded) {
			cancel(cause)
		}
	})()
	sending, end := context.WithTimeout(sending, deliveryTimeout)
	defer end()
	var records []*kgo.Record
	for _, r := range all {
		records = append(records, r.record)
	}
	failed := map[*kgo.Record]error{}
	for _, result := range d.client.ProduceSync(sending, records...) {
		if result.Err != nil {
			failed[result.Record] = result.Err
		}
	}
	var done []redriven
	var first error
	for _, r := range all {
		if err := failed[r.record]; err == nil {
			done = append(done, r.result(true))
		} else if first == nil {
			first = produceError(orCause(sending, err), r.record.Topic, fmt.Sprintf("redrive %s: ", nameOf(r.from)))
		}
	}
	return done, first
}

// recordOf is a record of the journal as a client produces it.
func recordOf(m *journal.Message) *kgo.Record {
	r := &kgo.Record{Topic: m.Topic, Partition: m.Partition, Offset: m.Offset, Key: m.Key, Value: m.Value, Timestamp: time.UnixMilli(m.Timestamp)}
	for _, h := range m.Headers {
		r.Headers = append(r.Headers, kgo.RecordHeader{Key: h.Key, Value: h.Value})
	}
	return r
}
