package tui

import (
	"time"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
)

// toastTime is how long a sentence stays; one about a failure stays until a key is pressed
// after that.
const toastTime = 5 * time.Second

type toast struct {
	style frame.Style
	text  string
	until time.Time
}

func (t *toast) show(s frame.Style, text string) {
	*t = toast{style: s, text: text, until: time.Now().Add(toastTime)}
}

// age drops what has been shown long enough.
func (t *toast) age() {
	if t.text != "" && t.style.Role() != frame.Bad && time.Now().After(t.until) {
		*t = toast{}
	}
}

// left says that the user went to another screen: what was said of the last one says
// nothing there.
func (t *toast) left() {
	if t.style.Role() != frame.Bad {
		*t = toast{}
	}
}

// seen says that a key was pressed.
func (t *toast) seen() {
	if t.text != "" && t.style.Role() == frame.Bad && time.Now().After(t.until) {
		*t = toast{}
	}
}
