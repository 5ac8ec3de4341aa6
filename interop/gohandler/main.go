// Command gohandler answers as the tests of the runtime clients demand, for
// TestOfficialGoClient to build and start.
package main

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func handle(_ context.Context, payload json.RawMessage) (any, error) {
	var event events.KafkaEvent
	if err := json.Unmarshal(payload, &event); err != nil || event.Records == nil {
		return payload, err
	}
	values := []json.RawMessage{}
	for _, r := range event.Records["orders-0"] {
		var value []byte
		if err := json.Unmarshal([]byte(`"`+r.Value+`"`), &value); err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, nil
}

func main() { lambda.Start(handle) }
