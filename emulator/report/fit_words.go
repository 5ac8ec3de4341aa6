package report

import (
	"strconv"
	"strings"
)

// counted writes a number with its noun: "1 record", "1,200 records".
func counted(n uint64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Count(n) + " " + noun + "s"
}

// list writes names: "a", "a and b", "a, b and c".
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// share writes a part of a whole in per cent: below ten with one decimal, and never 0 of
// what is there.
func share(part, whole uint64) string {
	if whole == 0 || part == 0 {
		return "0 %"
	}
	tenths := uint64(float64(part)*1000/float64(whole) + 0.5)
	switch {
	case tenths == 0:
		return "below 0.1 %"
	case tenths < 100 && tenths%10 != 0:
		return strconv.FormatUint(tenths/10, 10) + "." + strconv.FormatUint(tenths%10, 10) + " %"
	}
	return strconv.FormatUint((tenths+5)/10, 10) + " %"
}

// ratio writes how many there are for each: "2", "1.5", "0.03".
func ratio(part, whole uint64) string {
	if whole == 0 {
		return "0"
	}
	r := float64(part) / float64(whole)
	if r >= 100 {
		return Count(uint64(r + 0.5))
	}
	decimals := 0
	switch {
	case r < 0.1:
		decimals = 3
	case r < 10:
		decimals = 1
	}
	s := strconv.FormatFloat(r, 'f', decimals, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// money writes a price to four digits: what is extrapolated is not more exact.
func money(units int64) string {
	step := int64(1)
	for units/step >= 10_000 {
		step *= 10
	}
	return "$" + Dollars((units+step/2)/step*step)
}
