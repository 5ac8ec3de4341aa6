// Package frame is the paper that the terminal UI is drawn on: a grid of cells that is
// written out as one string. Everything is clipped to the grid, so that no line can be
// wider than the terminal and nothing is drawn outside of it, however small it is; and
// every cell holds one printable rune, so that no payload can send the terminal a control
// sequence.
//
// A style is a role (text, busy, bad ...), not a colour: a Theme turns roles into the
// escape sequences of a terminal, and glyphs into ASCII where that is wanted. What is
// written is the same text in all of them.
//
// Nothing here is safe for concurrent use, and nothing waits.
//
// Non-obvious: a rune that takes two columns has a cell that holds 0 behind it. The full
// block is both the glyph of busy and the highest column of a sparkline; sparklines use
// SparkFull, which a Theme writes as a full block or as 8.
package frame
