package main

// terminalIsOurs reports that a console sends Ctrl-C to all that share it.
func terminalIsOurs([]any) bool { return true }
