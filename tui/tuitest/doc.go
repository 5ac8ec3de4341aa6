// Package tuitest is a terminal for tests of the terminal UI: a real tea.Program draws on
// an emulated screen, in the virtual time of testing/synctest.
//
// Non-obvious: the renderer writes bare newlines where its output is no terminal, and
// relies on that to turn them into CR LF; the screen asks nothing, because nobody answers.
package tuitest
