package main

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
)

// source is a table that changes: each fetch returns the next version.
type source struct {
	fetches int
	err     error
}

func (s *source) fetch(context.Context) (map[int]market.Contact, error) {
	s.fetches++
	return map[int]market.Contact{1: {Person: 1, Email: "a@example.com", Version: s.fetches}}, s.err
}

// versions returns which version a cache gives at each of some moments.
func versions(t *testing.T, ttl string, s *source, moments ...time.Duration) []int {
	t.Helper()
	c, err := newCache(ttl, s.fetch)
	if err != nil {
		t.Fatal(err)
	}
	start := time.UnixMilli(1_000_000)
	var got []int
	for _, m := range moments {
		table, err := c.get(t.Context(), start.Add(m))
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, table.contacts[1].Version)
	}
	return got
}

func TestCacheIsStaleWhenWarm(t *testing.T) {
	for _, test := range []struct {
		ttl  string
		want []int
	}{
		{"", []int{1, 1, 1, 1}},
		{"10s", []int{1, 1, 2, 2}},
		{"0s", []int{1, 2, 3, 4}},
	} {
		got := versions(t, test.ttl, &source{}, 0, 9*time.Second, 10*time.Second, 11*time.Second)
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("ttl %q: got versions %v, want %v", test.ttl, got, test.want)
		}
	}
}

func TestCacheWhenFetchingFails(t *testing.T) {
	s := &source{err: errors.New("no broker")}
	c, err := newCache("1s", s.fetch)
	if err != nil {
		t.Fatal(err)
	}
	now := time.UnixMilli(0)
	if _, err := c.get(t.Context(), now); !errors.Is(err, s.err) {
		t.Errorf("cold: got %v, want %v", err, s.err)
	}
	s.err = nil
	if _, err := c.get(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	s.err = errors.New("no broker")
	old, err := c.get(t.Context(), now.Add(time.Minute))
	if err != nil || old.contacts[1].Version != 2 || !old.fetchedAt.Equal(now) {
		t.Errorf("warm: got %+v, %v, want the old table", old, err)
	}
}

func TestCacheRefusesNonsense(t *testing.T) {
	for _, ttl := range []string{"10", "soon", "-1s"} {
		if _, err := newCache(ttl, nil); err == nil {
			t.Errorf("CONTACTS_TTL %q is accepted", ttl)
		}
	}
}

func TestEnrichShowsHowOldTheContactIs(t *testing.T) {
	known := table{
		contacts:  map[int]market.Contact{1: {Person: 1, Email: "a@example.com", Version: 3}, 2: {Person: 2, Email: "b@example.com", Version: 1}},
		fetchedAt: time.UnixMilli(5000),
	}
	outputs := enrichAll([]market.Completed{
		{Item: "lamp", Name: "lamp", Seller: 1, Sold: true, Winner: 2, Price: 500, Bids: 4, Expires: 4000},
		{Item: "rug", Name: "rug", Seller: 9, Expires: 4500},
	}, known, time.UnixMilli(5250))
	got, err := json.Marshal(outputs)
	want := `[{"key":"lamp","value":{"item":"lamp","name":"lamp","category":0,"seller":1,"sold":true,"winner":2,"price":500,"bids":4,"expires":4000,` +
		`"sellerContact":{"person":1,"email":"a@example.com","version":3,"fetchedAt":5000,"ageMillis":250},` +
		`"winnerContact":{"person":2,"email":"b@example.com","version":1,"fetchedAt":5000,"ageMillis":250}}},` +
		`{"key":"rug","value":{"item":"rug","name":"rug","category":0,"seller":9,"sold":false,"bids":0,"expires":4500,"sellerContact":null}}]`
	if err != nil || string(got) != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
}

func TestReadContactsTakesTheLast(t *testing.T) {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(2, "contacts"))
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	kafka := []kgo.Opt{kgo.SeedBrokers(cluster.ListenAddrs()...)}
	if got, err := readContacts(t.Context(), kafka); err != nil || len(got) != 0 {
		t.Fatalf("an empty topic: got %v, %v", got, err)
	}
	client, err := kgo.NewClient(append(kafka, kgo.DefaultProduceTopic("contacts"))...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for _, value := range []string{`{"person":1,"email":"old","version":1}`, `nonsense`, `{"person":1,"email":"new","version":2}`} {
		if err := client.ProduceSync(t.Context(), kgo.KeyStringRecord("1", value)).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	got, err := readContacts(t.Context(), kafka)
	if want := map[int]market.Contact{1: {Person: 1, Email: "new", Version: 2}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}
