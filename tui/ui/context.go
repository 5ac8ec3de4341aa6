package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// Mode is what stands still.
type Mode int

// The modes. The world can be paused while the view is held: Held says that of the view,
// Context.View.Paused that of the world.
const (
	Live     Mode = iota
	Held          // the view stands, data keeps flowing
	Finished      // a run that is over: the view is that at the time cursor
)

// Context is what a screen draws, and whom it asks. It is valid during the call.
type Context struct {
	// View is what is drawn: the newest one, the one that is held, or that at the time
	// cursor.
	View *store.View
	Mode Mode
	// Reading says that the time cursor of a finished run is on its way.
	Reading bool
	// Newer is how many events have come since the view was held.
	Newer uint64
	// Driver is the run. It is never nil: that of a finished run refuses what would change it.
	Driver Driver
	// Filter is what was typed, Query the same; its zero value matches all.
	Filter string
	Query  *query.Query
	// Axis is the time axis that pictures share.
	Axis *Axis
	// Pinned is the record that is marked on every screen; Target.Record says whether there
	// is one.
	Pinned Target
	// Calm says that nothing is to move without need.
	Calm bool
	// Width and Height are those of the whole terminal. Narrow layouts begin below 100
	// columns, single lists below 80.
	Width, Height int

	Host
}

// Host is the program around the screens. Its methods return at once.
type Host interface {
	// Toast shows a sentence for five seconds; one in frame.Bad stays until a key is
	// pressed.
	Toast(s frame.Style, text string)
	// Show goes to a screen, and opens it at t. Detail is laid over the present one.
	Show(id ID, t Target)
	// Back leaves what lies over a screen.
	Back()
	// Hold lets the view stand, Release lets it go on. They do nothing where it does.
	Hold()
	Release()
	// SetFilter changes the filter, as if it had been typed.
	SetFilter(text string)
	// Pin marks a record on every screen, or no longer if it is marked.
	Pin(t Target)
	// Ask opens a line to type in.
	Ask(p Prompt)
	// Choose opens a menu.
	Choose(m Menu)
	// Confirm shows lines and asks whether to go on: y or Enter calls yes.
	Confirm(title string, lines []Line, yes func() tea.Cmd)
	// Copy puts text on the clipboard, and says so.
	Copy(what, text string) tea.Cmd
	// Do runs work outside of the program, with a time limit of 30 s, and shows what it
	// returns: the sentence, or the error with its hint. An empty sentence shows nothing.
	Do(what string, work func(context.Context) (string, error)) tea.Cmd
	// Load returns what work made for a key, nil as long as that is not there: it is begun
	// then, outside of the program, and the screen is drawn again when it is done. What
	// failed is tried again after two seconds, as long as it is asked for. What has not
	// been asked for in a while is forgotten, and so is all with Forget.
	Load(key string, work func(context.Context) (any, error)) (any, error)
	// Forget drops what was loaded for keys that begin with prefix.
	Forget(prefix string)
	// Exec leaves the terminal to a program, such as an editor; done is called afterwards.
	Exec(name string, args []string, done func(error) tea.Cmd) tea.Cmd
}

// Line is a line of text in one style.
type Line struct {
	Style frame.Style
	Text  string
}

// Prompt is a line to type in.
type Prompt struct {
	Title string
	Value string // to begin with
	Hint  string // what is said as long as nothing was typed; "" says which keys there are
	// Replace says that Value is what counts now and not the beginning of what is typed: the
	// first rune takes its place. With ← or → it is edited instead.
	Replace bool
	// Check says what is wrong with a text as it is, and at which rune, -1 for none.
	Check func(text string) (mistake string, at int)
	// Typed is called with every text that Check passes, while it is typed.
	Typed func(text string)
	// Complete returns what could stand in place of the word before the cursor.
	Complete func(text string, at int) []string
	// History is what was typed before, the newest last.
	History []string
	// Done is called with Enter, with a text that Check passes; Cancel with Esc.
	Done   func(text string) tea.Cmd
	Cancel func() tea.Cmd
}

// Menu is a list to choose from, by its keys or by moving and Enter.
type Menu struct {
	Title string
	Items []Item
}

// Item is a line of a menu.
type Item struct {
	Key   string // "p"; "" for none
	Label string
	// Off says why it cannot be chosen; "" if it can.
	Off string
	Run func() tea.Cmd
}

// Axis is the axis of time that pictures share: what is at the right end, and how much time
// a column is.
type Axis struct {
	// End is the world time at the right end; 0 follows the newest.
	End int64
	// Column is how long a column is, in ns: 10 ms, 100 ms, 1 s or 10 s.
	Column int64
}

// Right is the world time at the right end.
func (a *Axis) Right(now int64) int64 {
	if a.End == 0 {
		return now
	}
	return min(a.End, now)
}
