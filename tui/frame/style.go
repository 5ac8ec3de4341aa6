package frame

// Style is a role with modifiers. Its zero value is plain text.
type Style uint8

// The roles: five colours that can be told apart by everyone, and none. What they say is
// always said by a word or a glyph as well.
const (
	Text  Style = iota // values
	Dim                // labels and units
	Busy               // invocations, success, links
	Cold               // inits, retries, warnings
	Bad                // errors, timeouts, dead letters, throttles
	Moved              // overtakes, what is pinned

	roles = 8
)

// Modifiers, to be added to a role.
const (
	Bold      Style = 1 << (iota + 3)
	Underline       // focus within a line, titles that are chosen
	Reverse         // selection
	Faint
)

// Role is the style without its modifiers.
func (s Style) Role() Style { return s & (roles - 1) }
