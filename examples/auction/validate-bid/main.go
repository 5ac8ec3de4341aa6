// The function validate-bid checks submitted bids, adds who bids from a static
// table and what it is in euros, and passes them on to auction.bids, its output.
// What it refuses goes to bids.rejected with the reason.
//
// It does not know the items: whether a bid came in time, and whether there is
// such an item at all, takes state, and state is what settle has.
package main

import (
	"context"
	"log"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
)

func main() {
	people, err := market.People()
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(func(_ context.Context, event events.KafkaEvent) ([]market.Output, error) {
		records, err := market.Records(event)
		if err != nil {
			return nil, err
		}
		return validateAll(records, people), nil
	})
}
