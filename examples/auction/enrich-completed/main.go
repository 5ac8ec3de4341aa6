// The function enrich-completed adds contacts to completed auctions, from the
// topic contacts, a table that changes while it is read.
//
// A function has no state of its own between invocations, except what a warm
// environment happens to remember. So it reads the whole table when it is cold
// and keeps it for CONTACTS_TTL (0s: reads it in every invocation; unset: keeps
// it for as long as the environment lives). In between it does not see changes,
// and two environments may disagree; a native stream processor would join with
// the changes as they come. The age of what was used is part of each record.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
	"github.com/coldbrook-dev/coldbrook/examples/auction/topic"
)

func main() {
	kafka, err := topic.Client()
	if err != nil {
		log.Fatal(err)
	}
	contacts, err := newCache(os.Getenv("CONTACTS_TTL"), func(ctx context.Context) (map[int]market.Contact, error) {
		return readContacts(ctx, kafka)
	})
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(func(ctx context.Context, event events.KafkaEvent) ([]market.Output, error) {
		completed, err := market.Decode[market.Completed](event)
		if err != nil {
			return nil, err
		}
		table, err := contacts.get(ctx, time.Now())
		if err != nil {
			return nil, err
		}
		return enrichAll(completed, table, time.Now()), nil
	})
}

// readContacts reads the topic; the last record of a key counts.
func readContacts(ctx context.Context, kafka []kgo.Opt) (map[int]market.Contact, error) {
	table := map[int]market.Contact{}
	err := topic.Read(ctx, kafka, "contacts", func(r *kgo.Record) {
		var c market.Contact
		if err := json.Unmarshal(r.Value, &c); err != nil {
			fmt.Fprintf(os.Stderr, "contacts/%d@%d: %v\n", r.Partition, r.Offset, err)
			return
		}
		table[c.Person] = c
	})
	return table, err
}
