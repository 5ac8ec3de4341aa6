// The process contacts is the table that changes while it is read: it fills the
// topic contacts, and goes on to change some contacts every second, most often
// those of who sells and bids most.
//
// The topic is compacted: of each person, the last record stays.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
	"github.com/coldbrook-dev/coldbrook/examples/auction/topic"
)

const contactsTopic = "contacts"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	kafka, err := topic.Client()
	if err == nil {
		err = run(ctx, kafka, time.Second)
	}
	if err != nil && ctx.Err() == nil {
		fmt.Fprintf(os.Stderr, "contacts: %v\n", err)
		stop()
		os.Exit(1)
	}
}

// run goes on from the versions that the topic holds, until ctx ends.
func run(ctx context.Context, kafka []kgo.Opt, every time.Duration) error {
	b, err := openBook(ctx, kafka)
	if err != nil {
		return err
	}
	client, err := kgo.NewClient(append(slices.Clip(kafka), kgo.ProducerLinger(0))...)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := compact(ctx, kadm.NewClient(client)); err != nil {
		return err
	}
	if err := produce(ctx, client, b.missing()); err != nil {
		return err
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			if err := produce(ctx, client, b.change()); err != nil {
				return err
			}
		}
	}
}

func openBook(ctx context.Context, kafka []kgo.Opt) (*book, error) {
	people, err := market.People()
	if err != nil {
		return nil, err
	}
	b := newBook(people)
	err = topic.Read(ctx, kafka, contactsTopic, func(r *kgo.Record) {
		var c market.Contact
		if err := json.Unmarshal(r.Value, &c); err != nil {
			fmt.Fprintf(os.Stderr, "contacts/%d@%d: %v\n", r.Partition, r.Offset, err)
			return
		}
		b.versions[c.Person] = c.Version
	})
	return b, err
}

// compact sets the topic's clean-up policy, which coldbrook.yaml cannot say.
func compact(ctx context.Context, admin *kadm.Client) error {
	policy := "compact"
	answers, err := admin.AlterTopicConfigs(ctx,
		[]kadm.AlterConfig{{Op: kadm.SetConfig, Name: "cleanup.policy", Value: &policy}}, contactsTopic)
	if err == nil {
		_, err = answers.On(contactsTopic, func(r *kadm.AlterConfigsResponse) error { return r.Err })
	}
	if err != nil {
		return fmt.Errorf("compact topic %q: %w", contactsTopic, err)
	}
	return nil
}

func produce(ctx context.Context, client *kgo.Client, contacts []market.Contact) error {
	var records []*kgo.Record
	var errs []error
	for _, c := range contacts {
		value, err := json.Marshal(c)
		errs = append(errs, err)
		records = append(records, &kgo.Record{
			Topic: contactsTopic, Key: []byte(strconv.Itoa(c.Person)), Value: value,
		})
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if err := client.ProduceSync(ctx, records...).FirstErr(); err != nil && ctx.Err() == nil {
		return fmt.Errorf("write contacts: %w", err)
	}
	return nil
}
