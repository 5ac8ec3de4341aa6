package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// recordMax is the most bytes of a record that a Kafka takes unless it is
// configured otherwise.
const recordMax = 1_000_012

// deliveryTimeout is how long the last records may take to be acknowledged, and
// recordRetries how often each is tried, which takes as long.
const (
	deliveryTimeout = 30 * time.Second
	recordRetries   = 15
)

// sent is what a command that produces came to.
type sent struct {
	Records int64 `json:"records"`
	Bytes   int64 `json:"bytes"`
	// Topics is how many records went to which topic.
	Topics map[string]int64 `json:"topics"`
	// Seed is where generated records came from.
	Seed *uint64 `json:"seed,omitempty"`
	// Took is in nanoseconds.
	Took time.Duration `json:"took"`
}

// sender produces records and remembers what was acknowledged and what failed
// first. Its methods but send are safe for concurrent use.
type sender struct {
	client  *kgo.Client
	started time.Time
	// sending is what records are produced under.
	sending context.Context

	mu     sync.Mutex // guards all below
	done   sent
	failed error
}

// senderOptions are those of the Kafka client of a sender. The producer is
// idempotent, so that a retry never doubles or swaps records.
func senderOptions() []kgo.Opt {
	return []kgo.Opt{
		kgo.AllowAutoTopicCreation(),
		// Not a delivery timeout: kgo counts it from the record's timestamp, and
		// generated records can have any.
		kgo.RecordRetries(recordRetries),
		kgo.ProducerBatchMaxBytes(recordMax),
		kgo.MaxBufferedRecords(100_000),
		kgo.MaxBufferedBytes(64 << 20),
	}
}

// newSender returns a sender that sends until the instance has ended. That ctx
// ends otherwise, by the user, does not touch records that were handed over: they
// are to arrive.
func newSender(ctx context.Context, client *kgo.Client) *sender {
	sending, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() {
		if cause := context.Cause(ctx); errors.Is(cause, errEnded) {
			cancel(cause)
		}
	})
	return &sender{client: client, started: time.Now(), sending: sending, done: sent{Topics: map[string]int64{}}}
}

// send hands a record over, waiting while there are too many on their way;
// place says in an error which record it is. It returns the first error of any
// record so far.
func (s *sender) send(r *kgo.Record, place func() string) error {
	s.client.Produce(s.sending, r, func(r *kgo.Record, err error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if err != nil {
			if s.failed == nil {
				s.failed = produceError(orCause(s.sending, err), r.Topic, place())
			}
			return
		}
		s.done.Records++
		s.done.Bytes += int64(len(r.Key) + len(r.Value))
		s.done.Topics[r.Topic]++
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// finish waits for what is on its way and returns what was acknowledged and the
// first error.
func (s *sender) finish() (sent, error) {
	flushing, cancel := context.WithTimeout(s.sending, deliveryTimeout)
	defer cancel()
	err := s.client.Flush(flushing)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed == nil && err != nil {
		s.failed = orCause(s.sending, err)
	}
	s.done.Took = time.Since(s.started)
	return s.done, s.failed
}

// count returns how many records were acknowledged so far.
func (s *sender) count() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.done.Records
}

func produceError(err error, topic, place string) error {
	err = fmt.Errorf("%sproduce to %s: %w", place, topic, err)
	switch {
	case errors.Is(err, kerr.UnknownTopicOrPartition):
		return &hinted{err: err, hint: "coldbrook topics lists those there are"}
	case errors.Is(err, kerr.InvalidTopicException):
		return &hinted{err: err, hint: "letters, digits, dots, dashes and underscores, at most 249 of them"}
	case errors.Is(err, kerr.MessageTooLarge):
		return &hinted{err: err, hint: fmt.Sprintf("a record is %d bytes at most, and what max.message.bytes of the topic says, which may be less", recordMax)}
	}
	return err
}

// write prints what was sent.
func (s *sent) write(w io.Writer, asJSON bool) error {
	if asJSON {
		return writeJSON(w, s)
	}
	var to []string
	for _, name := range slices.Sorted(maps.Keys(s.Topics)) {
		to = append(to, fmt.Sprintf("%s to %s", report.Count(uint64(s.Topics[name])), name))
	}
	topics := ""
	if len(to) > 0 {
		topics = ": " + strings.Join(to, ", ")
	}
	noun := "records"
	if s.Records == 1 {
		noun = "record"
	}
	seed := ""
	if s.Seed != nil {
		seed = fmt.Sprintf(", seed %d", *s.Seed)
	}
	_, err := fmt.Fprintf(w, "produced %s %s (%s) in %s%s%s\n", report.Count(uint64(s.Records)), noun,
		journal.Bytes(s.Bytes), journal.Duration(int64(s.Took)), topics, seed)
	return readerGone(err)
}

// progress shows on w, while a command is slow, how many records it produced. The returned
// function ends it.
func progress(w io.Writer, count func() int64) (stop func()) {
	before := int64(0)
	return showProgress(w, func(since time.Duration) string {
		n := count()
		line := fmt.Sprintf("produced %s records, %s/s", report.Count(uint64(n)), report.Count(uint64(float64(n-before)/since.Seconds())))
		before = n
		return line
	})
}
