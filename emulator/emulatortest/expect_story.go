package emulatortest

import (
	"fmt"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

const (
	// storyLines is how many lines a story has at most; what is too much is
	// left out in the middle.
	storyLines = 40
	// storiesTold is how many stories a failure tells at most.
	storiesTold = 3
)

// recordID is one record, as a mapping sees it. mapping is "" for all of them.
type recordID struct {
	mapping, topic string
	partition      int32
	offset         int64
}

func (r recordID) String() string { return rangeOf(r.topic, r.partition, r.offset, r.offset) }

// story returns all that the journal says about a record, one line an entry: the
// invocation that produced it, its batches and their attempts, how it ended, and
// what came of it.
func (k keptEntries) story(r recordID) []string {
	s := storyteller{recordID: r, batches: map[uint64]bool{}, invocations: map[uint64]bool{},
		origins: map[uint64]bool{}, committed: map[string]bool{}}
	for _, e := range k.all() { // what comes first may follow from what comes later
		s.learn(e)
	}
	var lines []string
	for _, e := range k.all() {
		if s.concerns(e) {
			lines = append(lines, entryLine(e))
		}
	}
	lines = shorten(lines, storyLines)
	if k.dropped > 0 {
		lines = append([]string{fmt.Sprintf("(the first %s are gone)", count(int64(k.dropped), "entry of the run", "entries of the run"))}, lines...)
	}
	return append([]string{s.title()}, indent(lines)...)
}

func (r recordID) title() string {
	if r.mapping != "" {
		return "the story of " + r.String() + " at " + r.mapping + ":"
	}
	return "the story of " + r.String() + ":"
}

// storyteller knows which entries are about a record.
type storyteller struct {
	recordID
	batches, invocations map[uint64]bool // that it was in
	origins              map[uint64]bool // invocations that produced it
	committed            map[string]bool // mappings
}

// learn takes from an entry which batches and invocations the record had to do
// with.
func (s *storyteller) learn(e *journal.Entry) {
	switch {
	case e.Kind == journal.RecordsProduced && s.covers(e) && e.Invocation != 0:
		s.origins[e.Invocation] = true
	case e.Kind == journal.BatchFormed && s.covers(e) && s.at(e):
		s.batches[e.Batch] = true
	case e.Batch != 0 && s.batches[e.Batch] && e.Invocation != 0:
		s.invocations[e.Invocation] = true
	}
}

// concerns reports whether an entry is part of the story.
func (s *storyteller) concerns(e *journal.Entry) bool {
	switch e.Kind {
	case journal.RecordsProduced:
		return s.covers(e) || s.invocations[e.Invocation] && e.Mapping != ""
	case journal.BatchFormed, journal.RecordsEnded, journal.RecordsExpired, journal.RecordsFiltered:
		return s.covers(e) && s.at(e)
	case journal.PartitionAssigned, journal.PartitionRevoked:
		return s.partitionIs(e) && s.at(e)
	case journal.RetentionMoved:
		return s.partitionIs(e) && e.First > s.offset
	case journal.OffsetCommitted, journal.CommitFailed:
		return s.partitionIs(e) && s.at(e) && e.Last >= s.offset && s.firstCommit(e)
	case journal.Output:
		return false
	}
	return s.batches[e.Batch] || s.invocations[e.Invocation] || s.origins[e.Invocation]
}

// lastFailure is what last went wrong at a mapping, "" if nothing did: usually why
// it does not get on.
func (k keptEntries) lastFailure(mapping string) string {
	last := ""
	for _, e := range k.all() {
		failed := e.Kind == journal.InvocationEnded && e.Outcome != journal.Succeeded && e.Outcome != journal.PartlyFailed
		if e.Mapping == mapping && (failed || e.Kind == journal.Throttled) {
			last = entryLine(e)
		}
	}
	return last
}

// firstCommit reports whether a commit that covers the record is the first of
// its mapping, or failed before that.
func (s *storyteller) firstCommit(e *journal.Entry) bool {
	if s.committed[e.Mapping] {
		return false
	}
	s.committed[e.Mapping] = e.Kind == journal.OffsetCommitted
	return true
}

func (s *storyteller) at(e *journal.Entry) bool { return s.mapping == "" || s.mapping == e.Mapping }

func (s *storyteller) partitionIs(e *journal.Entry) bool {
	return e.Topic == s.topic && e.Partition == s.partition
}

func (s *storyteller) covers(e *journal.Entry) bool {
	return s.partitionIs(e) && e.First <= s.offset && s.offset <= e.Last
}

// entryLine is an entry in one line: world time and sentence.
func entryLine(e *journal.Entry) string {
	sentence, more, cut := strings.Cut(e.Sentence(), "\n")
	if cut && strings.TrimSpace(more) != "" {
		sentence += " ..."
	}
	return clock(e.At/1e6*1e6) + "  " + sentence
}

// clock writes world time in hours, minutes, seconds and milliseconds, and three
// more digits for each unit below that it needs: 00:00:01.250.
func clock(ns int64) string {
	s := fmt.Sprintf("%02d:%02d:%02d.%09d", ns/3600e9, ns/60e9%60, ns/1e9%60, ns%1e9)
	for range 2 {
		s = strings.TrimSuffix(s, "000")
	}
	return s
}

// shorten leaves out lines in the middle, so that at most most are left.
func shorten(lines []string, most int) []string {
	if len(lines) <= most {
		return lines
	}
	head := most / 2
	tail := most - head - 1
	left := len(lines) - head - tail
	short := append(lines[:head:head], fmt.Sprintf("... %d entries are left out ...", left))
	return append(short, lines[len(lines)-tail:]...)
}

func indent(lines []string) []string {
	for i := range lines {
		lines[i] = "  " + lines[i]
	}
	return lines
}
