package store

import (
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Mapping is an event source mapping.
type Mapping struct {
	Name, Function, Topic string
	Partitions            []MappingPartition // by number; grows with what is seen
	// InFlight, BatchSize and OnFailure are those of the description.
	InFlight, BatchSize int
	OnFailure           string
	// Handled, Failed and Filtered count records that ended: with success, in any other way,
	// left out by the filters.
	Handled, Failed, Filtered uint64
	Rate                      Rate // of records that ended
	// Outputs are the records that were made from the responses.
	Outputs    uint64
	OutputRate Rate
	// Expired counts records that retention removed before they were handled, Newest is the
	// last of them.
	Expired uint64
	Newest  Incident
}

// MappingPartition is what a mapping has of a partition.
type MappingPartition struct {
	Assigned  bool
	Position  int64 // behind the last record that it was handed, or that ended
	Committed int64 // the offset behind the last that is committed
	// Waiting are ranges of records that were produced and are not committed, the oldest
	// first; at most 64. One holds what was produced within a short time of At: at most an
	// eighth of the longest that a record has waited.
	Waiting []Waiting

	quantum int64 // how much time a range may hold, in ns
}

// partition returns a partition, which is made if it was not seen before.
func (m *Mapping) partition(number int32) *MappingPartition {
	for int(number) >= len(m.Partitions) {
		m.Partitions = append(m.Partitions, MappingPartition{})
	}
	return &m.Partitions[number]
}

// positioned takes where a mapping is in a partition.
func (f *Flow) positioned(e *journal.Entry) {
	m := f.mapping(e)
	p := m.partition(e.Partition)
	switch e.Kind {
	case journal.PartitionAssigned:
		p.Assigned, p.Position, p.Committed = true, e.First, e.First
		p.done(e.First)
	case journal.PartitionRevoked:
		p.Assigned = false
		f.queue.revoke(f, f.mappings.find(m.Name), e.Partition)
	case journal.OffsetCommitted:
		p.Committed = max(p.Committed, e.Last+1)
		p.done(p.Committed)
	case journal.RecordsArrived:
		p.Position = max(p.Position, e.Last+1)
	}
}

// ended takes records that came to an end.
func (f *Flow) ended(e *journal.Entry) {
	m, n := f.mapping(e), uint64(e.Records)
	p := m.partition(e.Partition)
	p.Position = max(p.Position, e.Last+1)
	m.Rate.Add(e.At, int64(n))
	f.Ended += n
	if m.Function == "" { // what a damaged journal does not say
		m.Function = m.Name
	}
	d := f.function(m.Function)
	switch e.Outcome {
	case journal.Succeeded:
		m.Handled += n
	case journal.Filtered:
		m.Filtered += n
		f.Filtered += n
	case journal.DeadLettered:
		m.Failed += n
		f.DeadLettered += n
		d.DeadLettered += n
		d.newest(e, IncidentDeadLetter)
	case journal.Dropped:
		m.Failed += n
		f.Dropped += n
		d.Dropped += n
		d.newest(e, IncidentDrop)
	case journal.Expired:
		m.Failed += n
		m.Expired += n
		f.Expired += n
		m.Newest = incidentOf(e)
	}
	if e.Batch != 0 {
		f.queue.remove(f, e.Batch)
	}
}

// Lag is how many records of its topic a mapping has not committed.
func (f *Flow) Lag(m *Mapping) int64 {
	var lag int64
	if t := f.Topic(m.Topic); t != nil {
		for i := range t.Partitions {
			lag += m.lagOf(t, i)
		}
	}
	return lag
}

// LagOf is how many records of a partition a mapping has not committed.
func (f *Flow) LagOf(m *Mapping, partition int) int64 {
	if t := f.Topic(m.Topic); t != nil && partition < len(t.Partitions) {
		return m.lagOf(t, partition)
	}
	return 0
}

func (m *Mapping) lagOf(t *Topic, i int) int64 {
	p := &t.Partitions[i]
	committed := p.Start
	if i < len(m.Partitions) {
		committed = max(committed, m.Partitions[i].Committed)
	}
	return max(p.End-committed, 0)
}

// hotShare is how many times the lag of the others, on average, a hot partition has, and
// hotLag the least that it has.
const (
	hotShare = 2
	hotLag   = 5
)

// Hot returns the partition that is far behind the others, -1 if none is.
func (f *Flow) Hot(m *Mapping) int {
	t := f.Topic(m.Topic)
	if t == nil || len(t.Partitions) < 2 {
		return -1
	}
	most, at, all := int64(0), -1, int64(0)
	for i := range t.Partitions {
		lag := m.lagOf(t, i)
		all += lag
		if lag > most {
			most, at = lag, i
		}
	}
	if most < hotLag || most*int64(len(t.Partitions)-1) < hotShare*(all-most) {
		return -1
	}
	return at
}

// Oldest returns when the oldest record was produced that waits for a mapping, and in
// which partition it is, -1 if none waits.
func (m *Mapping) Oldest() (at int64, partition int) {
	partition = -1
	for i := range m.Partitions {
		if w := m.Partitions[i].Waiting; len(w) > 0 && (partition < 0 || w[0].At < at) {
			at, partition = w[0].At, i
		}
	}
	return at, partition
}

// ratioSlices is over how much time a ratio is taken: 30 s.
const ratioSlices = 120

// Ratio is how many records a mapping makes of a hundred that it handles, in the last 30 s,
// or in the whole run where there were none. ok says that there were any at all.
func (m *Mapping) Ratio(now int64) (percent int64, ok bool) {
	in, out := m.Rate.Over(now, ratioSlices), m.OutputRate.Over(now, ratioSlices)
	if in == 0 {
		in, out = int64(m.Handled+m.Failed+m.Filtered), int64(m.Outputs)
	}
	if in == 0 {
		return 0, false
	}
	return (out*100 + in/2) / in, true
}

func (m *Mapping) clone() *Mapping {
	c := *m
	c.Partitions = slices.Clone(m.Partitions)
	for i := range c.Partitions {
		c.Partitions[i].Waiting = slices.Clone(m.Partitions[i].Waiting)
	}
	return &c
}
