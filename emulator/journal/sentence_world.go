package journal

// worldSentence is that of an entry about the clock of the world.
func (e *Entry) worldSentence() string {
	switch e.Kind {
	case WorldPaused:
		return "the world is paused: its clock stands still, and what reaches it waits"
	case WorldResumed:
		return with("the world goes on after "+Duration(e.Measured.Took), e.Reason)
	default:
		return "step: " + e.Reason
	}
}
