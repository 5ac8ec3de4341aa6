package tui

import (
	"fmt"
	"strconv"
	"strings"
)

// parseTime reads a world time: seconds, or minutes, or hours and minutes before them with
// colons. It returns nanoseconds.
func parseTime(text string) (int64, error) {
	var total float64
	parts := strings.Split(text, ":")
	for i, part := range parts {
		n, err := strconv.ParseFloat(part, 64)
		if err != nil || n < 0 || n > 1e9 || i > 0 && n >= 60 || i < len(parts)-1 && n != float64(int64(n)) || len(parts) > 3 {
			return 0, fmt.Errorf("%q is no time: write seconds (12.5), or minutes and seconds (04:12.426)", text)
		}
		total = total*60 + n
	}
	return int64(total * 1e9), nil
}
