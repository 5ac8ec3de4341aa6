package tui

import (
	"time"

	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Options are what a Model is made of.
type Options struct {
	// Store is the run that goes on; nil for a finished one.
	Store *store.Store
	// Past is the finished run; nil for one that goes on.
	Past *Past
	// Driver is the run. It must not be nil.
	Driver ui.Driver
	// ASCII writes glyphs as ASCII, Calm draws four times a second and shows no toasts.
	ASCII, Calm bool
	// Every is how long a frame stands while the run goes on; 0 means 50 ms,
	// which costs a fifth less than 33 ms; keys are drawn at once.
	Every time.Duration
	// Mouse takes the mouse from the start on; F2 changes it.
	Mouse bool
	// Keys are bindings of the user's: ID of the binding to the keys in its place.
	Keys map[string][]string
}

// every is how long a frame stands.
func (o *Options) every() time.Duration {
	switch {
	case o.Calm:
		return 250 * time.Millisecond
	case o.Every > 0:
		return o.Every
	}
	return 50 * time.Millisecond
}
