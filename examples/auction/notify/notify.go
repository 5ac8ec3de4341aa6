package main

import (
	"fmt"
	"strconv"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
)

// notification is a record of auction.notifications, keyed by person.
type notification struct {
	Person int    `json:"person"`
	Item   string `json:"item"`
	// To is empty if the person has no known contact. ContactVersion tells
	// whether it was the newest.
	To             string `json:"to,omitempty"`
	ContactVersion int    `json:"contactVersion,omitempty"`
	Text           string `json:"text"`
}

func notifyAll(enriched []market.Enriched) []market.Output {
	outputs := []market.Output{}
	for _, e := range enriched {
		if !e.Sold {
			outputs = append(outputs, notify(e, e.Seller, e.SellerContact,
				fmt.Sprintf("Your %s was not sold: no bid reached the reserve.", e.Name)))
			continue
		}
		outputs = append(outputs,
			notify(e, e.Seller, e.SellerContact, fmt.Sprintf("Your %s is sold for %s.", e.Name, euros(e.Price))),
			notify(e, e.Winner, e.WinnerContact, fmt.Sprintf("You won the %s for %s.", e.Name, euros(e.Price))))
	}
	return outputs
}

func notify(e market.Enriched, person int, contact *market.Reached, text string) market.Output {
	n := notification{Person: person, Item: e.Item, Text: text}
	if contact != nil {
		n.To, n.ContactVersion = contact.Email, contact.Version
	}
	return market.Output{Key: strconv.Itoa(person), Value: n}
}

func euros(cents int64) string {
	return fmt.Sprintf("%d.%02d EUR", cents/100, cents%100)
}
