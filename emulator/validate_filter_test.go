package emulator

import (
	"slices"
	"strings"
	"testing"
)

func filtering(patterns ...string) Config {
	return Config{
		Topics: []Topic{{Name: "a"}},
		Functions: []Function{{Name: "f", Command: []string{"x"},
			Events: []Event{{Topic: "a", Filters: patterns, FilterNulls: "Drop", CommitFiltered: "never"}}}},
	}
}

func TestValidateFilters(t *testing.T) {
	err := filtering(slices.Repeat([]string{`{"value":["x"]}`}, 11)...).Validate()
	want := []string{
		`functions.f.events[0].kafka.filters: 11 filters are over the limit of 10`,
		`functions.f.events[0].kafka.filterNulls: "Drop" is not one of pass, drop`,
		`functions.f.events[0].kafka.commitFiltered: "never" is not one of poll, batch`,
	}
	if err == nil || !slices.Equal(strings.Split(err.Error(), "\n"), want) {
		t.Errorf("got %v\nwant %q", err, want)
	}
}

func TestFilterWarnings(t *testing.T) {
	patterns := append(slices.Repeat([]string{`{"value":["x"]}`}, 5), `{"value":[{"wildcard":"*"}]}`)
	got := filtering(patterns...).Warnings()
	want := []string{
		"functions.f.events[0].kafka.filters: AWS takes 5 filters, and 10 of an account whose quota was raised",
		"functions.f.events[0].kafka.filters[5].value[0].wildcard: wildcard is an operator of EventBridge that Lambda's documentation does not list: it may be refused there",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
