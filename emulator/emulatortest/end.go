package emulatortest

// end stops the emulator in order and fails the test for what was left open.
func (w *World) end() {
	w.t.Helper()
	defer w.pulse.stop()
	w.checkFaults()
	if w.emulator == nil {
		return
	}
	w.closeClients()
	w.emulator.Stop("end of test")
	if err := <-w.running; err != nil {
		w.t.Errorf("the emulator ended with: %v", err)
	}
	<-w.reader.done
	if w.t.Failed() {
		w.t.Logf("hash %s, %s", w.history.sum(), w.replay())
	}
}

// closeClients closes the clients that were made with options of the World.
func (w *World) closeClients() {
	w.mu.Lock()
	clients := w.clients
	w.clients = nil
	w.mu.Unlock()
	for _, c := range clients {
		c.Close()
	}
}
