package store

import (
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Topic is a topic and what was produced to it.
type Topic struct {
	Name       string
	Partitions []TopicPartition // by number; grows with what is seen
	Produced   uint64
	Rate       Rate

	readers []int32 // mappings, by index
}

// TopicPartition is a partition of a topic: the offsets of its first record and behind its
// last one.
type TopicPartition struct {
	Start, End int64
	Rate       Rate
}

// Output is a topic that a function or process produces to, or reads.
type Output struct {
	Topic   string
	Records uint64
	Rate    Rate
	// Failure says that records arrive there which could not be handled.
	Failure bool
}

// partition returns a partition, which is made if it was not seen before.
func (t *Topic) partition(number int32) *TopicPartition {
	for int(number) >= len(t.Partitions) {
		t.Partitions = append(t.Partitions, TopicPartition{})
	}
	return &t.Partitions[number]
}

func (t *Topic) clone() *Topic {
	c := *t
	c.Partitions, c.readers = slices.Clone(t.Partitions), slices.Clone(t.readers)
	return &c
}

// produced takes records that reached a topic.
func (f *Flow) produced(e *journal.Entry) {
	n := int64(e.Records)
	f.Produced += uint64(n)
	t := f.topic(e.Topic)
	t.Produced += uint64(n)
	t.Rate.Add(e.At, n)
	p := t.partition(e.Partition)
	p.End = max(p.End, e.Last+1)
	p.Rate.Add(e.At, n)
	for _, i := range t.readers {
		f.Mappings[i].partition(e.Partition).wait(e.First, e.Last, e.At)
	}
	switch {
	case e.Function != "":
		f.Out.Add(e.At, n)
		d := f.function(e.Function)
		d.outputs = addTo(d.outputs, e)
		if e.Mapping != "" && e.Reason == "output" {
			m := f.mapping(e)
			m.Outputs += uint64(n)
			m.OutputRate.Add(e.At, n)
		}
	case e.Process != "":
		f.In.Add(e.At, n)
		p := f.process(e.Process)
		p.Outputs = addTo(p.Outputs, e)
	default:
		f.In.Add(e.At, n)
	}
}

// addTo counts records of a topic.
func addTo(list []*Output, e *journal.Entry) []*Output {
	o, list := outputTo(list, e.Topic)
	o.Records += uint64(e.Records)
	o.Rate.Add(e.At, int64(e.Records))
	o.Failure = o.Failure || e.Reason == "on-failure"
	return list
}

// outputTo returns that of a topic, which is made if it was not seen before.
func outputTo(list []*Output, topic string) (*Output, []*Output) {
	for _, o := range list {
		if o.Topic == topic {
			return o, list
		}
	}
	o := &Output{Topic: topic}
	return o, append(list, o)
}

func cloneOutput(o *Output) *Output { c := *o; return &c }

// retained takes a partition of which the oldest records are gone.
func (f *Flow) retained(e *journal.Entry) {
	t := f.topic(e.Topic)
	p := t.partition(e.Partition)
	p.Start = max(p.Start, e.First)
	for _, i := range t.readers {
		f.Mappings[i].partition(e.Partition).done(e.First)
	}
}
