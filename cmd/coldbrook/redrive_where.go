package main

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// runWhere sends the records of a topic again that a filter chooses: those that are there
// now, so that it does not meet what it sends itself. It goes on over records of an
// on-failure destination whose originals are gone, and tells of them.
func (o *redriveCommandOptions) runWhere(ctx context.Context, cmd *cobra.Command, chosen *recordFilter) error {
	topic := chosen.query.Want().Topic
	if topic == "" {
		return usage(cmd, "--where %q names no topic: it needs one condition topic=NAME that all records fulfil", o.filter)
	}
	ctx, client, err := o.connect(ctx, append(redriveOptions(), kgo.ConsumePartitions(nil), kgo.KeepControlRecords(),
		kgo.FetchMaxWait(200*time.Millisecond))...)
	if err != nil {
		return err
	}
	defer client.Close()
	w := redriveWhere{options: o, cmd: cmd, chosen: chosen, d: newRedriver(client, o.redriveHow, noteTo(cmd.ErrOrStderr()))}
	c := &consumption{client: client, admin: kadm.NewClient(client), topic: topic}
	if err := c.seek(ctx, bound{kind: atStart}, -1); err != nil {
		return err
	}
	stop := func() {}
	if !isTerminal(cmd.OutOrStdout()) { // else the lines tell how far it is
		stop = progress(cmd.ErrOrStderr(), w.sent.Load)
	}
	err = w.all(ctx, c)
	stop()
	o.sayCount(cmd.ErrOrStderr(), int(w.sent.Load()), w.found)
	return err
}

// redriveWhere is one run of redrive --where.
type redriveWhere struct {
	options *redriveCommandOptions
	cmd     *cobra.Command
	chosen  *recordFilter
	d       *redriver
	// found and sent are how many records were to be sent and how many were.
	found int
	sent  atomic.Int64
}

// all sends what the filter chooses until the end that the topic had at the start.
func (w *redriveWhere) all(ctx context.Context, c *consumption) error {
	var failed error
	for len(c.open()) > 0 {
		records, err := c.poll(ctx)
		if err != nil {
			return errors.Join(failed, err)
		}
		var some []*kgo.Record
		for _, r := range records {
			c.next[r.Partition] = r.Offset + 1
			if !r.Attrs.IsControl() && r.Offset < c.end[r.Partition] && w.chosen.shows(r) {
				some = append(some, r)
			}
		}
		stop, err := w.some(ctx, some)
		failed = errors.Join(failed, err)
		if stop {
			return failed
		}
		if len(records) == 0 {
			if err := c.skipRemoved(ctx); err != nil {
				return errors.Join(failed, err)
			}
		}
	}
	return failed
}

// some sends records that were chosen. Its error ends the run if stop says so.
func (w *redriveWhere) some(ctx context.Context, records []*kgo.Record) (stop bool, err error) {
	var all []*redrive
	for _, r := range records {
		made, err1 := w.d.made(ctx, r)
		w.found += max(len(made), 1)
		if err1 != nil {
			err = errors.Join(err, named(r, err1))
			if ctx.Err() != nil || !w.options.original {
				return true, err // it would be the same for the next
			}
		}
		all = append(all, made...)
	}
	done, err1 := w.options.send(ctx, w.d, all)
	w.sent.Add(int64(len(done)))
	printed := w.options.print(w.cmd.OutOrStdout(), done)
	return err1 != nil || printed != nil, errors.Join(err, err1, printed)
}
