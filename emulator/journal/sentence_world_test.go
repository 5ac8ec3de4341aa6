package journal

import "testing"

func TestSentencesOfTheWorld(t *testing.T) {
	for _, c := range []struct {
		want string
		e    Entry
	}{
		{"the world is paused: its clock stands still, and what reaches it waits", Entry{Kind: WorldPaused}},
		{"the world goes on after 12 s", Entry{Kind: WorldResumed, Measured: Measured{Took: 12e9}}},
		{"the world goes on after 12 s: the run ends", Entry{Kind: WorldResumed, Reason: "the run ends", Measured: Measured{Took: 12e9}}},
		{"step: timer after 1.5 s", Entry{Kind: WorldStepped, Reason: "timer after 1.5 s", Delay: 15e8}},
	} {
		if got := c.e.Sentence(); got != c.want {
			t.Errorf("\n got %q\nwant %q", got, c.want)
		}
		if !c.e.Notable() || c.e.Severe() {
			t.Errorf("%q: it is not shown, or as bad", c.want)
		}
	}
}
