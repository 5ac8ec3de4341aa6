package emulatortest

import (
	"maps"
	"slices"

	"github.com/twmb/franz-go/pkg/kgo"
)

// end stops the emulator in order and fails the test for what was left open.
func (w *World) end() {
	w.t.Helper()
	defer w.pulse.stop()
	defer w.ended.Store(true)
	w.checkFaults()
	if w.emulator == nil {
		return
	}
	w.tellSkipped()
	w.closeClients()
	w.emulator.Stop("end of test")
	if err := <-w.running; err != nil {
		w.t.Errorf("the emulator ended with: %v", err)
	}
	<-w.reader.done
	for _, f := range w.faults {
		f.emulator = nil // checkFaults has asked how often it fired
	}
	if w.t.Failed() {
		w.t.Logf("hash %s, %s", w.history.sum(), w.replay())
	}
}

// tellSkipped says which functions were not run, because this machine lacks their
// language: that fails no test, but one of them shows less than it seems.
func (w *World) tellSkipped() {
	w.t.Helper()
	told := map[string]bool{}
	for _, m := range w.emulator.EventSources() {
		if m.Skipped != "" && !told[m.Function] {
			told[m.Function] = true
			w.t.Logf("function %q was skipped: %s", m.Function, m.Skipped)
		}
	}
}

// closeClients closes the clients that were made with options of the World and
// are open still, in the order in which they were made.
func (w *World) closeClients() {
	w.mu.Lock()
	made := maps.Clone(w.clients)
	w.mu.Unlock()
	inOrder := func(a, b *kgo.Client) int { return made[a] - made[b] }
	for _, c := range slices.SortedFunc(maps.Keys(made), inOrder) {
		c.Close()
	}
}
