package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"

	"github.com/coldbrook-dev/coldbrook/emulator/control"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// awaited is what wait --topic says.
type awaited struct {
	Topic string `json:"topic"`
	// Records is how many were produced: the ends of the log, so that those which the
	// retention has removed count, and so do the marks of transactions.
	Records int64 `json:"records"`
}

// awaitCount returns when so many records were produced to the topic. It looks as awaitState
// does.
func (o *waiting) awaitCount(ctx, patient context.Context, cmd *cobra.Command, i *control.Instance) error {
	o.missing = noAnswer(i)
	records, err := newPayloads(patient, i.Kafka)
	if err != nil {
		return orCause(patient, err)
	}
	defer records.client.Close()
	admin := kadm.NewClient(records.client)
	running := untilEnd(patient, i)
	ticker := time.NewTicker(waitPoll)
	defer ticker.Stop()
	for {
		n, known, err := producedTo(running, admin, o.topic)
		if err != nil {
			return orCause(running, err)
		}
		if n >= o.count {
			return o.sayCount(cmd, n)
		}
		o.missing = []string{fmt.Sprintf("%s has %s", o.topic, countOf(int(n)))}
		if !known {
			o.missing = []string{"there is no topic " + o.topic + " yet: coldbrook topics lists those there are"}
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-running.Done():
			return context.Cause(running)
		}
	}
}

// producedTo returns how many records a topic has got, and whether there is one.
func producedTo(ctx context.Context, admin *kadm.Client, topic string) (n int64, known bool, err error) {
	ends, err := admin.ListEndOffsets(ctx, topic)
	if err != nil {
		return 0, false, fmt.Errorf("count the records of %s: %w", topic, err)
	}
	for _, end := range ends[topic] {
		if end.Err == nil {
			n, known = n+end.Offset, true
		}
	}
	return n, known, nil
}

func (o *waiting) sayCount(cmd *cobra.Command, n int64) error {
	if o.format.json() {
		return writeJSON(cmd.OutOrStdout(), awaited{o.topic, n})
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s: %s records\n", o.topic, report.Count(uint64(n)))
	return readerGone(err)
}
