// Package tui is the terminal UI: one tea.Model that draws a journal. It never imports the
// emulator: what it needs of a run is the interface ui.Driver.
//
// The screens are structs with imperative methods, each in a package of its own (flow,
// events, functions, ordering, detail, logs, faults), which agree with this one in package
// ui. Package store is what they draw, package frame what they draw on.
//
// Goroutines: that of Bubble Tea, which owns the Model; the one that feeds the store; those
// of work that a screen has asked for (Host.Do, Host.Load), whose results come back as
// messages.
//
// No event is ever sent as a message: a message is a call of Update and of View, and a slow
// terminal would hold the run back. A tick draws what the store holds, 30 times a second.
//
// Non-obvious: the first View comes before the first size, so that everything is drawn on
// no cells at all once. View returns the same string as long as nothing was drawn, which
// costs the renderer nothing. Bubble Tea holds its lock while it writes to the terminal: a
// slow terminal makes Update slow, and nothing else.
package tui
