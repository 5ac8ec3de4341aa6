package kafkaevent

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
	"pgregory.net/rapid"
)

func TestFailedRecordsOfGoldens(t *testing.T) {
	one := []FailedRange{{Topic: "AWSKafkaTopic"}}
	for name, want := range map[string][]FailedRange{
		"failure-msk":       one,
		"failure-too-large": one,
		"failure-queue":     {{"orders", 0, 7, 9}, {"orders", 2, 1, 1}},
		"failure-bucket":    {{"orders", 0, 7, 9}, {"orders", 2, 1, 1}},
	} {
		value, err := os.ReadFile(filepath.Join("testdata", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := FailedRecords(value); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, %v; want %v", name, got, err, want)
		}
	}
}

func TestFailedRecordsFindsWhatWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &kgo.Record{
			Topic:     rapid.StringMatching(`[a-zA-Z0-9._-]{1,20}`).Draw(t, "topic"),
			Partition: rapid.Int32Min(0).Draw(t, "partition"),
			Offset:    rapid.Int64Min(0).Draw(t, "offset"),
			Value:     rapid.SliceOf(rapid.Byte()).Draw(t, "value"),
		}
		want := []FailedRange{{r.Topic, r.Partition, r.Offset, r.Offset}}
		of := FailedInvocation{RequestID: "r"}
		for _, value := range [][]byte{msk.FailureRecord("dead", of, r).Value, selfManaged.FailureDocument(of, []*kgo.Record{r}, true)} {
			if got, err := FailedRecords(value); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("got %v, %v; want %v, of %s", got, err, want, value)
			}
		}
	})
}

func TestFailedRecordsOfSomethingElse(t *testing.T) {
	for _, value := range []string{"", "null", "17", "{}", "[]", `{"KafkaBatchInfo":{}}`, `{"KafkaBatchInfo":3}`, `{"requestPayload":{}}`} {
		if got, err := FailedRecords([]byte(value)); !errors.Is(err, ErrNoFailure) {
			t.Errorf("%s: got %v, %v; want ErrNoFailure", value, got, err)
		}
	}
	for value, says := range map[string]string{
		`{"KafkaBatchInfo":{"recordInfo":{"offset":"1"}}}`:                                                               "payload.records",
		`{"KafkaBatchInfo":{"recordInfo":{"offset":"1"}},"payload":{"records":{"a-0":[],"b-0":[]}}}`:                     "payload.records",
		`{"KafkaBatchInfo":{"recordInfo":{"offset":"1"}},"payload":{"records":{"a":[]}}}`:                                `"a" is not TOPIC-PARTITION`,
		`{"KafkaBatchInfo":{"recordInfo":{"offset":"-1"}},"payload":{"records":{"a-0":[]}}}`:                             "no range",
		`{"KafkaBatchInfo":{"recordsInfo":{"a-x":{"firstRecordOffset":"1","lastRecordOffset":"1"}}}}`:                    `"a-x" is not`,
		`{"KafkaBatchInfo":{"recordsInfo":{"a-1":{"firstRecordOffset":"3","lastRecordOffset":"2"}}}}`:                    `recordsInfo.a-1: offsets "3" to "2"`,
		`{"KafkaBatchInfo":{"recordsInfo":{"a-1":{"firstRecordOffset":"3","lastRecordOffset":"99999999999999999999"}}}}`: "no range",
	} {
		if got, err := FailedRecords([]byte(value)); err == nil || errors.Is(err, ErrNoFailure) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, %v; want an error with %q", value, got, err, says)
		}
	}
}
