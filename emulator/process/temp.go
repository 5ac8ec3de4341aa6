package process

import "os"

// MkdirTemp makes a new temporary folder, which the caller removes. If this
// program is killed while processes run, the guardian removes it (not on
// Windows).
func MkdirTemp() (string, error) { return os.MkdirTemp("", tempPrefix()) }
