package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// replayed is what a replay came to.
type replayed struct {
	sent
	// LeftOut is how many records were not to be sent.
	LeftOut int64 `json:"leftOut"`
	// Complete says that all arrived that was to be sent.
	Complete bool `json:"complete"`
	// Late is how late records were; nil at speed max.
	Late *replayLate `json:"late,omitempty"`
	// Next is where to go on; nil if it is complete or nothing was sent.
	Next *replayNext `json:"next,omitempty"`
	// Lasts is how long it would take, with --dry-run.
	Lasts *time.Duration `json:"lasts,omitempty"`

	at   replayPlace // that of Next
	upTo string      // how far it came, in words
}

// replayLate is how long after their times records were handed over, in nanoseconds: half of
// them, 99 % of them, and all of them at most.
type replayLate struct {
	P50 time.Duration `json:"p50"`
	P99 time.Duration `json:"p99"`
	Max time.Duration `json:"max"`
}

// replayNext is the first record that did not arrive.
type replayNext struct {
	File string `json:"file"`
	Line int    `json:"line"`
	// Round is from 1 on.
	Round int `json:"round"`
	// Behind is how many records behind it arrived, which come a second time.
	Behind int `json:"behind"`
}

// result is what it came to, when finish has returned.
func (s *replaySink) result(leftOut int64, took time.Duration, complete, paced bool) *replayed {
	at, behind, missing := s.tally.next()
	t := s.tally
	t.mu.Lock()
	defer t.mu.Unlock()
	r := &replayed{sent: t.done, LeftOut: leftOut, Complete: complete}
	r.Took = took
	if paced {
		r.Late = &replayLate{P50: t.late.Within(50), P99: t.late.Within(99), Max: t.late.Most()}
	}
	if complete || t.done.Records == 0 {
		return r
	}
	r.upTo = s.place(at) + ", is the first that did not"
	if behind > 0 {
		r.upTo += fmt.Sprintf(", and %d behind it would come twice", behind)
	}
	if !missing {
		at = t.last
		r.upTo = "the last is " + s.place(at)
		at.Line++
	}
	r.at, r.Next = at, &replayNext{File: s.files[at.File], Line: at.Line, Round: at.Round + 1, Behind: behind}
	return r
}

// unfinished adds to why a replay ended how far it came, and how to go on.
func (r *replay) unfinished(done *replayed, why error) error {
	var hint string
	if h, ok := errors.AsType[interface {
		error
		Hint() string
	}](why); ok && h.Hint() != "" {
		hint = h.Hint() + "\n"
	}
	if done.Next == nil {
		return &hinted{err: why, hint: hint + "nothing was sent"}
	}
	hint += fmt.Sprintf("%s arrived; %s", countOf(int(done.Records)), done.upTo)
	return &hinted{err: why, hint: hint + "\ngo on with " + r.again(done.at)}
}

// write prints what was sent.
func (r *replayed) write(w io.Writer, asJSON bool) error {
	if asJSON {
		return writeJSON(w, r)
	}
	var to []string
	for _, name := range slices.Sorted(maps.Keys(r.Topics)) {
		to = append(to, fmt.Sprintf("%s to %s", report.Count(uint64(r.Topics[name])), name))
	}
	line := fmt.Sprintf("replayed %s (%s) in %s", countOf(int(r.Records)), journal.Bytes(r.Bytes), journal.Duration(int64(r.Took)))
	if r.Lasts != nil {
		line = fmt.Sprintf("would replay %s (%s), which lasts %s", countOf(int(r.Records)), journal.Bytes(r.Bytes), journal.Duration(int64(*r.Lasts)))
	}
	if len(to) > 0 {
		line += ": " + strings.Join(to, ", ")
	}
	if r.LeftOut > 0 {
		line += fmt.Sprintf("; %s left out", countOf(int(r.LeftOut)))
	}
	if r.Late != nil && r.Records > 0 {
		line += fmt.Sprintf("; late: p50 %s, p99 %s, at most %s", journal.Duration(int64(r.Late.P50)), journal.Duration(int64(r.Late.P99)), journal.Duration(int64(r.Late.Max)))
	}
	_, err := fmt.Fprintln(w, line)
	return readerGone(err)
}

// counting is a fixtures.Sink that only counts.
type counting struct {
	how         *replayHow
	done        *replayed
	first, last time.Duration
	any         bool
}

// Send implements fixtures.Sink.
func (c *counting) Send(_ context.Context, p fixtures.Played) error {
	if !c.any {
		c.any, c.first, c.last = true, p.Position, p.Position
	}
	c.last = max(c.last, p.Position)
	c.done.Records++
	c.done.Bytes += int64(len(p.Key) + len(p.Value))
	c.done.Topics[c.how.topic(p.Topic)]++
	return nil
}

// count reads all, and says what would be sent in one round.
func (r *replay) count(ctx context.Context) (*replayed, error) {
	done := &replayed{sent: sent{Topics: map[string]int64{}}, Lasts: new(time.Duration), Complete: true}
	player := r.player
	player.Speed = math.Inf(1)
	for i, name := range r.files {
		f, err := fixtures.Open(name)
		if err != nil {
			return nil, err
		}
		c := counting{how: &r.how, done: done}
		played, err := player.Play(ctx, f, &c)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if i == 0 {
			r.sayNothingLeft(r.stderr, played.Sent)
		}
		done.LeftOut += played.LeftOut
		if r.paced() {
			*done.Lasts += time.Duration(float64(c.last-c.first) / r.player.Speed)
		}
		player.FirstLine = 1
	}
	return done, nil
}
