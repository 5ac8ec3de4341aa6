package main

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
)

// TestRunGoesOnWithTheVersionsThatAreThere starts it twice.
func TestRunGoesOnWithTheVersionsThatAreThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &kfake.VirtualNetwork{}
		cluster, err := kfake.NewCluster(kfake.ListenFn(network.Listen), kfake.Ports(9092), kfake.NumBrokers(1), kfake.SeedTopics(1, contactsTopic))
		if err != nil {
			t.Fatal(err)
		}
		defer cluster.Close()
		kafka := []kgo.Opt{kgo.SeedBrokers("localhost:9092"), kgo.Dialer(network.DialContext)}
		for _, want := range []int{1000 + 10*3, 1000 + 20*3} {
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- run(ctx, kafka, time.Second) }()
			time.Sleep(10*time.Second + 500*time.Millisecond)
			cancel()
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			b, err := openBook(t.Context(), kafka)
			if err != nil {
				t.Fatal(err)
			}
			sum := 0
			for _, v := range b.versions {
				sum += v
			}
			if len(b.versions) != 1000 || sum > want || sum < want-20 {
				t.Errorf("got %d contacts with %d versions, want 1000 with at most %d", len(b.versions), sum, want)
			}
		}
		if policy := cluster.TopicInfo(contactsTopic).Configs["cleanup.policy"]; policy == nil || *policy != "compact" {
			t.Errorf("clean-up policy: got %v, want compact", policy)
		}
	})
}

func TestBookVersionsCountUp(t *testing.T) {
	people := map[int]market.Person{}
	for id := range 1000 {
		people[1000+id] = market.Person{ID: 1000 + id, Name: "Ada Abel"}
	}
	b := newBook(people)
	if first := b.missing(); len(first) != 1000 || first[1].Email != "ada.abel.1001@house1.example" || len(b.missing()) != 0 {
		t.Fatalf("first versions: %d, %+v, then %d", len(first), first[1], len(b.missing()))
	}
	last := map[int]int{}
	for range 5000 {
		seen := map[int]bool{}
		for _, c := range b.change() {
			if want := max(last[c.Person], 1) + 1; c.Version != want || seen[c.Person] {
				t.Fatalf("%+v: want version %d, once", c, want)
			}
			if want := fmt.Sprintf("ada.abel.%d@house%d.example", c.Person, c.Version); c.Email != want {
				t.Fatalf("got %s, want %s", c.Email, want)
			}
			last[c.Person], seen[c.Person] = c.Version, true
		}
	}
	if len(last) != 1000 {
		t.Errorf("%d people moved house, want all", len(last))
	}
}
