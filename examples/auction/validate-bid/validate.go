package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
)

// submission is what a client sends; a pointer is nil where a field is missing.
type submission struct {
	ID       string
	Item     string
	Bidder   *int
	Price    *int64
	Currency string
	Time     *int64
}

func validateAll(records []market.Record, people map[int]market.Person) []market.Output {
	outputs := make([]market.Output, len(records))
	for i, r := range records {
		bid, err := validate(r, people)
		if err != nil {
			outputs[i] = market.Reject("bids.rejected", r, bid.ID, err)
			continue
		}
		// The item's id as the key brings an item and its bids together again.
		outputs[i] = market.Output{Key: bid.Item, Value: bid}
	}
	return outputs
}

// validate returns the bid or what is wrong with it, then with no more than the
// submission's id.
func validate(r market.Record, people map[int]market.Person) (market.Bid, error) {
	var s submission
	if err := json.Unmarshal(r.Value, &s); err != nil {
		return market.Bid{ID: s.ID}, fmt.Errorf("not a bid in JSON: %v", err)
	}
	refused := market.Bid{ID: s.ID}
	if err := complete(s); err != nil {
		return refused, err
	}
	bidder, known := people[*s.Bidder]
	if !known {
		return refused, fmt.Errorf("bidder %d is not known", *s.Bidder)
	}
	if err := market.CheckTime(*s.Time, r.Timestamp); err != nil {
		return refused, err
	}
	amount, err := market.Euros("price", *s.Price, s.Currency)
	if err != nil {
		return refused, err
	}
	return market.Bid{
		ID: s.ID, Item: s.Item, Bidder: bidder.ID, Name: bidder.Name, Country: bidder.Country,
		Amount: amount, Price: *s.Price, Currency: s.Currency, Time: *s.Time,
	}, nil
}

func complete(s submission) error {
	switch {
	case s.ID == "":
		return errors.New("id is missing")
	case s.Item == "":
		return errors.New("item is missing")
	case s.Bidder == nil:
		return errors.New("bidder is missing")
	case s.Price == nil:
		return errors.New("price is missing")
	case s.Currency == "":
		return errors.New("currency is missing")
	case s.Time == nil || *s.Time <= 0:
		return errors.New("time is missing")
	}
	return nil
}
