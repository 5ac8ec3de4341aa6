package market

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

func TestPeople(t *testing.T) {
	people, err := People()
	if err != nil {
		t.Fatal(err)
	}
	for id := 1000; id < 2000; id++ {
		if p := people[id]; p.ID != id || p.Name == "" || len(p.Country) != 2 {
			t.Fatalf("person %d: got %+v", id, p)
		}
	}
	if len(people) != 1000 {
		t.Errorf("got %d people, want 1000", len(people))
	}
}

func TestEuros(t *testing.T) {
	for _, test := range []struct {
		amount   int64
		currency string
		want     int64
		err      string
	}{
		{12345, "EUR", 12345, ""},
		{10000, "USD", 9200, ""},
		{101, "USD", 92, ""}, // 92.92, rounded down
		{10000, "GBP", 11700, ""},
		{10000, "CHF", 10600, ""},
		{0, "EUR", 0, ""},
		{limit, "GBP", limit / 1000 * 1170, ""},
		{-1, "EUR", 0, "price -1 is negative"},
		{limit + 1, "EUR", 0, "price 1000000000001 is over the limit of 1000000000000"},
		{1, "DOGE", 0, `currency "DOGE" is not known`},
		{1, "eur", 0, `currency "eur" is not known`},
	} {
		got, err := Euros("price", test.amount, test.currency)
		if got != test.want || (err == nil) != (test.err == "") || err != nil && err.Error() != test.err {
			t.Errorf("Euros(%d, %s): got %d, %v, want %d, %q", test.amount, test.currency, got, err, test.want, test.err)
		}
	}
}

func encoded(topic string, partition, offset int64, key, value string) events.KafkaRecord {
	return events.KafkaRecord{
		Topic: topic, Partition: partition, Offset: offset, Timestamp: events.MilliSecondsEpochTime{Time: time.UnixMilli(1000 + offset)},
		Key:   base64.StdEncoding.EncodeToString([]byte(key)),
		Value: base64.StdEncoding.EncodeToString([]byte(value)),
	}
}

func TestRecordsAreInOrder(t *testing.T) {
	event := events.KafkaEvent{Records: map[string][]events.KafkaRecord{
		"t-10": {encoded("t", 10, 1, "k5", "5"), encoded("t", 10, 2, "k6", "6")},
		"t-2":  {encoded("t", 2, 7, "k2", "2"), encoded("t", 2, 9, "k3", "3"), encoded("t", 2, 10, "k4", "4")},
		"t-0":  {encoded("t", 0, 99, "", "1")},
	}}
	for range 20 { // a map's order is random
		records, err := Records(event)
		if err != nil {
			t.Fatal(err)
		}
		var values, keys strings.Builder
		for _, r := range records {
			values.Write(r.Value)
			keys.Write(r.Key)
		}
		if values.String() != "123456" || keys.String() != "k2k3k4k5k6" || records[0].Timestamp.UnixMilli() != 1099 {
			t.Fatalf("got values %s, keys %s, first at %v", &values, &keys, records[0].Timestamp)
		}
	}
}

func TestRecordsSayWhichIsBroken(t *testing.T) {
	broken := encoded("t", 1, 5, "k", "v")
	broken.Value = "%"
	_, err := Records(events.KafkaEvent{Records: map[string][]events.KafkaRecord{"t-1": {broken}}})
	if err == nil || !strings.Contains(err.Error(), "t/1@5: value: ") {
		t.Errorf("got %v", err)
	}
	event := events.KafkaEvent{Records: map[string][]events.KafkaRecord{"t-1": {encoded("t", 1, 5, "lamp", "nonsense")}}}
	if _, err := Decode[Completed](event); err == nil || !strings.Contains(err.Error(), `key "lamp"`) {
		t.Errorf("got %v", err)
	}
}

func TestRejectKeepsTheSubmission(t *testing.T) {
	for _, test := range []struct{ value, want string }{
		{`{"price": -1}`, `{"key":"k","value":{"id":"7","reason":"bad","submitted":{"price":-1}},"topic":"r"}`},
		{"id=7;price", `{"key":"k","value":{"id":"7","reason":"bad","submitted":"id=7;price"},"topic":"r"}`},
		{"\xff\x00", `{"key":"k","value":{"id":"7","reason":"bad","submittedBase64":"/wA="},"topic":"r"}`},
		{"", `{"key":"k","value":{"id":"7","reason":"bad","submitted":""},"topic":"r"}`},
	} {
		got, err := json.Marshal(Reject("r", Record{Key: []byte("k"), Value: []byte(test.value)}, "7", errors.New("bad")))
		if err != nil || string(got) != test.want {
			t.Errorf("%q: got %s, %v, want %s", test.value, got, err, test.want)
		}
	}
}

func TestCheckTime(t *testing.T) {
	at := time.UnixMilli(1_000_000)
	if err := CheckTime(at.UnixMilli()+60_000, at); err != nil {
		t.Errorf("a minute ahead: %v", err)
	}
	if err := CheckTime(at.UnixMilli()+60_001, at); err == nil {
		t.Error("more than a minute ahead is let through")
	}
	if err := CheckTime(1, at); err != nil {
		t.Errorf("the past: %v", err)
	}
}
