// Command handler is a function for tests; MODE says what it does.
package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	switch mode := os.Getenv("MODE"); mode {
	case "exit at start":
		fmt.Fprintln(os.Stderr, "no licence file")
		os.Exit(3)
	case "produce":
		client, err := kgo.NewClient(kgo.SeedBrokers(os.Getenv("KAFKA_BOOTSTRAP_SERVERS")), kgo.DefaultProduceTopic("out"))
		if err != nil {
			panic(err)
		}
		lambda.Start(func(ctx context.Context, e events.KafkaEvent) error {
			return client.ProduceSync(ctx, &kgo.Record{Value: []byte(strings.Join(values(e), ","))}).FirstErr()
		})
	case "produce once": // as a process beside the functions
		client, err := kgo.NewClient(kgo.SeedBrokers(os.Getenv("BROKERS")), kgo.DefaultProduceTopic("out"))
		if err != nil {
			panic(err)
		}
		if err := client.ProduceSync(context.Background(), &kgo.Record{Value: []byte("bread")}).FirstErr(); err != nil {
			panic(err)
		}
	case "produce at the common address":
		var client *kgo.Client
		lambda.Start(func(ctx context.Context, e events.KafkaEvent) (err error) {
			if client == nil {
				client, err = kgo.NewClient(kgo.SeedBrokers(e.BootstrapServers), kgo.DefaultProduceTopic("out"))
			}
			if err != nil {
				return err
			}
			return client.ProduceSync(ctx, &kgo.Record{Value: []byte(strings.Join(values(e), ","))}).FirstErr()
		})
	default:
		lambda.Start(func(ctx context.Context, e events.KafkaEvent) (any, error) { return behave(ctx, mode, e) })
	}
}

// behave answers, or does not.
func behave(ctx context.Context, mode string, e events.KafkaEvent) (any, error) {
	switch mode {
	case "never answer":
		<-context.WithoutCancel(ctx).Done()
	case "clock":
		fmt.Println(time.Now().UnixNano())
	case "print megabytes":
		line := strings.Repeat("x", 1023)
		for range 4096 {
			fmt.Println(line)
		}
	case "exit":
		os.Exit(7)
	case "no records":
		return "this is " + time.Now().String() + " and no record", nil
	case "fail":
		return nil, errors.New("cannot digest " + strings.Join(values(e), ","))
	}
	return values(e), nil
}

func values(e events.KafkaEvent) []string {
	var out []string
	for _, records := range e.Records {
		for _, r := range records {
			value, err := base64.StdEncoding.DecodeString(r.Value)
			if err != nil {
				panic(err)
			}
			out = append(out, string(value))
		}
	}
	return out
}
