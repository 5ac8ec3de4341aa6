package tui

import "time"

// wheelTime is when the wheel was turned last.
type wheelTime struct{ at time.Time }

func (w *wheelTime) tooSoon() bool {
	now := time.Now()
	if now.Sub(w.at) < 16*time.Millisecond {
		return true
	}
	w.at = now
	return false
}
