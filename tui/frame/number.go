package frame

import (
	"strconv"
)

// Count is a number in at most five columns, with three digits that count: 999, 1.2k,
// 12.5k, 125k, 1.20M.
func Count(n int64) string {
	if n < 0 {
		return "-" + Count(-n)
	}
	if n < 1000 {
		return strconv.FormatInt(n, 10)
	}
	unit, name := int64(1000), "k"
	for _, next := range []struct {
		unit int64
		name string
	}{{1e6, "M"}, {1e9, "G"}, {1e12, "T"}} {
		if n >= next.unit {
			unit, name = next.unit, next.name
		}
	}
	switch {
	case n < 10*unit:
		return strconv.FormatFloat(float64(n/(unit/100))/100, 'f', 2, 64) + name
	case n < 100*unit:
		return strconv.FormatFloat(float64(n/(unit/10))/10, 'f', 1, 64) + name
	}
	return strconv.FormatInt(n/unit, 10) + name
}

// Clock is a time of the world: minutes, seconds and milliseconds, with hours from one on.
func Clock(ns int64) string {
	ms := ns / 1e6
	text := []byte("00:00.000")
	put := func(at int, n int64) { text[at], text[at+1] = byte('0'+n/10), byte('0'+n%10) }
	put(0, ms/60000%60)
	put(3, ms/1000%60)
	text[6] = byte('0' + ms%1000/100)
	put(7, ms%100)
	if hours := ms / 3600000; hours > 0 {
		return strconv.FormatInt(hours, 10) + ":" + string(text)
	}
	return string(text)
}

// Grouped is a number with its thousands set apart: 1,204,331.
func Grouped(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Span is a duration in at most seven columns: 840ms, 3.00s, 20.2ms, 15µs.
func Span(ns int64) string {
	switch {
	case ns < 0:
		return "-" + Span(-ns)
	case ns < 1e3:
		return strconv.FormatInt(ns, 10) + "ns"
	case ns < 1e6:
		return strconv.FormatInt(ns/1e3, 10) + "µs"
	case ns < 100e6:
		return strconv.FormatFloat(float64(ns/1e5)/10, 'f', 1, 64) + "ms"
	case ns < 1e9:
		return strconv.FormatInt(ns/1e6, 10) + "ms"
	case ns < 60e9:
		return strconv.FormatFloat(float64(ns/1e7)/100, 'f', 2, 64) + "s"
	case ns < 3600e9:
		return strconv.FormatInt(ns/60e9, 10) + "m" + strconv.FormatInt(ns/1e9%60, 10) + "s"
	}
	return strconv.FormatInt(ns/3600e9, 10) + "h" + strconv.FormatInt(ns/60e9%60, 10) + "m"
}
