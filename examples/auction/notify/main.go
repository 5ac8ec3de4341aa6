// The function notify writes to the sellers and winners of completed auctions.
// Nothing is sent: the messages are records of auction.notifications, its output.
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
		return notifyAll(enriched), nil
	})
}
