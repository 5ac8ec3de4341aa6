package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
)

// book is the newest version of every contact; 0 is none yet.
type book struct {
	people   map[int]market.Person
	ids      []int
	versions map[int]int
	turn     int
}

func newBook(people map[int]market.Person) *book {
	return &book{people: people, ids: slices.Sorted(maps.Keys(people)), versions: map[int]int{}}
}

// missing returns the first versions of those who have none.
func (b *book) missing() []market.Contact {
	var contacts []market.Contact
	for _, id := range b.ids {
		if b.versions[id] == 0 {
			contacts = append(contacts, b.next(id))
		}
	}
	return contacts
}

// change returns new versions of three contacts: two who are hot in what
// coldbrook generate makes, in turn, and one of all the others.
func (b *book) change() []market.Contact {
	hundred := b.turn % (len(b.ids) / 100) * 100
	ids := []int{b.ids[0], b.ids[hundred+1], b.ids[b.turn*7%len(b.ids)]}
	b.turn++
	slices.Sort(ids)
	var contacts []market.Contact
	for _, id := range slices.Compact(ids) {
		contacts = append(contacts, b.next(id))
	}
	return contacts
}

// next makes a new address: who moves house keeps the name.
func (b *book) next(id int) market.Contact {
	b.versions[id]++
	name := strings.ToLower(strings.ReplaceAll(b.people[id].Name, " ", "."))
	return market.Contact{
		Person:  id,
		Email:   fmt.Sprintf("%s.%d@house%d.example", name, id, b.versions[id]),
		Version: b.versions[id],
	}
}
