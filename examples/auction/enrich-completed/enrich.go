package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
)

// table is the contacts as they were at one moment.
type table struct {
	contacts  map[int]market.Contact
	fetchedAt time.Time
}

// cache is what a warm environment remembers.
type cache struct {
	fetch func(context.Context) (map[int]market.Contact, error)
	// ttl is how long a table is used; negative means for ever.
	ttl   time.Duration
	table table
}

// newCache returns an empty cache; ttl is a duration, or "" for ever.
func newCache(ttl string, fetch func(context.Context) (map[int]market.Contact, error)) (*cache, error) {
	c := &cache{fetch: fetch, ttl: -1}
	if ttl == "" {
		return c, nil
	}
	var err error
	if c.ttl, err = time.ParseDuration(ttl); err != nil || c.ttl < 0 {
		return nil, fmt.Errorf("CONTACTS_TTL %q is not a duration such as 10s", ttl)
	}
	return c, nil
}

// get returns the table, a new one if the old one is too old. When that cannot
// be had, old contacts are better than none.
func (c *cache) get(ctx context.Context, now time.Time) (table, error) {
	cold := c.table.contacts == nil
	if !cold && (c.ttl < 0 || now.Sub(c.table.fetchedAt) < c.ttl) {
		return c.table, nil
	}
	contacts, err := c.fetch(ctx)
	switch {
	case err != nil && cold:
		return table{}, err
	case err != nil:
		fmt.Fprintf(os.Stderr, "contacts of %s are used on: %v\n", c.table.fetchedAt.Format(time.RFC3339), err)
	default:
		c.table = table{contacts: contacts, fetchedAt: now}
	}
	return c.table, nil
}

func enrichAll(completed []market.Completed, t table, now time.Time) []market.Output {
	outputs := make([]market.Output, len(completed))
	for i, c := range completed {
		enriched := market.Enriched{Completed: c, SellerContact: t.reach(c.Seller, now)}
		if c.Sold {
			enriched.WinnerContact = t.reach(c.Winner, now)
		}
		outputs[i] = market.Output{Key: c.Item, Value: enriched}
	}
	return outputs
}

// reach returns nil for a person without contact.
func (t table) reach(person int, now time.Time) *market.Reached {
	contact, ok := t.contacts[person]
	if !ok {
		return nil
	}
	return &market.Reached{
		Contact:   contact,
		FetchedAt: t.fetchedAt.UnixMilli(),
		AgeMillis: now.Sub(t.fetchedAt).Milliseconds(),
	}
}
