package main

import (
	"context"
	"encoding/base64"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// cacher answers each record with the newest record of the topic "rates" as it was when
// its environment was first asked, as a handler does that remembers a table.
func cacher() {
	rate := ""
	lambda.Start(func(ctx context.Context, e events.KafkaEvent) (any, error) {
		type answer struct {
			Got  string `json:"got"`
			Rate string `json:"rate"`
		}
		var answers []answer
		for _, records := range e.Records {
			for _, r := range records {
				if rate == "" {
					var err error
					if rate, err = readRate(ctx); err != nil {
						return nil, err
					}
				}
				value, err := base64.StdEncoding.DecodeString(r.Value)
				if err != nil {
					return nil, err
				}
				answers = append(answers, answer{string(value), rate})
			}
		}
		return answers, nil
	})
}

// readRate returns the value of the newest record of the topic "rates".
func readRate(ctx context.Context) (string, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(os.Getenv(bootstrapVariable)), kgo.ConsumeTopics("rates"))
	if err != nil {
		return "", err
	}
	defer client.Close()
	ends, err := kadm.NewClient(client).ListEndOffsets(ctx, "rates")
	if err != nil {
		return "", err
	}
	end, _ := ends.Lookup("rates", 0)
	rate := "none"
	for at := int64(0); at < end.Offset; {
		fetched := client.PollFetches(ctx)
		if err := fetched.Err(); err != nil {
			return "", err
		}
		fetched.EachRecord(func(r *kgo.Record) { rate, at = string(r.Value), r.Offset+1 })
	}
	return rate, nil
}
