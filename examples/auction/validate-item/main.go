// The function validate-item checks submitted items and passes them on to
// auction.items, its output, with their amounts in euros. What it refuses goes
// to items.rejected with the reason.
//
// Each record is judged by itself: work that is atomic is what functions are
// good at, and any number of them may do it at once.
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
