package market

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

//go:embed people.csv
var people string

// Person is a line of the static table of sellers and bidders.
type Person struct {
	ID            int
	Name, Country string
}

// People returns the table by id. It is part of the program, so a function that
// looks people up in it needs nothing but its own memory: enrichment from a
// static table is the easy case.
func People() (map[int]Person, error) {
	lines, err := csv.NewReader(strings.NewReader(people)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read people.csv: %v", err)
	}
	table := make(map[int]Person, len(lines))
	for _, line := range lines[1:] {
		id, err := strconv.Atoi(line[0])
		if err != nil {
			return nil, fmt.Errorf("read people.csv: %v", err)
		}
		table[id] = Person{ID: id, Name: line[1], Country: line[2]}
	}
	return table, nil
}
