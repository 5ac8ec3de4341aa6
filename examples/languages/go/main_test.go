package main

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

func TestHandle(t *testing.T) {
	record := func(key, value string) events.KafkaRecord {
		return events.KafkaRecord{Key: base64.StdEncoding.EncodeToString([]byte(key)), Value: base64.StdEncoding.EncodeToString([]byte(value))}
	}
	got, err := handle(events.KafkaEvent{Records: map[string][]events.KafkaRecord{
		"words-0": {record("a", "Coldbrook"), record("", "Æther"), record("b", "")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	response, err := json.Marshal(got)
	want := `[{"key":"a","value":"Coldbrook: 3 vowels"},{"key":null,"value":"Æther: 1 vowels"},{"key":"b","value":": 0 vowels"}]`
	if err != nil || string(response) != want {
		t.Errorf("got  %s, %v\nwant %s", response, err, want)
	}
}

func TestHandleAnswersWithAnArray(t *testing.T) {
	got, err := handle(events.KafkaEvent{})
	if err != nil {
		t.Fatal(err)
	}
	if response, _ := json.Marshal(got); string(response) != "[]" {
		t.Errorf("got %s, want []", response)
	}
}
