package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// replay is one run of replay.
type replay struct {
	*replayFlags
	files []string
	need  []replayTopic
	// leftOut is how many records were not to be sent.
	leftOut int64
	// guard is asked before anything is sent; nil where nothing has to be.
	guard *replayGuard
	// stderr is where it says what is worth knowing meanwhile.
	stderr io.Writer
}

// newReplay reads the headers of the files, so that what is wrong there is known before
// anything is sent.
func newReplay(o *replayFlags, files []string) (*replay, error) {
	r := &replay{replayFlags: o, files: files}
	only := ""
	if o.filter != nil {
		only = o.filter.query.Want().Topic
		o.player.Keep = func(f *fixtures.Record) bool { return o.filter.chooses(&f.Message) }
	}
	there := map[string]bool{}
	var names []string
	for _, file := range files {
		f, err := fixtures.Open(file)
		if err != nil {
			return nil, err
		}
		for _, t := range f.Header().Topics {
			there[t.Name], names = true, append(names, t.Name)
			if only == "" || only == t.Name {
				r.need = append(r.need, replayTopic{file: file, from: t.Name, to: o.how.topic(t.Name), partitions: t.Partitions})
			}
		}
		f.Close()
	}
	for _, rename := range o.rename {
		from, _, _ := strings.Cut(rename, "=")
		if !there[from] {
			return nil, notRecorded(rename, from, names)
		}
	}
	return r, r.checkFirstLine()
}

func notRecorded(rename, from string, names []string) error {
	hint := "recorded topics: " + strings.Join(names, ", ")
	if near := emulator.DidYouMean(from, names); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return &usageError{err: fmt.Errorf("--topic %s: no fixture has a topic %q", rename, from), hint: hint}
}

// runIntoInstance plays into the running instance, or the Kafka of --brokers.
func (r *replay) runIntoInstance(cmd *cobra.Command) error {
	ctx, end := untilSignal(cmd.Context())
	defer end()
	secure, err := r.secure.options()
	if err != nil {
		return err
	}
	ctx, client, err := r.connect(ctx, append(replayOptions(r.paced()), secure...)...)
	if err != nil {
		return r.secure.explained(err, r.brokers)
	}
	defer client.Close()
	if len(r.brokers) > 0 && !r.yes {
		r.guard = &replayGuard{brokers: r.brokers, secured: r.secure.given(), in: cmd.InOrStdin(), out: cmd.ErrOrStderr()}
	}
	done, err := r.play(ctx, client, cmd.ErrOrStderr())
	if done == nil {
		return err
	}
	if err != nil {
		err = r.unfinished(done, err)
	}
	return errors.Join(done.write(cmd.OutOrStdout(), r.format.json()), err)
}

// paced reports whether it waits between records.
func (r *replay) paced() bool { return !math.IsInf(r.player.Speed, 1) }

// play makes sure of the topics and plays all. It returns nil if nothing could be sent.
func (r *replay) play(ctx context.Context, client *kgo.Client, stderr io.Writer) (*replayed, error) {
	r.stderr = stderr
	topics := replayTopics{admin: kadm.NewClient(client), keep: !r.how.rehash, create: r.create, dryRun: r.dryRun, guard: r.guard, note: noteTo(stderr)}
	if err := topics.ensure(ctx, r.need); err != nil {
		return nil, err
	}
	if r.dryRun {
		return r.count(ctx)
	}
	sink := newReplaySink(ctx, client, r.how, r.files)
	started := time.Now()
	stop := showProgress(stderr, r.progress(sink.tally))
	err := r.rounds(ctx, sink)
	failed := sink.finish()
	stop()
	if failed != nil {
		err = failed // what else there is, is because of it
	}
	return sink.result(r.leftOut, time.Since(started), err == nil, r.paced()), err
}

// errNoRecords is returned by a replay for ever that has nothing to send.
var errNoRecords = errors.New("there are no records to send")

// rounds plays all files, as often as --loop says.
func (r *replay) rounds(ctx context.Context, sink *replaySink) error {
	player := r.player
	for ; r.loop == 0 || sink.round < r.loop; sink.round++ {
		sent := int64(0)
		for sink.file = range r.files {
			done, err := r.file(ctx, player, sink)
			if err != nil {
				return err
			}
			if sent += done.Sent; sink.round == 0 && sink.file == 0 {
				r.sayNothingLeft(r.stderr, sent)
			}
			player.FirstLine = 1
		}
		if sent == 0 && r.loop != 1 && (sink.round > 0 || r.player.FirstLine == 1) {
			return errNoRecords
		}
	}
	return nil
}

// file plays the file that the sink is at.
func (r *replay) file(ctx context.Context, player fixtures.Player, sink *replaySink) (fixtures.Replayed, error) {
	name := r.files[sink.file]
	f, err := fixtures.Open(name)
	if err != nil {
		return fixtures.Replayed{}, err
	}
	defer f.Close()
	done, err := player.Play(ctx, f, sink)
	r.leftOut += done.LeftOut
	if err != nil && ctx.Err() == nil && sink.tally.err() == nil {
		err = fmt.Errorf("%s: %w", name, err)
	}
	return done, err
}

// progress makes the line that is shown while it plays.
func (r *replay) progress(t *replayTally) func(since time.Duration) string {
	before := int64(0)
	return func(since time.Duration) string {
		n, at, p50, p99 := t.now()
		rate := float64(n-before) / since.Seconds()
		before = n
		line := fmt.Sprintf("replayed %s records, %s/s, at %s of %s", report.Count(uint64(n)), report.Count(uint64(rate)),
			journal.Duration(int64(at.Position)), r.files[at.File])
		if at.Round > 0 {
			line += fmt.Sprintf(", round %d", at.Round+1)
		}
		if r.paced() {
			line += fmt.Sprintf("; late: half by %s, 1 %% by %s or more", journal.Duration(int64(p50)), journal.Duration(int64(p99)))
		}
		return line
	}
}
