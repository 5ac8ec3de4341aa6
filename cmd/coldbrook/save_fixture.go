package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// fixturePath is where the fixture of a record is kept in a project.
func fixturePath(project string, r lineage.Record) string {
	return filepath.Join(project, "fixtures", fmt.Sprintf("%s-%d-%d.jsonl", r.Topic, r.Partition, r.Offset))
}

// saveFixture writes records of a run into a fixture at path, whose folder it makes, in
// the order in which they were produced, each once. It returns how many there are. If one
// of them is not there, nothing is written; a file that is there stays unless replace is set.
func saveFixture(src journal.Source, records []lineage.Record, path string, replace bool) (int, error) {
	return saveFixtureWith(src, records, path, replace, nil)
}

// saveFixtureWith is saveFixture with what outcome writes behind the records, if it is not nil.
func saveFixtureWith(src journal.Source, records []lineage.Record, path string, replace bool, outcome outcomeWriter) (int, error) {
	all, base, err := fixtureRecords(src, records)
	if err != nil {
		return 0, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return 0, fmt.Errorf("save: %w", err)
	}
	of := src.Description()
	f, err := fixtures.Create(path, fixtures.Header{Profile: of.Profile, Seed: of.Seed, Base: base, Topics: fixtureTopics(of, all)}, replace)
	if err != nil {
		return 0, alreadyThere(err)
	}
	for i := range all {
		if err = f.Write(&all[i]); err != nil {
			break
		}
	}
	if err == nil && outcome != nil {
		err = outcome(f.Writer, base, all)
	}
	if err != nil {
		f.Discard()
		return 0, err
	}
	return len(all), f.Commit()
}

// fixtureRecords reads records, sorted by time; base is that of the first.
func fixtureRecords(src journal.Source, records []lineage.Record) (all []fixtures.Record, base time.Time, err error) {
	started := src.Description().Started
	seen := map[lineage.Record]bool{}
	for _, name := range records {
		if seen[name] {
			continue
		}
		seen[name] = true
		m, err := src.Message(name.Topic, name.Partition, name.Offset)
		if err == nil && m == nil {
			err = notThere(src, name)
		}
		if err != nil {
			return nil, base, fmt.Errorf("save %s: %w", name, err)
		}
		at, err := producedAt(src, m)
		if err != nil {
			return nil, base, fmt.Errorf("save %s: %w", name, err)
		}
		all = append(all, fixtures.Record{At: time.Duration(at), Message: *m})
	}
	inTime(all)
	if len(all) > 0 {
		first := all[0].At
		base = time.Unix(0, started+int64(first)).UTC()
		for i := range all {
			all[i].At -= first
		}
	}
	return all, base, nil
}

// inTime sorts records by their time. Those of a partition keep the order of their offsets,
// also where the time of one is only that of its timestamp.
func inTime(all []fixtures.Record) {
	byPlace := func(a, b fixtures.Record) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition), cmp.Compare(a.Offset, b.Offset))
	}
	slices.SortFunc(all, byPlace)
	for i := 1; i < len(all); i++ {
		if before := &all[i-1]; before.Topic == all[i].Topic && before.Partition == all[i].Partition {
			all[i].At = max(all[i].At, before.At)
		}
	}
	slices.SortStableFunc(all, func(a, b fixtures.Record) int { return cmp.Compare(a.At, b.At) })
}

// producedAt is when a record was produced, in world time: by the entry about it, or by its
// timestamp if that is not held any more.
func producedAt(src journal.Source, m *journal.Message) (int64, error) {
	at, found := int64(0), false
	err := src.Scan(journal.Want{Kinds: journal.KindsOf(journal.RecordsProduced), Topic: m.Topic, Partition: m.Partition, First: m.Offset, Last: m.Offset},
		func(e *journal.Entry) bool {
			at, found = e.At, true
			return true // the newest counts: a topic can be made again
		})
	if !found {
		at = m.Timestamp*int64(time.Millisecond) - src.Description().Started
	}
	return at, err
}

// notThere says why a record is not there.
func notThere(src journal.Source, name lineage.Record) error {
	_, err := lineage.Explain(src, name, lineage.Options{Depth: -1})
	if unknown, ok := errors.AsType[*lineage.UnknownError](err); ok {
		return &hinted{err: errors.New(unknown.Reason), hint: unknown.Hint()}
	}
	return errors.New("its payload is not there any more")
}

// fixtureTopics are the topics of records, sorted, with their partitions as far as the run
// says: at least those that the records have.
func fixtureTopics(of *journal.Description, all []fixtures.Record) []fixtures.Topic {
	var topics []fixtures.Topic
	for i := range all {
		r := &all[i]
		k, there := slices.BinarySearchFunc(topics, r.Topic, func(t fixtures.Topic, name string) int { return cmp.Compare(t.Name, name) })
		if !there {
			topics = slices.Insert(topics, k, fixtures.Topic{Name: r.Topic, Partitions: partitionsSaid(of, r.Topic)})
		}
		topics[k].Partitions = max(topics[k].Partitions, r.Partition+1)
	}
	return topics
}

// partitionsSaid is how many partitions a run says that a topic has, 1 if it says nothing.
func partitionsSaid(of *journal.Description, topic string) int32 {
	for _, t := range of.Topics {
		if t.Name == topic {
			return max(t.Partitions, 1)
		}
	}
	return 1
}
