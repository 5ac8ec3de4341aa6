package main

import (
	"strings"
	"testing"
	"time"
)

func TestParseBegin(t *testing.T) {
	for s, want := range map[string]int64{"beginning": 10, "earliest": 10, "end": 20, "latest": 20, "15": 15, "3": 10, "99": 20, "-2": 18, "-99": 10, "0": 10} {
		b, err := parseBegin(s, time.Now())
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		if got := b.within(10, 20, 0); got != want {
			t.Errorf("%s of 10 to 20: got %d, want %d", s, got, want)
		}
	}
	at := bound{kind: atTime}
	if a, b, c := at.within(10, 20, 15), at.within(10, 20, 5), at.within(10, 20, 25); a != 15 || b != 10 || c != 20 {
		t.Errorf("a time: got %d, %d, %d", a, b, c)
	}
}

func TestParseBeginOfATime(t *testing.T) {
	zone := time.FixedZone("there", 2*60*60)
	now := time.Date(2026, 1, 31, 13, 30, 0, 5, zone)
	for s, want := range map[string]string{
		"@2026-01-31T12:00:00Z": "2026-01-31T14:00:00+02:00", "@2026-01-31T12:00:00.5+01:00": "2026-01-31T13:00:00.5+02:00",
		"@2026-01-30T12:00:00": "2026-01-30T12:00:00+02:00", "@2026-01-30T12:05": "2026-01-30T12:05:00+02:00", "@2026-01-30": "2026-01-30T00:00:00+02:00",
		"@13:05:00": "2026-01-31T13:05:00+02:00", "@13:05": "2026-01-31T13:05:00+02:00", "@00:00:00.25": "2026-01-31T00:00:00.25+02:00", "@13:30": "2026-01-31T13:30:00+02:00",
		"@-5m": "2026-01-31T13:25:00.000000005+02:00", "@-36h": "2026-01-30T01:30:00.000000005+02:00",
		"@1767323045001": "2026-01-02T05:04:05.001+02:00", "s@1767323045001": "2026-01-02T05:04:05.001+02:00", "@0": "1970-01-01T02:00:00+02:00",
	} {
		b, err := parseBegin(s, now)
		if got := b.time.In(zone).Format(time.RFC3339Nano); err != nil || b.kind != atTime || got != want {
			t.Errorf("%s: got %s, %v, want %s", s, got, err, want)
		}
	}
	for s, says := range map[string]string{
		"middle": "is not beginning, end, a number, -N, or @TIME, such as @2026", "": "is not beginning", "-5m": "is it @-5m?", "12:00": "is it @12:00?", "2026-01-30": "is it @2026-01-30?",
		"@": "is no time like", "@yesterday": "@13:05:00 (today)", "@25:00": "is no time", "@--5m": "is no time", "@-": "is no time", "@5m": "is no time", "@2026-02-30": "is no time",
		"@-1": "is no time", "@23:50": "is later than now, 13:30:00, and of today without a date, as in @2026-01-30T23:50:00", "e@5": "is not beginning", "s5": "is not beginning",
	} {
		if b, err := parseBegin(s, now); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %+v, %v, want %q", s, b, err, says)
		}
	}
}
