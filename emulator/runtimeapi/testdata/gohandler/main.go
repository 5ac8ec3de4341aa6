// Command gohandler is a handler for tests, on the official Go client.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	Do    string `json:"do"`
	Bytes int    `json:"bytes"`
	Name  string `json:"name"`
}

func main() {
	if os.Getenv("EXIT_AT_START") != "" {
		fmt.Fprintln(os.Stderr, "no database")
		os.Exit(3)
	}
	lambda.Start(handle)
}

func handle(ctx context.Context, e event) (any, error) {
	switch e.Do {
	case "context":
		lc, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		return map[string]any{"id": lc.AwsRequestID, "arn": lc.InvokedFunctionArn,
			"trace": ctx.Value("x-amzn-trace-id"), "deadline": deadline.UnixMilli()}, nil
	case "env":
		return os.Getenv(e.Name), nil
	case "environ":
		return os.Environ(), nil
	case "write":
		return os.TempDir(), os.WriteFile(os.TempDir()+"/left", nil, 0o600)
	case "error":
		return nil, errors.New("out of stock")
	case "panic":
		panic("no stock")
	case "exit":
		os.Exit(e.Bytes)
	case "large":
		return json.RawMessage(`"` + strings.Repeat("a", e.Bytes-2) + `"`), nil
	case "megabytes":
		for range 20 << 10 {
			fmt.Println(strings.Repeat("m", 1023))
		}
	case "sleep":
		fmt.Println("sleeping")
		time.Sleep(time.Hour)
	}
	return e, nil
}
