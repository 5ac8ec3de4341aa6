// Package bids is the function of an auction that books bids, written with
// aws-lambda-go for a Kafka topic in provisioned mode. It knows nothing of
// Coldbrook; its test does.
package bids

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-lambda-go/events"
)

// Bid is the value of a record; its key is the auction's id.
type Bid struct {
	Auction string `json:"auction"`
	Bidder  string `json:"bidder"`
	Amount  int    `json:"amount"` // in cents
}

// Books is where bids are booked: a database, in production. Booking a bid again
// changes nothing, because a function may get a record more than once.
type Books interface {
	Book(ctx context.Context, b Bid) error
}

// Function is the function; Handle is what lambda.Start is given.
type Function struct{ Books Books }

// Response is a partial batch response: which records have failed. The others
// are done.
type Response struct {
	BatchItemFailures []ItemFailure `json:"batchItemFailures"`
}

// ItemFailure names a record that has failed.
type ItemFailure struct {
	ItemIdentifier ItemIdentifier `json:"itemIdentifier"`
}

// ItemIdentifier is where a record is; Partition is that of the event document,
// "bids-0".
type ItemIdentifier struct {
	Partition string `json:"partition"`
	Offset    int64  `json:"offset"`
}

// Handle books the bids of an event. A bid that fails is named in the response,
// with all later ones of its auction: these must not overtake it.
func (f *Function) Handle(ctx context.Context, event events.KafkaEvent) (Response, error) {
	response := Response{BatchItemFailures: []ItemFailure{}}
	for partition, records := range event.Records {
		stuck := map[string]bool{} // auctions, by key
		for _, r := range records {
			if !stuck[r.Key] && f.book(ctx, r) == nil {
				continue
			}
			stuck[r.Key] = true
			response.BatchItemFailures = append(response.BatchItemFailures, ItemFailure{ItemIdentifier{partition, r.Offset}})
		}
	}
	// A Go map has no order, and the same event is to give the same response.
	slices.SortFunc(response.BatchItemFailures, func(a, b ItemFailure) int {
		x, y := a.ItemIdentifier, b.ItemIdentifier
		return cmp.Or(cmp.Compare(x.Partition, y.Partition), cmp.Compare(x.Offset, y.Offset))
	})
	return response, nil
}

var errNoAmount = errors.New("a bid without an amount")

func (f *Function) book(ctx context.Context, r events.KafkaRecord) error {
	value, err := base64.StdEncoding.DecodeString(r.Value)
	if err != nil {
		return fmt.Errorf("%s-%d@%d: %w", r.Topic, r.Partition, r.Offset, err)
	}
	var b Bid
	if err := json.Unmarshal(value, &b); err != nil {
		return fmt.Errorf("%s-%d@%d: %w", r.Topic, r.Partition, r.Offset, err)
	}
	if b.Amount <= 0 {
		return errNoAmount
	}
	return f.Books.Book(ctx, b)
}
