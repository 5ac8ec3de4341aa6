package emulator

import (
	"context"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/invokeapi"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// invokeGrace is how long clients may take to read the last answers at the end of
// a run.
const invokeGrace = 2 * time.Second

// listenInvoke opens the address of the Invoke API. In virtual time there is none:
// nobody outside could wait for its time.
func (e *Emulator) listenInvoke() error {
	if e.world.Virtual() {
		return nil
	}
	limits := &lookup(e.cfg.profileName()).Function
	s, err := invokeapi.Listen(invokeapi.Config{
		Port: e.cfg.Invoke.Port, ARNs: functionARN(""), RequestMax: limits.RequestMax, EventMax: limits.AsyncRequestMax,
		Warn: func(sentence string) {
			e.conductor.note(journal.Entry{Kind: journal.Warning, Text: sentence})
		},
	})
	e.invoke = s
	return err
}

// InvokeAddr is the address of the Invoke API, host:port; "" in virtual time.
func (e *Emulator) InvokeAddr() string { return e.invoke.Addr() }

// serveInvoke answers clients of the Invoke API from now on; those that came
// before have waited.
func (e *Emulator) serveInvoke() { e.invoke.Serve(e) }

// closeInvoke ends the Invoke API when nothing runs any more that it could wait
// for.
func (e *Emulator) closeInvoke() {
	ctx, cancel := context.WithTimeout(context.Background(), invokeGrace)
	defer cancel()
	e.invoke.Close(ctx)
}
