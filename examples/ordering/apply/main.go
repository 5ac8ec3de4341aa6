// The function apply passes payments on to its output, in the order in which it is handed
// them: whoever reads that sees the order in which they were handled.
package main

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(_ context.Context, event events.KafkaEvent) ([]json.RawMessage, error) {
		return payments(event)
	})
}

// payments are the values of an event by partition and offset. The document has them in an
// object, which a Go map puts in any order.
func payments(event events.KafkaEvent) ([]json.RawMessage, error) {
	var all []events.KafkaRecord
	for _, records := range event.Records {
		all = append(all, records...)
	}
	slices.SortFunc(all, func(a, b events.KafkaRecord) int {
		return cmp.Or(cmp.Compare(a.Partition, b.Partition), cmp.Compare(a.Offset, b.Offset))
	})
	values := make([]json.RawMessage, len(all))
	for i := range all {
		text, err := base64.StdEncoding.DecodeString(all[i].Value)
		if err != nil {
			return nil, err
		}
		values[i] = text
	}
	return values, nil
}
