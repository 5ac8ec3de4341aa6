package emulator

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// showDuration writes a duration as people do: 15m, not 15m0s.
func showDuration(ns int64) string {
	s := time.Duration(ns).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// showSeconds writes a duration in seconds, as the platform limits windows.
func showSeconds(ns int64) string {
	if ns%int64(time.Second) != 0 {
		return showDuration(ns)
	}
	return fmt.Sprintf("%ds", ns/int64(time.Second))
}

// showMegabytes writes a size in MB, which are MiB as AWS writes it.
func showMegabytes(bytes int64) string {
	const mebibyte = 1 << 20
	if bytes%mebibyte != 0 {
		return fmt.Sprintf("%dB", bytes)
	}
	return fmt.Sprintf("%dMB", bytes/mebibyte)
}

func showCount(n int) string { return strconv.Itoa(n) }

func showNumber(n int64) string { return strconv.FormatInt(n, 10) }
