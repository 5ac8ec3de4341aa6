package main

import (
	"encoding/json"
	"testing"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
)

func TestNotify(t *testing.T) {
	seller := &market.Reached{Contact: market.Contact{Person: 1, Email: "s@example.com", Version: 3}}
	winner := &market.Reached{Contact: market.Contact{Person: 2, Email: "w@example.com", Version: 1}}
	sold := market.Completed{Item: "lamp", Name: "old lamp", Seller: 1, Sold: true, Winner: 2, Price: 12305}
	for _, test := range []struct {
		name     string
		enriched market.Enriched
		want     string
	}{
		{"sold", market.Enriched{Completed: sold, SellerContact: seller, WinnerContact: winner},
			`[{"key":"1","value":{"person":1,"item":"lamp","to":"s@example.com","contactVersion":3,"text":"Your old lamp is sold for 123.05 EUR."}},` +
				`{"key":"2","value":{"person":2,"item":"lamp","to":"w@example.com","contactVersion":1,"text":"You won the old lamp for 123.05 EUR."}}]`},
		{"not sold", market.Enriched{Completed: market.Completed{Item: "lamp", Name: "old lamp", Seller: 1}, SellerContact: seller},
			`[{"key":"1","value":{"person":1,"item":"lamp","to":"s@example.com","contactVersion":3,"text":"Your old lamp was not sold: no bid reached the reserve."}}]`},
		{"unknown contact", market.Enriched{Completed: sold, SellerContact: seller},
			`[{"key":"1","value":{"person":1,"item":"lamp","to":"s@example.com","contactVersion":3,"text":"Your old lamp is sold for 123.05 EUR."}},` +
				`{"key":"2","value":{"person":2,"item":"lamp","text":"You won the old lamp for 123.05 EUR."}}]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := json.Marshal(notifyAll([]market.Enriched{test.enriched}))
			if err != nil || string(got) != test.want {
				t.Errorf("got  %s, %v\nwant %s", got, err, test.want)
			}
		})
	}
	if got, err := json.Marshal(notifyAll(nil)); err != nil || string(got) != "[]" {
		t.Errorf("nothing: got %s, %v, want []", got, err)
	}
}
