package main

import (
	"cmp"
	"slices"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// keysCounted is how many keys of a topic are told apart at most: what they take is bounded.
const keysCounted = 1 << 20

// fixtureInfo is what is in a fixture.
type fixtureInfo struct {
	File    string     `json:"file"`
	Version int        `json:"version"`
	Profile string     `json:"profile,omitempty"`
	Seed    uint64     `json:"seed"`
	Base    *time.Time `json:"base,omitempty"`
	CutOff  bool       `json:"cutOff"`
	Records int64      `json:"records"`
	// First and Last are the earliest and the latest time, in nanoseconds since Base. Back
	// is how many records are earlier than the one before them.
	First int64 `json:"first"`
	Last  int64 `json:"last"`
	Back  int64 `json:"back,omitempty"`
	// Bytes are those of keys and values; Smallest and Largest are of one record.
	Bytes    int64         `json:"bytes"`
	Smallest int64         `json:"smallest"`
	Largest  int64         `json:"largest"`
	NoKey    int64         `json:"withoutKey"`
	NoValue  int64         `json:"withoutValue"`
	Topics   []*topicCount `json:"topics"`
	// Outcome is how many lines of each kind there are about the outcome.
	Outcome map[fixtures.OutcomeKind]int64 `json:"outcome,omitempty"`
	// Skipped is how many lines are of a kind that is not known.
	Skipped int `json:"skipped,omitempty"`

	last   int64 // the time of the record before
	byName map[string]*topicCount
}

// topicCount is what there is of a topic.
type topicCount struct {
	Name       string `json:"name"`
	Partitions int32  `json:"partitions"`
	Records    int64  `json:"records"`
	Bytes      int64  `json:"bytes"`
	// Keys is how many there are, at least if MoreKeys is set.
	Keys     int               `json:"keys"`
	MoreKeys bool              `json:"moreKeys,omitempty"`
	Each     []*partitionCount `json:"each"`

	keys map[uint64]struct{} // their hashes
	each map[int32]*partitionCount
}

// partitionCount is what there is of a partition: -1 stands for what the key chooses, and
// for an offset that is not told.
type partitionCount struct {
	Partition int32 `json:"partition"`
	Records   int64 `json:"records"`
	Bytes     int64 `json:"bytes"`
	First     int64 `json:"first"`
	Last      int64 `json:"last"`
}

func newFixtureInfo(file string, h *fixtures.Header) *fixtureInfo {
	f := &fixtureInfo{File: file, Version: h.Version, Profile: h.Profile, Seed: h.Seed, Topics: []*topicCount{},
		Outcome: map[fixtures.OutcomeKind]int64{}, byName: map[string]*topicCount{}}
	if !h.Base.IsZero() {
		f.Base = &h.Base
	}
	for _, t := range h.Topics {
		c := &topicCount{Name: t.Name, Partitions: t.Partitions, keys: map[uint64]struct{}{}, each: map[int32]*partitionCount{}}
		f.Topics, f.byName[t.Name] = append(f.Topics, c), c
	}
	return f
}

// record counts a record, whose topic the header has.
func (f *fixtureInfo) record(r *fixtures.Record) {
	at, bytes := int64(r.At), int64(len(r.Key)+len(r.Value))
	if f.Records == 0 {
		f.First, f.Last, f.last, f.Smallest = at, at, at, bytes
	}
	if at < f.last {
		f.Back++
	}
	f.last, f.First, f.Last = at, min(f.First, at), max(f.Last, at)
	f.Smallest, f.Largest = min(f.Smallest, bytes), max(f.Largest, bytes)
	f.Records++
	f.Bytes += bytes
	if r.Value == nil {
		f.NoValue++
	}
	t := f.byName[r.Topic]
	if r.Key == nil {
		f.NoKey++
	} else {
		t.key(journal.HashKey(r.Key))
	}
	t.record(r, bytes)
}

func (t *topicCount) key(hash uint64) {
	if _, known := t.keys[hash]; !known && len(t.keys) >= keysCounted {
		t.MoreKeys = true
		return
	}
	t.keys[hash] = struct{}{}
}

func (t *topicCount) record(r *fixtures.Record, bytes int64) {
	t.Records++
	t.Bytes += bytes
	p := t.each[r.Partition]
	if p == nil {
		p = &partitionCount{Partition: r.Partition, First: fixtures.Unknown, Last: fixtures.Unknown}
		t.each[r.Partition] = p
		t.Each = append(t.Each, p)
	}
	p.Records++
	p.Bytes += bytes
	if r.Offset != fixtures.Unknown {
		if p.First == fixtures.Unknown {
			p.First = r.Offset
		}
		p.Last = r.Offset
	}
}

// end completes what only is known at the end.
func (f *fixtureInfo) end(skipped int) {
	f.Skipped = skipped
	for _, t := range f.Topics {
		t.Keys = len(t.keys)
		slices.SortFunc(t.Each, func(a, b *partitionCount) int { return cmp.Compare(a.Partition, b.Partition) })
		if t.Each == nil {
			t.Each = []*partitionCount{}
		}
	}
}

func (t *topicCount) keysText() string {
	text := report.Count(uint64(t.Keys))
	if t.MoreKeys {
		text = "over " + text
	}
	return text
}
