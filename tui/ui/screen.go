package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
)

// ID names a screen.
type ID int

// The screens, in the order of their tabs. Detail lies over another one.
const (
	Flow ID = iota
	Events
	Functions
	Ordering
	Logs
	Faults
	Detail

	Tabs = 6 // how many have a tab
)

// Screen is one of them. It keeps what is its own: its selection, how far it is scrolled.
type Screen interface {
	// ID is which screen it is.
	ID() ID
	// Title is the name in its tab, Short the one where there is little room.
	Title() string
	Short() string
	// Badge stands behind the title on every screen: "⇅14"; "" for none.
	Badge(c *Context) string
	// Draw draws the screen. It is called whenever something may have changed, also with
	// an area of no size, and must neither wait nor change the run.
	Draw(c *Context, a frame.Area)
	// Says is the sentence below the screen: what is selected, what stands still and why.
	Says(c *Context) (frame.Style, string)
	// Keys is its key table, always the same.
	Keys() []Key
}

// Clicker is a Screen that the mouse can be used on. Coordinates are those of its area.
type Clicker interface {
	// Click is a press of the left button.
	Click(c *Context, x, y int) tea.Cmd
}

// Scroller is a Screen that the wheel scrolls: by rows, upwards if negative.
type Scroller interface {
	Scroll(c *Context, x, y, rows int) tea.Cmd
}

// Filterer is a Screen that the filter applies to.
type Filterer interface {
	// Filtered is called when the filter has changed.
	Filtered(c *Context)
}

// Opener is a Screen that can be opened at something.
type Opener interface {
	// Open shows the record, function, ... of a Target.
	Open(c *Context, t Target)
}

// Topical is a Screen on which something of one or more topics can be selected.
type Topical interface {
	// Topics are those of what is selected, none if nothing is.
	Topics(c *Context) []string
}

// Windowed is a Screen that shows a part of the time.
type Windowed interface {
	// Window is which: world times, both inclusive.
	Window(c *Context) (from, to int64)
}

// Target is what a screen is opened at; what is not set is left as it is.
type Target struct {
	Topic     string
	Partition int32
	Offset    int64
	Record    bool // Topic, Partition and Offset are set
	// Row is the number of the event that is meant, of those about the record; 0 for the
	// newest.
	Row         uint64
	Function    string
	Mapping     string
	Environment uint32
	Invocation  uint64
	At          int64 // world time; 0 for none
	Filter      string
	HasFilter   bool // Filter replaces the filter, also if it is empty
}

// Key is an entry of a key table: one table for the handling of keys, the hints in the last
// row, the help, the palette and the documentation.
type Key struct {
	// Keys are the keys as Bubble Tea names them: "enter", "shift+left", "j".
	Keys []string
	// ID names the binding for coldbrook.yaml and the palette: "events.detail".
	ID string
	// Label is the hint in the last row, behind the first key: "detail".
	Label string
	// Help is a sentence.
	Help string
	// Hidden leaves it out of the last row.
	Hidden bool
	// Enabled says whether it works now; nil stands for always.
	Enabled func(*Context) bool
	// Run does it. key is the one that was pressed.
	Run func(c *Context, key string) tea.Cmd
}
