package main

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

const good = `{"id":"1.1","item":"i1.1000","seller":1000,"name":"old lamp","category":12,"initialBid":1000,` +
	`"reserve":2000,"currency":"GBP","time":1767225600100,"expires":1767225609100,"description":"x"}`

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

func TestValidatePassesAnItemOn(t *testing.T) {
	got := validateAll([]market.Record{submitted(good)}, people(t))
	want := market.Item{
		ID: "1.1", Item: "i1.1000", Seller: 1000, Name: "old lamp", Category: 12,
		InitialBid: 1170, Reserve: 2340, Time: 1767225600100, Expires: 1767225609100,
	}
	if !reflect.DeepEqual(got, []market.Output{{Key: "i1.1000", Value: want}}) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestValidateRejects(t *testing.T) {
	for _, test := range []struct{ from, to, reason string }{
		{good, `id=1.1`, "not an item in JSON: "},
		{good, `null`, "id is missing"},
		{`"1.1"`, `""`, "id is missing"},
		{`"i1.1000"`, `""`, "item is missing"},
		{`"seller":1000,`, ``, "seller is missing"},
		{`"seller":1000,`, `"seller":3,`, "seller 3 is not known"},
		{`"initialBid":1000,`, ``, "initialBid is missing"},
		{`"initialBid":1000,`, `"initialBid":-1,`, "initialBid -1 is negative"},
		{`"reserve":2000,`, ``, "reserve is missing"},
		{`"reserve":2000,`, `"reserve":-2,`, "reserve -2 is negative"},
		{`GBP`, ``, "currency is missing"},
		{`GBP`, `DOGE`, `currency "DOGE" is not known`},
		{`"time":1767225600100,`, ``, "time is missing"},
		{`1767225600100`, `1767225660001`, "time 1767225660001 is more than 1m0s ahead"},
		{`"expires":1767225609100,`, ``, "expires is missing"},
		{`1767225609100`, `1767225600100`, "expired: the end, 1767225600100, is not after the beginning, 1767225600100"},
		{`1767225609100`, `9223372036854775807`, "open for 9223370269629175707 ms, over the limit of 720h0m0s"},
	} {
		value := strings.Replace(good, test.from, test.to, 1)
		out := validateAll([]market.Record{submitted(value)}, people(t))[0]
		rejected, ok := out.Value.(market.Rejected)
		if !ok || out.Topic != "items.rejected" || out.Key != "i1.1000" || !strings.HasPrefix(rejected.Reason, test.reason) {
			t.Errorf("%s: got %+v, want a rejection: %s", value, out, test.reason)
		}
	}
}

// TestValidateAgreesWithTheGenerator lets through what has no flaw, rejects what
// has one, and loses nothing.
func TestValidateAgreesWithTheGenerator(t *testing.T) {
	table, auction, flaws := people(t), fixtures.NewAuction(fixtures.AuctionConfig{Seed: 42, Rate: 40, Invalid: 0.3}), 0
	for range 100_000 {
		e := auction.Next()
		if e.Topic != fixtures.ItemsTopic {
			continue
		}
		out := validateAll([]market.Record{{Key: e.Key, Value: e.Value, Timestamp: e.Time}}, table)[0]
		if out.Key != string(e.Key) || (out.Topic == "items.rejected") != (e.Flaw != "") {
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
