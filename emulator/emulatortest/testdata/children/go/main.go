// The function answers each word with its length.
package main

import (
	"encoding/base64"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func main() { lambda.Start(handle) }

func handle(event events.KafkaEvent) ([]map[string]string, error) {
	answers := []map[string]string{}
	for _, partition := range slices.Sorted(maps.Keys(event.Records)) {
		for _, r := range event.Records[partition] {
			key, err := base64.StdEncoding.DecodeString(r.Key)
			if err != nil {
				return nil, err
			}
			word, err := base64.StdEncoding.DecodeString(r.Value)
			if err != nil {
				return nil, err
			}
			answers = append(answers, map[string]string{"key": string(key), "value": fmt.Sprintf("%s: %d", word, len(word))})
		}
	}
	fmt.Printf("go: %d words\n", len(answers))
	fmt.Fprintln(os.Stderr, "go: done")
	return answers, nil
}
