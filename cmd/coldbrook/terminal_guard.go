package main

// What a terminal is told to be as it was: no alternate screen, the cursor shown, no mouse,
// no focus reports, no bracketed paste, no synchronised output, plain text.
const terminalReset = "\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[?1049l\x1b[?25h\x1b[0m"

// terminalGuard puts the terminal back in order if Coldbrook ends without doing it. Its
// methods do nothing on a nil one.
type terminalGuard struct{ dismiss func() }

// release ends the guard: the terminal is as it was.
func (g *terminalGuard) release() {
	if g != nil {
		g.dismiss()
	}
}
