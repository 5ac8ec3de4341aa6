package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
)

// longest is the longest that an auction may be open.
const longest = 30 * 24 * time.Hour

// submission is what a client sends; a pointer is nil where a field is missing.
type submission struct {
	ID         string
	Item       string
	Seller     *int
	Name       string
	Category   int
	InitialBid *int64
	Reserve    *int64
	Currency   string
	Time       *int64
	Expires    *int64
}

func validateAll(records []market.Record, people map[int]market.Person) []market.Output {
	outputs := make([]market.Output, len(records))
	for i, r := range records {
		item, err := validate(r, people)
		if err != nil {
			outputs[i] = market.Reject("items.rejected", r, item.ID, err)
			continue
		}
		// The item's id as the key brings an item and its bids together again.
		outputs[i] = market.Output{Key: item.Item, Value: item}
	}
	return outputs
}

// validate returns the item or what is wrong with it, then with no more than the
// submission's id.
func validate(r market.Record, people map[int]market.Person) (market.Item, error) {
	var s submission
	if err := json.Unmarshal(r.Value, &s); err != nil {
		return market.Item{ID: s.ID}, fmt.Errorf("not an item in JSON: %v", err)
	}
	refused := market.Item{ID: s.ID}
	if err := complete(s); err != nil {
		return refused, err
	}
	if _, known := people[*s.Seller]; !known {
		return refused, fmt.Errorf("seller %d is not known", *s.Seller)
	}
	if err := market.CheckTime(*s.Time, r.Timestamp); err != nil {
		return refused, err
	}
	if *s.Expires <= *s.Time {
		return refused, fmt.Errorf("expired: the end, %d, is not after the beginning, %d", *s.Expires, *s.Time)
	}
	if *s.Expires-*s.Time > longest.Milliseconds() {
		return refused, fmt.Errorf("open for %d ms, over the limit of %v", *s.Expires-*s.Time, longest)
	}
	initial, err := market.Euros("initialBid", *s.InitialBid, s.Currency)
	if err != nil {
		return refused, err
	}
	reserve, err := market.Euros("reserve", *s.Reserve, s.Currency)
	if err != nil {
		return refused, err
	}
	return market.Item{
		ID: s.ID, Item: s.Item, Seller: *s.Seller, Name: s.Name, Category: s.Category,
		InitialBid: initial, Reserve: reserve, Time: *s.Time, Expires: *s.Expires,
	}, nil
}

func complete(s submission) error {
	switch {
	case s.ID == "":
		return errors.New("id is missing")
	case s.Item == "":
		return errors.New("item is missing")
	case s.Seller == nil:
		return errors.New("seller is missing")
	case s.InitialBid == nil:
		return errors.New("initialBid is missing")
	case s.Reserve == nil:
		return errors.New("reserve is missing")
	case s.Currency == "":
		return errors.New("currency is missing")
	case s.Time == nil || *s.Time <= 0:
		return errors.New("time is missing")
	case s.Expires == nil:
		return errors.New("expires is missing")
	}
	return nil
}
