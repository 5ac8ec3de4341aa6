package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
	"github.com/coldbrook-dev/coldbrook/examples/auction/topic"
)

// writeWithin is how long what is being written may take after the end was asked
// for.
const writeWithin = 5 * time.Second

// readCompleted returns the items that auction.completed holds.
func readCompleted(ctx context.Context, kafka []kgo.Opt) (map[string]struct{}, error) {
	written := map[string]struct{}{}
	err := topic.Read(ctx, kafka, completedTopic, func(r *kgo.Record) {
		written[string(r.Key)] = struct{}{}
	})
	return written, err
}

// write produces completed auctions, but not those that an earlier run produced,
// and returns when all are acknowledged. One that was begun is finished also when
// ctx ends. If it returns an error, some may be written; the next run finds out.
func (s *settler) write(ctx context.Context, completed []market.Completed) error {
	var records []*kgo.Record
	for _, c := range completed {
		if _, done := s.written[c.Item]; done {
			delete(s.written, c.Item)
			continue
		}
		value, err := json.Marshal(c)
		if err != nil {
			return fmt.Errorf("auction %q: %v", c.Item, err)
		}
		// The record is of the time at which the auction ended.
		records = append(records, &kgo.Record{
			Topic: completedTopic, Key: []byte(c.Item), Value: value, Timestamp: time.UnixMilli(c.Expires),
		})
		s.report.add(c)
	}
	if len(records) == 0 {
		return nil
	}
	finishing, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(writeWithin, cancel) })()
	if err := s.client.ProduceSync(finishing, records...).FirstErr(); err != nil {
		return fmt.Errorf("write to %s: %w", completedTopic, err)
	}
	return nil
}

// report says, at most once a second, what was settled.
type report struct {
	closed, sold, sinceClosed int
	last                      time.Time
}

func (r *report) add(c market.Completed) {
	r.closed++
	r.sinceClosed++
	if c.Sold {
		r.sold++
	}
}

func (r *report) print(w io.Writer, l *ledger, now time.Time) {
	if r.sinceClosed == 0 || now.Sub(r.last) < time.Second {
		return
	}
	fmt.Fprintf(w, "auctions over: %d, sold: %d, open: %d; event time %s\n",
		r.closed, r.sold, len(l.open), time.UnixMilli(l.watermark).UTC().Format("15:04:05.000"))
	r.sinceClosed, r.last = 0, now
}
