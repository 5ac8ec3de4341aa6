package filter

import (
	"fmt"
	"regexp"
	"strconv"
)

// Error is what is wrong with a pattern.
type Error struct {
	// Place is where in the pattern: value.price[0].numeric, with quotes around
	// names that need them; "" for the whole of it.
	Place string
	// Message says what is wrong there, with the limit.
	Message string
}

func (e *Error) Error() string {
	if e.Place == "" {
		return e.Message
	}
	return e.Place + ": " + e.Message
}

var plainName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// place is where something stands in a pattern.
type place string

func (p place) field(name string) place {
	if !plainName.MatchString(name) {
		name = strconv.Quote(name)
	}
	if p == "" {
		return place(name)
	}
	return p + "." + place(name)
}

func (p place) element(i int) place { return p + place("["+strconv.Itoa(i)+"]") }

func (p place) errorf(format string, args ...any) *Error {
	return &Error{Place: string(p), Message: fmt.Sprintf(format, args...)}
}
