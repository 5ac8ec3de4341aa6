package emulator

import "time"

// Defaults.
const (
	DefaultProfile    = "aws"
	DefaultPort       = 9092
	DefaultRetention  = 256 << 20
	DefaultPartitions = 3
	DefaultDebounce   = 20 * time.Millisecond
)
