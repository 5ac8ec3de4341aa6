// The function counts the vowels of each word.
package main

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

// output is a record to produce. A nil key is no key.
type output struct {
	Key   *string `json:"key"`
	Value string  `json:"value"`
}

func main() { lambda.Start(handle) }

// handle names the key of each output: a Go map has its partitions in any order,
// so the outputs are not in the order of the records.
func handle(event events.KafkaEvent) ([]output, error) {
	outputs := []output{}
	for _, records := range event.Records {
		for _, r := range records {
			word, err := base64.StdEncoding.DecodeString(r.Value)
			if err != nil {
				return nil, err
			}
			o := output{Value: count(string(word))}
			if r.Key != "" {
				key, err := base64.StdEncoding.DecodeString(r.Key)
				if err != nil {
					return nil, err
				}
				text := string(key)
				o.Key = &text
			}
			outputs = append(outputs, o)
		}
	}
	return outputs, nil
}

func count(word string) string {
	vowels := 0
	for _, letter := range word {
		if strings.ContainsRune("aeiouAEIOU", letter) {
			vowels++
		}
	}
	return fmt.Sprintf("%s: %d vowels", word, vowels)
}
