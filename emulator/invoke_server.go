package emulator

import (
	"context"
	"net/http"
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
func (e *Emulator) serveInvoke() { e.invoke.Serve(notYet{e}) }

// closeInvoke ends the Invoke API when nothing runs any more that it could wait
// for.
func (e *Emulator) closeInvoke() {
	ctx, cancel := context.WithTimeout(context.Background(), invokeGrace)
	defer cancel()
	e.invoke.Close(ctx)
}

// notYet stands for an Emulator that cannot invoke from outside.
type notYet struct{ e *Emulator }

// Invoke refuses.
func (notYet) Invoke(context.Context, invokeapi.Invocation) (invokeapi.Result, error) {
	return invokeapi.Result{}, &invokeapi.Error{Status: http.StatusNotImplemented, Code: "ServiceException",
		Message: "invocations from outside are not emulated yet"}
}

// Functions returns the names of the functions.
func (n notYet) Functions() []invokeapi.Function {
	var all []invokeapi.Function
	for i := range n.e.cfg.Functions {
		f := &n.e.cfg.Functions[i]
		all = append(all, invokeapi.Function{Name: f.Name, ARN: functionARN(f.Name), Runtime: f.Runtime, Handler: f.Handler})
	}
	return all
}

// Mappings returns none.
func (notYet) Mappings() []invokeapi.Mapping { return nil }
