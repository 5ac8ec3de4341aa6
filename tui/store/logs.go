package store

import (
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Level is how much a log line matters.
type Level uint8

// The levels.
const (
	Debug Level = iota
	Info
	Warn
	Error
)

var levelNames = [...]string{"DEBUG", "INFO", "WARN", "ERROR"}

// String is the level in capitals.
func (l Level) String() string { return levelNames[l] }

// Line is a line of the log: what a handler or process printed, or a notable entry.
type Line struct {
	Number uint64 // counts lines from 1 on
	// Entry is what it is made from, without Each; a text longer than 4 KB is cut.
	Entry journal.Entry
	Level Level
	// Topic, Partition and Offset are the first record that its invocation had, where that is
	// known; "" for none.
	Topic     string
	Partition int32
	Offset    int64
	// Repeated is how often the same was printed again, without another line between, and
	// LastAt when it was the last time.
	Repeated int
	LastAt   int64
}

const (
	mostLines     = 20_000
	mostLineBytes = 16 << 20
	mostLineText  = 4 << 10
)

// Logs is the newest lines. What is dropped is counted by Total - Len.
type Logs struct {
	Total  uint64
	Errors uint64
	Rate   Rate

	ring   []Line // number n is at (n-1)%mostLines
	first  uint64 // the oldest that is kept
	bytes  int
	events invocationEvents
}

// First is the number of the oldest line that is kept; Total that of the newest.
func (l *Logs) First() uint64 { return max(l.first, 1) }

// At returns a line by its number, nil if it is not kept.
func (l *Logs) At(number uint64) *Line {
	if number < l.First() || number > l.Total {
		return nil
	}
	return &l.ring[(number-1)%mostLines]
}

// add takes an entry.
func (l *Logs) add(e *journal.Entry) {
	l.events.add(e)
	if e.Kind != journal.Output && !e.Notable() {
		return
	}
	line := Line{Entry: *e, Level: levelOf(e), LastAt: e.At}
	line.Entry.Each = nil
	if len(e.Text) > mostLineText {
		line.Entry.Text = strings.Clone(e.Text[:mostLineText]) + "…"
	}
	l.Rate.Add(e.At, 1)
	if line.Level == Error {
		l.Errors++
	}
	if l.repeats(&line) {
		return
	}
	l.events.of(&line)
	l.push(line)
}

// repeats counts a line that is the same as the one before it.
func (l *Logs) repeats(line *Line) bool {
	before := l.At(l.Total)
	if before == nil {
		return false
	}
	a, b := &before.Entry, &line.Entry
	if a.Kind != b.Kind || a.Kind != journal.Output && a.Kind != journal.EnvironmentWaiting && a.Kind != journal.Throttled ||
		a.Text != b.Text || a.Reason != b.Reason || a.Function != b.Function || a.Process != b.Process {
		return false
	}
	before.Repeated++
	before.LastAt = b.At
	return true
}

func (l *Logs) push(line Line) {
	l.Total++
	line.Number = l.Total
	l.bytes += size(&line)
	if len(l.ring) < mostLines {
		l.ring = append(l.ring, line)
	} else {
		at := &l.ring[(l.Total-1)%mostLines]
		if at.Number >= l.First() {
			l.bytes -= size(at)
			l.first = at.Number + 1
		}
		*at = line
	}
	for l.bytes > mostLineBytes && l.First() < l.Total {
		oldest := l.At(l.First())
		l.bytes -= size(oldest)
		oldest.Entry = journal.Entry{} // its text is not to be held
		l.first = l.First() + 1
	}
}

// size is what a line holds beside its fixed part.
func size(l *Line) int { return len(l.Entry.Text) + len(l.Entry.Reason) }

// levelOf is how much an entry matters. What is printed says it itself, if anything does.
func levelOf(e *journal.Entry) Level {
	switch {
	case e.Kind == journal.Output:
		return printedLevel(e.Text)
	case e.Kind == journal.Throttled: // it is tried again, and there may be hundreds a second
		return Warn
	case e.Severe():
		return Error
	case e.Kind == journal.Warning, e.Kind == journal.RetryScheduled, e.Kind == journal.InvocationLate, e.Kind == journal.FaultInjected,
		e.Kind == journal.RetentionMoved, e.Kind == journal.EnvironmentWaiting:
		return Warn
	}
	return Info
}

// printedLevel looks for a level among the first words of a line, as loggers write it.
func printedLevel(text string) Level {
	for _, l := range []struct {
		words []string
		level Level
	}{{[]string{"ERROR", "FATAL", "CRITICAL", `"error"`, "level=error", "Traceback", "panic:", "[ERROR]", "errorMessage"}, Error},
		{[]string{"WARN", `"warn`, "level=warn"}, Warn}, {[]string{"DEBUG", `"debug"`, "level=debug", "TRACE"}, Debug}} {
		for _, w := range l.words {
			if strings.Contains(text[:min(len(text), 160)], w) {
				return l.level
			}
		}
	}
	return Info
}

func (l *Logs) clone() Logs {
	c := *l
	c.ring = slices.Clone(l.ring)
	return c
}
