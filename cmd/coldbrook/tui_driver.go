package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// liveDriver is a run as the terminal UI drives it.
type liveDriver struct {
	s          *session
	info       ui.Info
	recordings uiRecordings

	reading  turn      // of payloads, which is for one goroutine
	payloads *payloads // nil before the first record was asked for
}

func newLiveDriver(s *session) *liveDriver {
	e := s.emulator
	return &liveDriver{s: s, reading: newTurn(), recordings: uiRecordings{project: s.ui.dir, stdout: s.stdout, stderr: s.stderr}, info: ui.Info{Name: s.ui.name, Version: thisBuild().Version, Profile: e.ProfileName(), Seed: e.Seed(),
		Kafka: e.KafkaAddr(), Invoke: "http://" + e.InvokeAddr(), Replay: fmt.Sprintf("%s --seed %d", s.ui.replay, e.Seed())}}
}

// close ends the use of Kafka, and a recording. It waits for a read that goes on, which the end
// of the UI has cancelled.
func (d *liveDriver) close() {
	d.recordings.close()
	d.reading.await()
	defer d.reading.give()
	if d.payloads != nil {
		d.payloads.client.Close()
	}
}

// Info implements ui.Driver.
func (d *liveDriver) Info() ui.Info { return d.info }

// Now implements ui.Driver.
func (d *liveDriver) Now() int64 { return int64(d.s.emulator.Now()) }

// Source implements ui.Driver: what the log holds now.
func (d *liveDriver) Source(ctx context.Context) (journal.Source, func() error, error) {
	description := d.s.emulator.Description()
	h := &heldSource{Held: journal.Held{Of: description}, ctx: ctx, driver: d}
	r := d.s.emulator.Journal().Draw()
	defer r.Detach()
	last := d.s.emulator.Journal().Last()
	buf := make([]journal.Entry, entriesAtOnce)
	missed := uint64(0)
	for n := 1; n > 0 && ctx.Err() == nil; {
		n, missed = r.Poll(buf)
		h.Gone += missed // the run is faster than this reader
		h.Entries = append(h.Entries, buf[:n]...)
		if n > 0 && buf[n-1].Seq >= last {
			break
		}
	}
	if len(h.Entries) > 0 {
		h.Gone += h.Entries[0].Seq - 1
	}
	return h, func() error { return nil }, context.Cause(ctx)
}

// heldSource is what the log held at one moment; payloads are read from Kafka.
type heldSource struct {
	journal.Held
	ctx    context.Context
	driver *liveDriver
}

// Message implements journal.Source.
func (h *heldSource) Message(topic string, partition int32, offset int64) (*journal.Message, error) {
	return h.driver.Message(h.ctx, topic, partition, offset)
}

// Message implements ui.Driver.
func (d *liveDriver) Message(ctx context.Context, topic string, partition int32, offset int64) (*journal.Message, error) {
	if err := d.reading.take(ctx); err != nil {
		return nil, err
	}
	defer d.reading.give()
	if d.payloads == nil {
		p, err := newPayloads(ctx, d.s.emulator.CommandKafka())
		if err != nil {
			return nil, err
		}
		d.payloads = p
	}
	d.payloads.ctx = ctx
	return d.payloads.Message(topic, partition, offset)
}

// projectName is the name of a project's folder.
func projectName(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	return filepath.Base(abs)
}

// Pause implements ui.Driver.
func (d *liveDriver) Pause(ctx context.Context) error { return d.s.emulator.Pause(ctx) }

// Resume implements ui.Driver.
func (d *liveDriver) Resume(ctx context.Context) error { return d.s.emulator.Resume(ctx) }

// Step implements ui.Driver.
func (d *liveDriver) Step(ctx context.Context) (string, error) {
	stepped, err := d.s.emulator.Step(ctx)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("step: %s; %d inputs wait", stepped.Text, stepped.Waiting), nil
}

// Set implements ui.Driver.
func (d *liveDriver) Set(ctx context.Context, assignments []string) (string, error) {
	turned, err := driven{d.s}.Set(ctx, assignments)
	if err != nil {
		return "", err
	}
	return sentences(turned.([]emulator.Turned)), nil
}

// Reload implements ui.Driver.
func (d *liveDriver) Reload(ctx context.Context, names []string) (string, error) {
	all, err := d.s.emulator.Reload(ctx, names...)
	if err != nil {
		return "", err
	}
	var texts []string
	for _, r := range all {
		texts = append(texts, r.Text)
	}
	return strings.Join(texts, "; "), nil
}

// Release implements ui.Driver.
func (d *liveDriver) Release(ctx context.Context, function string) (string, error) {
	n, err := d.s.emulator.Release(ctx, function)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s: %d held batches go on", function, n), nil
}

// sentences joins what several things say.
func sentences[T any](all []T) string {
	text := ""
	for i, v := range all {
		if i > 0 {
			text += "; "
		}
		text += fmt.Sprint(v)
	}
	if text == "" {
		return "nothing has changed"
	}
	return text
}

// SaveRecord implements ui.Driver.
func (d *liveDriver) SaveRecord(ctx context.Context, topic string, partition int32, offset int64) (string, error) {
	src, end, err := d.Source(ctx)
	if err != nil {
		return "", err
	}
	defer end()
	return saveRecord(src, d.s.ui.dir, lineage.Record{Topic: topic, Partition: partition, Offset: offset})
}

// Redrive implements ui.Driver.
func (d *liveDriver) Redrive(ctx context.Context, topic string, partition int32, offset int64, value []byte) (string, error) {
	how := redriveHow{}
	if value != nil {
		how.value = &value
	}
	var notes []string
	done, err := redriveRecords(ctx, d.s.emulator.CommandKafka(), []lineage.Record{{Topic: topic, Partition: partition, Offset: offset}}, how,
		func(note string) { notes = append(notes, note) })
	if err != nil {
		return "", err
	}
	for _, r := range done {
		notes = append(notes, r.String())
	}
	return strings.Join(notes, "; "), nil
}

// Sample implements ui.Driver.
func (d *liveDriver) Sample(ctx context.Context, topic string) (string, error) {
	sent, err := sendSample(ctx, d.s.emulator.CommandKafka(), topic)
	if err != nil {
		return "", err
	}
	return sent.String(), nil
}
