package main

import (
	"sync"
	"time"

	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// replayPlace is where a replay is: in a round of a file.
type replayPlace struct {
	fixtures.Place
	// File is the number of the file on the command line, and Round how often all were
	// played before; both from 0 on.
	File, Round int
}

// replayTally knows which records of a replay arrived. Records of several partitions are
// acknowledged in any order; what counts is up to where all are. It is safe for concurrent use.
type replayTally struct {
	mu   sync.Mutex // guards all below
	done sent
	late fixtures.Lateness
	// open are the records from the first that has not arrived on, in the order of sending;
	// number is the number of the first of them, from 0 on.
	open   []openRecord
	number int64
	// last is the place of the last record that was handed over; its Line is 0 for none.
	last   replayPlace
	failed error // the first
}

type openRecord struct {
	at      replayPlace
	arrived bool
}

func newReplayTally() *replayTally { return &replayTally{done: sent{Topics: map[string]int64{}}} }

// add counts a record that is handed over and returns its number.
func (t *replayTally) add(at replayPlace, late time.Duration) int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open = append(t.open, openRecord{at: at})
	t.last = at
	t.late.Add(late)
	return t.number + int64(len(t.open)) - 1
}

// arrived counts a record that was acknowledged.
func (t *replayTally) arrived(number int64, topic string, bytes int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done.Records++
	t.done.Bytes += int64(bytes)
	t.done.Topics[topic]++
	t.open[number-t.number].arrived = true
	n := 0
	for n < len(t.open) && t.open[n].arrived {
		n++
	}
	t.open, t.number = t.open[n:], t.number+int64(n)
}

// fail notes why a record did not arrive; the first reason counts.
func (t *replayTally) fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failed == nil {
		t.failed = err
	}
}

// err returns the first error.
func (t *replayTally) err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failed
}

// next is the place of the first record that did not arrive, and how many arrived behind it;
// false if all did.
func (t *replayTally) next() (at replayPlace, behind int, any bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.open) == 0 {
		return at, 0, false
	}
	for _, r := range t.open {
		if r.arrived {
			behind++
		}
	}
	return t.open[0].at, behind, true
}

// now returns how many records were acknowledged, the place of the last that was handed
// over, and how late records were: half of them at most, and one in a hundred at least.
func (t *replayTally) now() (records int64, last replayPlace, p50, p99 time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.done.Records, t.last, t.late.Within(50), t.late.Within(99)
}
