package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// journalTake is a recording of the journal of a run: of the records that were produced, in
// the order in which the run saw that.
type journalTake struct {
	*take
	source journal.Source
	// since is, of partitions that were made anew, the entry from which on the offsets count.
	since map[spot]uint64
	gone  uint64 // records without payload
	// from and to are between which world times records are wanted, both inclusive; to 0 is
	// the end, which last is.
	from, to, last int64
}

// newJournalTake returns a recording of a journal, which stays the caller's.
func newJournalTake(t *take, source journal.Source) *journalTake {
	return &journalTake{take: t, source: source, since: map[spot]uint64{}}
}

// fromJournal records from a journal file.
func (o *recordOptions) fromJournal(ctx context.Context, cmd *cobra.Command, t *take) error {
	source, end, err := openSource(cmd, &o.where, []string{o.journal})
	if err != nil {
		return err
	}
	defer end()
	j := newJournalTake(t, source)
	if err := j.begin(ctx); err != nil {
		return err
	}
	stop := t.progress()
	err = j.read(ctx)
	stop()
	j.sayMissing()
	return t.finish(err)
}

// begin looks for the topics and makes the file.
func (j *journalTake) begin(ctx context.Context) error {
	partitions, err := j.survey(ctx)
	if err != nil {
		return err
	}
	return j.create(j.source.Description(), partitions)
}

// sayMissing says what the journal does not have.
func (j *journalTake) sayMissing() {
	if j.gone > 0 {
		fmt.Fprintf(j.stderr, "note: %s of which the journal has no payload are left out\n", countOf(int(j.gone)))
	}
	if n := j.source.Missed(); n > 0 {
		fmt.Fprintf(j.stderr, "note: the journal lacks %s entries; what they tell of is left out\n", report.Count(n))
	}
}

// produced calls f with the entries about records that were produced to the topics.
func (j *journalTake) produced(f func(*journal.Entry) bool) error {
	return j.source.Scan(journal.Want{Kinds: journal.KindsOf(journal.RecordsProduced)}, func(e *journal.Entry) bool {
		return !slices.Contains(j.topics, e.Topic) || f(e)
	})
}

// survey returns how many partitions the topics have, and notes where they were made anew:
// the journal has the payload of the newest record of an offset only.
func (j *journalTake) survey(ctx context.Context) (map[string]int32, error) {
	of := j.source.Description()
	partitions, last := map[string]int32{}, map[spot]int64{}
	for _, t := range of.Topics {
		partitions[t.Name] = max(t.Partitions, 1)
	}
	err := j.produced(func(e *journal.Entry) bool {
		s := spot{e.Topic, e.Partition}
		if before, any := last[s]; any && e.First <= before {
			j.since[s] = e.Seq
		}
		last[s], j.last = e.Last, e.At
		partitions[e.Topic] = max(partitions[e.Topic], e.Partition+1)
		return ctx.Err() == nil
	})
	if err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return nil, err
	}
	for _, name := range j.topics {
		if partitions[name] == 0 {
			return nil, j.noTopic(name)
		}
	}
	return partitions, nil
}

// noTopic is the error for a topic that the run does not have.
func (j *journalTake) noTopic(name string) error {
	var names []string
	for _, t := range j.source.Description().Topics {
		names = append(names, t.Name)
	}
	e := &hinted{err: fmt.Errorf("the run has no topic %q", name), hint: "coldbrook journal shows what it has"}
	if near := emulator.DidYouMean(name, names); near != "" {
		e.hint = fmt.Sprintf("did you mean %q?", near)
	}
	return e
}

// read records until the end, there is enough, or ctx ends.
func (j *journalTake) read(ctx context.Context) error {
	var failed error
	started := j.source.Description().Started
	err := j.produced(func(e *journal.Entry) bool {
		if j.to != 0 && e.At > j.to {
			return false
		}
		if e.Seq < j.since[spot{e.Topic, e.Partition}] || e.At < j.from {
			return true
		}
		j.noteRead(e.At)
		if failed = context.Cause(ctx); failed == nil {
			failed = j.entry(e, time.Unix(0, started+e.At))
		}
		return failed == nil
	})
	if failed != nil {
		return failed
	}
	return err
}

// noteRead publishes how far the journal was read: up to a world time.
func (j *journalTake) noteRead(at int64) {
	end := j.last
	if j.to != 0 {
		end = min(end, j.to)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.share = int((at - j.from) * 100 / max(end-j.from, 1))
}

// entry writes the records of an entry, which were produced at a time.
func (j *journalTake) entry(e *journal.Entry, at time.Time) error {
	for offset := e.First; offset <= e.Last; offset++ {
		m, err := j.source.Message(e.Topic, e.Partition, offset)
		switch {
		case err != nil:
			return err
		case m == nil:
			j.gone++
			continue
		case j.filter != nil && !j.filter.shows(kafkaRecordOf(m, at)):
			continue
		}
		if err := j.write(at, m); err != nil {
			return err
		}
	}
	return j.sync(time.Now())
}

// kafkaRecordOf is a record for a filter; its age counts from when it was produced.
func kafkaRecordOf(m *journal.Message, at time.Time) *kgo.Record {
	r := recordOf(m)
	r.Timestamp = at
	return r
}
