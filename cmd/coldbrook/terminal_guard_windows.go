package main

// guardTerminal returns nil: the console gives its modes back with the last handle.
func guardTerminal() *terminalGuard { return nil }
