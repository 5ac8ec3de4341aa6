package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// take is one recording: what goes into the file, and what came of it. One goroutine writes,
// and owns all but what mu guards, which is read by that of the progress, too.
type take struct {
	out, stderr io.Writer
	path        string
	force, json bool
	filter      *recordFilter
	redactor    *fixtures.Redactor
	topics      []string
	started     time.Time
	file        *fixtures.Recorder
	// left is how many records are still to be written; 0 from the start on is all there are.
	left int64
	// asked says that an end was asked for that Ctrl-C comes before.
	asked  bool
	synced time.Time
	dirty  bool
	done   recorded
	// topic is that of the last record, and ofTopic how many of it are not in done yet.
	topic   string
	ofTopic int64

	mu    sync.Mutex // guards all below
	shown shownCounts
	lag   []lagging
	share int // percent of a journal that was read
}

// shownCounts is what the progress shows of recorded.
type shownCounts struct{ records, bytes int64 }

// publishEvery is after how many records the progress gets to know them.
const publishEvery = 256

// recorded is what record came to.
type recorded struct {
	File    string           `json:"file"`
	Records int64            `json:"records"`
	Bytes   int64            `json:"bytes"`
	Topics  map[string]int64 `json:"topics"`
	// Base is when the first was produced; left out if there is none.
	Base *time.Time `json:"base,omitempty"`
	// Span is from the first timestamp to the last, Took how long the recording took, in nanoseconds.
	Span time.Duration `json:"span"`
	Took time.Duration `json:"took"`
	// Hidden is how many records the filter kept out, Redacted in how many something was replaced.
	Hidden   uint64 `json:"hidden,omitempty"`
	Redacted int64  `json:"redacted,omitempty"`
}

// lagging is a partition of which not all is recorded.
type lagging struct {
	spot
	records int64
}

// write writes a record that was produced at a time. It returns errEnough after the last
// that was asked for.
func (t *take) write(at time.Time, m *journal.Message) error {
	if err := t.file.WriteAt(at, m); err != nil {
		return alreadyThere(err)
	}
	t.dirty = true
	t.done.Records++
	t.done.Bytes += int64(len(m.Key) + len(m.Value))
	if m.Topic != t.topic {
		t.countTopic()
		t.topic = m.Topic
	}
	t.ofTopic++
	t.done.Span = max(t.done.Span, at.Sub(t.file.Base()))
	if t.done.Records%publishEvery == 0 {
		t.publish()
	}
	if t.left > 0 && t.done.Records == t.left {
		return errEnough
	}
	return nil
}

// countTopic counts what was written since the topic changed.
func (t *take) countTopic() {
	if t.ofTopic == 0 {
		return
	}
	if t.done.Topics == nil {
		t.done.Topics = map[string]int64{}
	}
	t.done.Topics[t.topic] += t.ofTopic
	t.ofTopic = 0
}

// publish tells the progress how far it is.
func (t *take) publish() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.shown = shownCounts{t.done.Records, t.done.Bytes}
}

// syncEvery is how much of a recording is lost at most if it is killed.
const syncEvery = time.Second

// sync hands over what was written, once in a while.
func (t *take) sync(now time.Time) error {
	if !t.dirty || now.Sub(t.synced) < syncEvery {
		return nil
	}
	t.synced, t.dirty = now, false
	return t.file.Sync()
}

// finish ends the file, prints what came of it and returns what went wrong: err, but for
// the ways in which a recording ends as it should.
func (t *take) finish(err error) error {
	done, err := t.end(err)
	return errors.Join(err, t.print(&done))
}

// end is finish without what is printed of it.
func (t *take) end(err error) (recorded, error) {
	if errors.Is(err, errEnough) || errors.Is(err, errInterrupted) && !t.asked {
		err = nil
	}
	if failed := t.file.Commit(); failed != nil {
		err = errors.Join(err, t.kept(failed))
	}
	t.countTopic()
	done := t.done
	done.File, done.Took = t.path, time.Since(t.started)
	if base := t.file.Base(); !base.IsZero() {
		done.Base = &base
	}
	if t.filter != nil {
		done.Hidden = t.filter.hidden
		t.filter.sayHidden(t.stderr)
	}
	if t.redactor != nil {
		done.Redacted = t.redactor.Changed()
		sayNotJSON(t.stderr, t.redactor, t.topics, done.Records)
	}
	return done, err
}

// kept says where what could be written stands.
func (t *take) kept(err error) error {
	if path := t.file.Temporary(); path != "" {
		return &hinted{err: err, hint: "what could be written is in " + path}
	}
	return alreadyThere(err)
}

func (t *take) print(done *recorded) error {
	if t.json {
		if done.Topics == nil {
			done.Topics = map[string]int64{}
		}
		return writeJSON(t.out, done)
	}
	var of []string
	for _, name := range t.topics {
		of = append(of, fmt.Sprintf("%s of %s", report.Count(uint64(done.Topics[name])), name))
	}
	redacted := ""
	if t.redactor != nil {
		redacted = fmt.Sprintf(", %s redacted", report.Count(uint64(done.Redacted)))
	}
	_, err := fmt.Fprintf(t.out, "%s: %s (%s) of %s in %s: %s%s\n", t.path, countOf(int(done.Records)), journal.Bytes(done.Bytes),
		journal.Duration(int64(done.Span)), journal.Duration(int64(done.Took)), strings.Join(of, ", "), redacted)
	return readerGone(err)
}
