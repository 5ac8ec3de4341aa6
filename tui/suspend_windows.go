package tui

// resumable is false: there is no job control.
func resumable() bool { return false }
