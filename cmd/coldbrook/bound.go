package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// bound is where the reading of a topic begins or ends in each partition.
type bound struct {
	kind   boundKind
	offset int64     // of atOffset; of atLast, how many
	time   time.Time // of atTime
}

type boundKind uint8

const (
	atNothing boundKind = iota // it goes on
	atStart
	atEnd
	atOffset
	atLast
	atTime
)

// boundHelp is how flags say what a time is.
const boundHelp = "@TIME, the first record at or after it: @2026-01-31T12:00:00Z, @13:05:00 (today), @-5m (ago)"

// parseBegin reads --offset, with what kcat and kafka-console-consumer call the same: s@MS,
// earliest and latest.
func parseBegin(s string, now time.Time) (bound, error) {
	switch s {
	case "beginning", "start", "earliest":
		return bound{kind: atStart}, nil
	case "end", "latest":
		return bound{kind: atEnd}, nil
	}
	if text, ok := strings.CutPrefix(strings.TrimPrefix(s, "s"), "@"); ok {
		return parseTime(text, now)
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		text := "@TIME, such as @2026-01-31T12:00:00Z, @13:05:00 or @-5m"
		if _, wrong := parseTime(s, now); wrong == nil {
			text = "@TIME: is it @" + s + "?"
		}
		return bound{}, fmt.Errorf("%q is not beginning, end, a number, -N, or %s", s, text)
	}
	if n < 0 {
		return bound{kind: atLast, offset: -n}, nil
	}
	return bound{kind: atOffset, offset: n}, nil
}

// parseUntil reads --until; "" is nothing.
func parseUntil(s string, now time.Time) (bound, error) {
	switch {
	case s == "":
		return bound{}, nil
	case s == "end":
		return bound{kind: atEnd}, nil
	case !strings.HasPrefix(s, "@"):
		return bound{}, fmt.Errorf("%q is not end or @TIME", s)
	}
	b, err := parseTime(s[1:], now)
	if err == nil && b.time.After(now) {
		err = fmt.Errorf("%q is not over yet; --for says how long from now on", s)
	}
	return b, err
}

// parseTime reads a time: RFC 3339, Unix milliseconds, a time of today or a date and a time
// where the user is, or how long ago.
func parseTime(s string, now time.Time) (bound, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return bound{kind: atTime, time: t}, nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, s, now.Location()); err == nil {
			return bound{kind: atTime, time: t}, nil
		}
	}
	if t, ok := timeOfDay(s, now); ok {
		if t.After(now) { // an hour of the night before is meant, as likely as not
			return bound{}, fmt.Errorf("%q is later than now, %s, and of today without a date, as in @%s", "@"+s, now.Format(time.TimeOnly), t.AddDate(0, 0, -1).Format("2006-01-02T15:04:05"))
		}
		return bound{kind: atTime, time: t}, nil
	}
	if ago, ok := strings.CutPrefix(s, "-"); ok {
		if d, err := time.ParseDuration(ago); err == nil && d >= 0 {
			return bound{kind: atTime, time: now.Add(-d)}, nil
		}
	}
	if ms, err := strconv.ParseInt(s, 10, 64); err == nil && ms >= 0 {
		return bound{kind: atTime, time: time.UnixMilli(ms)}, nil
	}
	return bound{}, fmt.Errorf("%q is no time like @2026-01-31T12:00:00Z, @13:05:00 (today), @1767323045001 (milliseconds since 1970) or @-2h (ago)", "@"+s)
}

// timeOfDay reads hours and minutes, and maybe seconds, of the day of now.
func timeOfDay(s string, now time.Time) (time.Time, bool) {
	for _, layout := range []string{time.TimeOnly, "15:04"} {
		if t, err := time.Parse(layout, s); err == nil {
			return time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), now.Location()), true
		}
	}
	return time.Time{}, false
}

// within is the offset of a beginning in a partition from start up to end, exclusive, of
// which at is the first record at or after the time, of atTime: what is not there begins
// with what is.
func (b bound) within(start, end, at int64) int64 {
	switch b.kind {
	case atEnd:
		return end
	case atLast:
		return max(start, end-b.offset)
	case atOffset:
		return min(max(start, b.offset), end)
	case atTime:
		return min(max(start, at), end)
	}
	return start
}
