package query

import "strings"

// Place is a place in a record, as conditions name it: key, v, v.customer.email, h.trace-id.
type Place struct {
	// Field is that of the condition: its Name is key, v or h.
	Field *Field
	// Header is the name of the header, of h.
	Header string
	// Steps lead into the JSON of key and v, from outside to inside; none if all of it is
	// meant. (Conditions have no steps into a key.)
	Steps []Step
}

// Step is a step of a path into a JSON document.
type Step struct {
	// Name is the name of a member; nil leads to the element of an array with the number
	// Index, from 0 on.
	Name  *string
	Index int
}

// ParsePlaces reads places, separated by commas. Its error is an *Error.
func ParsePlaces(text string) ([]Place, error) {
	s := &parser{scanner: scanner{text: text}}
	var places []Place
	for {
		s.skipSpace()
		place, err := s.place()
		if err != nil {
			return nil, err
		}
		places = append(places, place)
		if s.skipSpace(); s.ended() {
			return places, nil
		}
		if s.peek() != ',' {
			return nil, s.errorf(s.at, "a comma separates two: key,v.customer.email", "%q does not belong to a place", s.text[s.at:])
		}
		s.at++
	}
}

// placeAdvice is what is allowed.
const placeAdvice = "there are key, v, a path in its JSON as v.customer.email or v.items[0].sku, and h.NAME, a header"

func (p *parser) place() (Place, error) {
	start := p.at
	name := p.until(nameStops + ".[")
	var place Place
	if place.Field = fieldNamed(name); place.Field == nil || place.Field.Of != OfRecord {
		advice := placeAdvice
		if name == "$" {
			advice = "the JSON of a value is v: v.customer.email"
		}
		return place, p.errorf(start, advice, "%q is no place in a record", p.text[start:])
	}
	header := place.Field.id == fieldHeader
	path, ok := p.path(header)
	if !ok {
		if strings.HasPrefix(p.text[p.at:], "[*]") || strings.HasPrefix(p.text[p.at:], "[]") {
			return place, p.errorf(p.at, "v.items.sku is sku in each of the items, v.items is all that is in them", "elements are not named all at once")
		}
		return place, p.errorf(p.at, placeAdvice, "%q leads nowhere", p.text[p.at:])
	}
	for _, s := range path {
		place.Steps = append(place.Steps, Step{Name: s.name, Index: s.index})
	}
	if header {
		if len(path) != 1 || path[0].name == nil || *path[0].name == "" {
			return place, p.errorf(start, "h.trace-id is the header trace-id", "h needs the name of a header")
		}
		place.Header, place.Steps = *path[0].name, nil
	}
	return place, nil
}
