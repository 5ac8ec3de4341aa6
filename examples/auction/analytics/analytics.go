package main

import (
	"maps"
	"slices"
	"strconv"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
)

// sum is a record of auction.analytics, keyed by category: what one batch says
// about auctions that ended from From to To.
type sum struct {
	Category int   `json:"category"`
	Auctions int   `json:"auctions"`
	Sold     int   `json:"sold"`
	Bids     int   `json:"bids"`
	Revenue  int64 `json:"revenue"`
	From     int64 `json:"from"`
	To       int64 `json:"to"`
}

func sumUp(enriched []market.Enriched) []market.Output {
	sums := map[int]*sum{}
	for _, e := range enriched {
		s := sums[e.Category]
		if s == nil {
			s = &sum{Category: e.Category, From: e.Expires, To: e.Expires}
			sums[e.Category] = s
		}
		s.Auctions++
		s.Bids += e.Bids
		s.From, s.To = min(s.From, e.Expires), max(s.To, e.Expires)
		if e.Sold {
			s.Sold++
			s.Revenue += e.Price
		}
	}
	outputs := make([]market.Output, 0, len(sums))
	for _, category := range slices.Sorted(maps.Keys(sums)) {
		outputs = append(outputs, market.Output{Key: strconv.Itoa(category), Value: sums[category]})
	}
	return outputs
}
