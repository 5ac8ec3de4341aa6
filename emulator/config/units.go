package config

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

var (
	durationForm = regexp.MustCompile(`^-?([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$`)
	sizeForm     = regexp.MustCompile(`^([0-9]+) ?(B|KB|MB|GB|KiB|MiB|GiB)$`)
	numberForm   = regexp.MustCompile(`^(-?[0-9]+(?:\.[0-9]+)?)\s*(\S*)$`)
)

// parseDuration reads 500ms, 3s or 1m30s. If it is none, it says what was
// probably meant.
func parseDuration(s string) (d time.Duration, advice string, ok bool) {
	if durationForm.MatchString(s) {
		if d, err := time.ParseDuration(s); err == nil {
			return d, "", true
		}
	}
	const examples = "as in 500ms, 3s, 5m or 1h"
	parts := numberForm.FindStringSubmatch(s)
	if parts == nil {
		return 0, examples, false
	}
	if parts[2] == "" {
		return 0, fmt.Sprintf("%ss or %sms, for example", parts[1], parts[1]), false
	}
	if unit, ok := durationUnit(parts[2]); ok {
		return 0, fmt.Sprintf("did you mean %s%s?", parts[1], unit), false
	}
	return 0, examples, false
}

// durationUnit returns the unit that a word stands for, if need be with slips.
func durationUnit(word string) (string, bool) {
	words := []string{"millis", "msec", "msecs", "millisecond", "milliseconds", "sec", "secs", "second", "seconds",
		"min", "mins", "minute", "minutes", "hr", "hrs", "hour", "hours", "ms", "s", "m", "h"}
	w := strings.ToLower(word)
	near := emulator.DidYouMean(w, words)
	for _, exact := range words {
		if w == exact {
			near = exact
		}
	}
	switch {
	case near == "":
		return "", false
	case near == "ms" || strings.HasPrefix(near, "mil") || strings.HasPrefix(near, "mse"):
		return "ms", true
	}
	return near[:1], true
}

// units are the sizes in bytes; MB means MiB, as AWS writes it.
var units = map[string]int64{
	"B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30,
	"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
}

// parseSize reads 256MB or 1GB. If it is none, it says what was probably meant.
func parseSize(s string) (bytes int64, advice string, ok bool) {
	if parts := sizeForm.FindStringSubmatch(s); parts != nil {
		n, err := strconv.ParseInt(parts[1], 10, 64)
		if unit := units[parts[2]]; err == nil && n <= math.MaxInt64/unit {
			return n * unit, "", true
		}
	}
	const examples = "a whole number and a unit, as in 128MB or 1GB"
	parts := numberForm.FindStringSubmatch(s)
	if parts == nil || strings.ContainsAny(parts[1], ".-") || len(parts[1]) > 9 {
		return 0, examples, false
	}
	switch unit := strings.ToUpper(parts[2]); unit {
	case "":
		return 0, fmt.Sprintf("did you mean %sMB?", parts[1]), false
	case "K", "M", "G", "KB", "MB", "GB", "KIB", "MIB", "GIB":
		return 0, fmt.Sprintf("did you mean %s%cB?", parts[1], unit[0]), false
	}
	return 0, examples, false
}
