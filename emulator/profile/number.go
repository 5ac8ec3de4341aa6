package profile

import (
	"reflect"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"
)

// Status says how sure a number is.
type Status string

// Documented is what the platform says; measured, what somebody measured on it;
// uncertain, what nobody says: the most plausible value, which can be overridden
// in the configuration where a run depends on it.
const (
	Documented Status = "documented"
	Measured   Status = "measured"
	Uncertain  Status = "uncertain"
)

// Groups of numbers, in their order.
const (
	GroupKafka     = "kafka"
	GroupFunction  = "function"
	GroupBilling   = "billing"
	GroupColdStart = "coldStart"
)

// Number is one number of a profile, or what else the profile says, and where it
// is from.
type Number struct {
	// Group is what it is about, and Name what it is called there.
	Group string `json:"group"`
	Name  string `json:"name"`
	// Value is an int64, a bool, a string, a []string, a *Quantiles, a Backoff or
	// Tiers. Prices are in PriceUnit.
	Value any `json:"value"`
	// Unit is that of the value: "ns" for all durations, "bytes", "records", or
	// empty.
	Unit   string `json:"unit,omitempty"`
	Status Status `json:"status"`
	Source string `json:"source"`
	// Date is that of the source, as far as it is known: a day, a month or a year.
	Date string `json:"date"`
	// Note says what else is to be known; empty for most.
	Note string `json:"note,omitempty"`
}

// Numbers returns all numbers of the profile, each with its source: those of the
// event source, of functions, of the bill, and the cold starts of each runtime on each
// architecture, unless there is one number for all of them.
func (p *Profile) Numbers() []Number {
	numbers := slices.Concat(
		p.fields(GroupKafka, "Kafka.", reflect.ValueOf(p.Kafka)),
		p.fields(GroupFunction, "Function.", reflect.ValueOf(p.Function)),
		p.fields(GroupBilling, "Billing.", reflect.ValueOf(p.Billing)))
	if p.Function.ColdStart != nil {
		return numbers
	}
	for _, runtime := range p.Function.Runtimes {
		for _, architecture := range p.Function.Architectures {
			o := originOf(p.Name, "ColdStart")
			numbers = append(numbers, o.number(GroupColdStart, runtime+" "+architecture, ColdStart(runtime, architecture), "ns"))
		}
		numbers = append(numbers, p.firstCallNumbers(runtime)...)
	}
	return numbers
}

// fields returns the numbers of a struct, in its order. That each of them has an
// origin is tested.
func (p *Profile) fields(group, path string, v reflect.Value) []Number {
	var numbers []Number
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		o := originOf(p.Name, path+name)
		value, unit := plain(v.Field(i), o.unit)
		if q, ok := value.(*Quantiles); ok && q == nil {
			continue // the profile does not say it
		}
		numbers = append(numbers, o.number(group, lowerFirst(name), value, unit))
	}
	return numbers
}

func (o *origin) number(group, name string, value any, unit string) Number {
	return Number{
		Group: group, Name: name, Value: value, Unit: unit,
		Status: o.status, Source: o.from.name, Date: o.from.date, Note: o.note,
	}
}

// plain returns a field as Number.Value has it, and its unit: a duration's type
// says it, a number's origin does.
func plain(v reflect.Value, unit string) (any, string) {
	switch value := v.Interface().(type) {
	case time.Duration:
		return int64(value), "ns"
	case *Quantiles, Backoff:
		return value, "ns"
	case int:
		return int64(value), unit
	}
	return v.Interface(), unit
}

func lowerFirst(name string) string {
	r, n := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(r)) + name[n:]
}

// sourcesOf returns the sources of all numbers, each once, sorted.
func sourcesOf(numbers []Number) []string {
	var all []string
	for _, n := range numbers {
		all = append(all, n.Source+", "+n.Date)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
