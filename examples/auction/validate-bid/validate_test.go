package main

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

func people(t *testing.T) map[int]market.Person {
	t.Helper()
	table, err := market.People()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func submitted(value string) market.Record {
	return market.Record{Key: []byte("i1.1000"), Value: []byte(value), Timestamp: time.UnixMilli(1_767_225_600_000)}
}

func TestValidateEnrichesABid(t *testing.T) {
	table := people(t)
	got := validateAll([]market.Record{submitted(
		`{"id":"1.4","item":"i1.1000","bidder":1001,"price":1000,"currency":"USD","time":1767225600100,"extra":"x"}`)}, table)
	want := market.Bid{
		ID: "1.4", Item: "i1.1000", Bidder: 1001, Name: table[1001].Name, Country: table[1001].Country,
		Amount: 920, Price: 1000, Currency: "USD", Time: 1767225600100,
	}
	if !reflect.DeepEqual(got, []market.Output{{Key: "i1.1000", Value: want}}) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestValidateRejects(t *testing.T) {
	const good = `{"id":"1.4","item":"i1.1000","bidder":1001,"price":1000,"currency":"EUR","time":1767225600100}`
	for _, test := range []struct{ from, to, reason string }{
		{good, `id=1.4`, "not a bid in JSON: "},
		{good, ``, "not a bid in JSON: "},
		{good, `[]`, "not a bid in JSON: "},
		{good, `null`, "id is missing"},
		{`"1.4"`, `""`, "id is missing"},
		{`"i1.1000"`, `""`, "item is missing"},
		{`1001`, `null`, "bidder is missing"},
		{`1001`, `42`, "bidder 42 is not known"},
		{`"price":1000,`, ``, "price is missing"},
		{`1000,`, `-1000,`, "price -1000 is negative"},
		{`1000,`, `"1000",`, "not a bid in JSON: "},
		{`EUR`, ``, "currency is missing"},
		{`EUR`, `DOGE`, `currency "DOGE" is not known`},
		{`1767225600100`, `0`, "time is missing"},
		{`1767225600100`, `1767225660001`, "time 1767225660001 is more than 1m0s ahead of the record's 1767225600000"},
	} {
		value := strings.Replace(good, test.from, test.to, 1)
		out := validateAll([]market.Record{submitted(value)}, people(t))[0]
		rejected, ok := out.Value.(market.Rejected)
		if !ok || out.Topic != "bids.rejected" || out.Key != "i1.1000" || !strings.HasPrefix(rejected.Reason, test.reason) {
			t.Errorf("%s: got %+v, want a rejection: %s", value, out, test.reason)
		}
	}
	if out := validateAll([]market.Record{submitted(good)}, people(t))[0]; out.Topic != "" {
		t.Errorf("the good one: got %+v", out)
	}
}

// TestValidateAgreesWithTheGenerator lets through what has no flaw, rejects what
// has one, and loses nothing.
func TestValidateAgreesWithTheGenerator(t *testing.T) {
	table, auction, flaws := people(t), fixtures.NewAuction(fixtures.AuctionConfig{Seed: 42, Invalid: 0.3}), 0
	for range 20_000 {
		e := auction.Next()
		if e.Topic != fixtures.BidsTopic {
			continue
		}
		out := validateAll([]market.Record{{Key: e.Key, Value: e.Value, Timestamp: e.Time}}, table)[0]
		if out.Key != string(e.Key) || (out.Topic == "bids.rejected") != (e.Flaw != "") {
			t.Fatalf("%s with flaw %q: got %+v", e.Value, e.Flaw, out)
		}
		if e.Flaw != "" {
			flaws++
		}
	}
	if flaws == 0 {
		t.Error("the generator made nothing to reject")
	}
}

func BenchmarkValidate(b *testing.B) {
	table, err := market.People()
	if err != nil {
		b.Fatal(err)
	}
	records := []market.Record{submitted(`{"id":"1.4","item":"i1.1000","bidder":1001,"price":1000,"currency":"EUR","time":1767225600100}`)}
	for b.Loop() {
		if _, err := json.Marshal(validateAll(records, table)); err != nil {
			b.Fatal(err)
		}
	}
}
