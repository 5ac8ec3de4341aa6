// The function analytics adds up completed auctions by category, for
// auction.analytics, its output.
//
// A function sees one batch, not an hour. So each record is the sum of one batch,
// to be added up by who reads them, and a batch that is tried again is counted
// again. A sum over a window, exactly once, is work for a stream processor.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
)

func main() {
	lambda.Start(func(_ context.Context, event events.KafkaEvent) ([]market.Output, error) {
		enriched, err := market.Decode[market.Enriched](event)
		if err != nil {
			return nil, err
		}
		return sumUp(enriched), nil
	})
}
