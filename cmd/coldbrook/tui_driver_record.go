package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// recordingPath is where a recording of the UI goes: a file is named from the folder of the
// project on, and said as it is named from here on.
func recordingPath(project, file string) (string, error) {
	path := file
	if !filepath.IsAbs(path) {
		path = filepath.Join(project, path)
	}
	if _, err := os.Lstat(path); err == nil {
		return "", &hinted{err: fmt.Errorf("%q: %w", path, fs.ErrExist), hint: "name another file: none is replaced"}
	}
	here, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("record: %w", err)
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("record: %w", err)
	}
	return fromFolder(here, absolute), nil
}

// newTake returns the take of a recording of the UI.
func (r *uiRecordings) newTake(of ui.RecordingSpec) (*take, error) {
	filter, err := (&filterOption{text: of.Filter}).parseForRecords()
	if err != nil {
		return nil, err
	}
	path, err := recordingPath(r.project, of.File)
	if err != nil {
		return nil, err
	}
	return &take{out: r.stdout, stderr: r.stderr, path: path, filter: filter, topics: of.Topics, started: time.Now()}, nil
}

// Record implements ui.Driver: from now on.
func (d *liveDriver) Record(ctx context.Context, of ui.RecordingSpec) error {
	return d.recordings.begin(of, func(t *take) (func(context.Context) error, error) {
		k, err := d.kafkaTake(ctx, t)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context) error {
			defer k.client.Close()
			alive, cancel := d.s.whileItRuns()
			defer cancel()
			err := k.readOn(ctx, alive)
			if errors.Is(err, errEnded) {
				return nil // what the run ends, it ends as it should
			}
			k.sayGrown()
			return err
		}, nil
	})
}

// whileItRuns returns a context that ends, with errEnded, when the run has: its Kafka has
// gone then, for which clients would wait.
func (s *session) whileItRuns() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(context.Background())
	go func() {
		select {
		case <-s.ended:
			cancel(errEnded)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

// kafkaTake begins to read the run's Kafka, at its end.
func (d *liveDriver) kafkaTake(ctx context.Context, t *take) (*kafkaTake, error) {
	opts, err := (&recordOptions{}).recordClientOptions()
	if err != nil {
		return nil, err
	}
	client, err := kgo.NewClient(append(opts, kgo.SeedBrokers(d.s.emulator.CommandKafka()), kgo.ClientID("coldbrook"))...)
	if err != nil {
		return nil, fmt.Errorf("connect to Kafka: %w", err)
	}
	k := newKafkaTake(t, client, false)
	if err = k.seek(ctx, bound{kind: atEnd}, bound{}); err == nil {
		err = k.create(describe(d.s.emulator), k.partitions())
	}
	if err != nil {
		client.Close()
		return nil, err
	}
	return k, nil
}

// EndRecording implements ui.Driver.
func (d *liveDriver) EndRecording(ctx context.Context) error { return d.recordings.end(ctx) }

// Recording implements ui.Driver.
func (d *liveDriver) Recording() ui.Recording { return d.recordings.state() }

// Record implements ui.Driver: of the journal.
func (d *pastDriver) Record(_ context.Context, of ui.RecordingSpec) error {
	return d.recordings.begin(of, func(t *take) (func(context.Context) error, error) {
		source, err := journalfile.Open(d.path)
		if err != nil {
			return nil, err
		}
		j := newJournalTake(t, source)
		j.from, j.to = of.From, of.To
		return func(ctx context.Context) error {
			defer source.Close()
			defer j.sayMissing()
			if err := j.begin(ctx); err != nil {
				return err
			}
			return j.read(ctx)
		}, nil
	})
}

// EndRecording implements ui.Driver.
func (d *pastDriver) EndRecording(ctx context.Context) error { return d.recordings.end(ctx) }

// Recording implements ui.Driver.
func (d *pastDriver) Recording() ui.Recording { return d.recordings.state() }
