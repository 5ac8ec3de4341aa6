package main

import (
	"encoding/json"
	"testing"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
)

func TestSumUp(t *testing.T) {
	enriched := func(category int, sold bool, price int64, bids int, expires int64) market.Enriched {
		return market.Enriched{Completed: market.Completed{Category: category, Sold: sold, Price: price, Bids: bids, Expires: expires}}
	}
	got, err := json.Marshal(sumUp([]market.Enriched{
		enriched(12, true, 500, 3, 3000), enriched(10, false, 0, 1, 2000), enriched(12, true, 100, 2, 1000), enriched(12, false, 0, 0, 2500),
	}))
	want := `[{"key":"10","value":{"category":10,"auctions":1,"sold":0,"bids":1,"revenue":0,"from":2000,"to":2000}},` +
		`{"key":"12","value":{"category":12,"auctions":3,"sold":2,"bids":5,"revenue":600,"from":1000,"to":3000}}]`
	if err != nil || string(got) != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
	if got, err := json.Marshal(sumUp(nil)); err != nil || string(got) != "[]" {
		t.Errorf("nothing: got %s, %v, want []", got, err)
	}
}
