package journal

import (
	"strconv"
	"time"
)

// Duration writes nanoseconds the way sentences about a run do: three digits
// at most and a unit ("14 ms", "1.2 s", "312 µs"), minutes and hours as
// "2m 5s" and "1h 4m".
func Duration(ns int64) string {
	d := time.Duration(ns)
	if d < 0 {
		return "-" + Duration(-ns)
	}
	switch {
	case d == 0:
		return "0 ms"
	case d < time.Microsecond:
		return strconv.FormatInt(ns, 10) + " ns"
	case d < 999500*time.Nanosecond:
		return scaled(ns, int64(time.Microsecond)) + " µs"
	case d < 999500*time.Microsecond:
		return scaled(ns, int64(time.Millisecond)) + " ms"
	case d < 59950*time.Millisecond:
		return scaled(ns, int64(time.Second)) + " s"
	}
	s := int64((d + time.Second/2) / time.Second)
	if s < 3600 {
		return strconv.FormatInt(s/60, 10) + "m " + strconv.FormatInt(s%60, 10) + "s"
	}
	return strconv.FormatInt(s/3600, 10) + "h " + strconv.FormatInt(s%3600/60, 10) + "m"
}

// scaled writes n in units: with one decimal below ten unless that is zero,
// without from there on.
func scaled(n, unit int64) string {
	tenths := (n*10 + unit/2) / unit
	if tenths < 100 && tenths%10 != 0 {
		return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10)
	}
	return strconv.FormatInt((n+unit/2)/unit, 10)
}

// Bytes writes a size the way sentences about a run do, in binary units as AWS
// means them: "312 B", "1.5 KB", "6 MB".
func Bytes(n int64) string {
	const kilo, mega, giga = 1 << 10, 1 << 20, 1 << 30
	switch {
	case n < kilo:
		return strconv.FormatInt(n, 10) + " B"
	case n < mega:
		return scaled(n, kilo) + " KB"
	case n < giga:
		return scaled(n, mega) + " MB"
	}
	return scaled(n, giga) + " GB"
}
