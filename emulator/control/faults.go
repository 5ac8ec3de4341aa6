package control

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
)

// FaultTarget is what the control API drives to break things on purpose. Its methods are
// called by many goroutines. What they return is a value for encoding/json, also beside an
// error.
type FaultTarget interface {
	// Faults returns the faults that stand.
	Faults(ctx context.Context) (any, error)
	// AddFault adds a fault, which is what a client sent as JSON, and returns it as it
	// stands.
	AddFault(ctx context.Context, fault []byte) (any, error)
	// RemoveFaults removes faults by their numbers; none are all. Its error is one for
	// each number that it was not done for, joined.
	RemoveFaults(ctx context.Context, ids []string) (any, error)
	// Kill ends environments at once, by their numbers. Recycle has all environments of
	// functions begin no other invocation. Their errors are one for each number and name
	// that it was not done for, joined.
	Kill(ctx context.Context, environments []string) (any, error)
	Recycle(ctx context.Context, functions []string) (any, error)
}

// maxOrder is how many bytes an order may have.
const maxOrder = 1 << 20

func handleFaults(mux *http.ServeMux, target FaultTarget) {
	mux.HandleFunc("GET /v1/faults", func(w http.ResponseWriter, r *http.Request) {
		all, err := target.Faults(r.Context())
		writeAnswer(w, all, err)
	})
	mux.HandleFunc("POST /v1/faults", func(w http.ResponseWriter, r *http.Request) {
		fault, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxOrder))
		if err != nil {
			http.Error(w, "read order: "+err.Error(), http.StatusBadRequest)
			return
		}
		added, err := target.AddFault(r.Context(), fault)
		writeAnswer(w, added, err)
	})
	mux.HandleFunc("DELETE /v1/faults", func(w http.ResponseWriter, r *http.Request) { answerOrder(w, r, target.RemoveFaults) })
	mux.HandleFunc("POST /v1/kill", func(w http.ResponseWriter, r *http.Request) { answerOrder(w, r, target.Kill) })
	mux.HandleFunc("POST /v1/recycle", func(w http.ResponseWriter, r *http.Request) { answerOrder(w, r, target.Recycle) })
}

// Faults stores the faults that stand in faults, a pointer to what the instance's
// FaultTarget.Faults returns.
func (c *Client) Faults(ctx context.Context, faults any) error {
	return c.ask(ctx, http.MethodGet, "faults", json.RawMessage("null"), faults)
}

// AddFault adds a fault, a value for encoding/json, from now on. As it stands it is stored
// in added, a pointer to what the instance's FaultTarget.AddFault returns. It returns what
// the instance refuses, each with its Hint, joined.
func (c *Client) AddFault(ctx context.Context, fault, added any) error {
	return c.ask(ctx, http.MethodPost, "faults", fault, added)
}

// RemoveFaults removes faults by their numbers; none are all. What they were is stored in
// removed, a pointer to what the instance's FaultTarget.RemoveFaults returns, also beside
// an error.
func (c *Client) RemoveFaults(ctx context.Context, ids []string, removed any) error {
	if ids == nil {
		ids = []string{}
	}
	return c.ask(ctx, http.MethodDelete, "faults", ids, removed)
}

// Kill ends environments at once, by their numbers. What was killed is stored in killed, a
// pointer to what the instance's FaultTarget.Kill returns, also beside an error. It returns
// what could not be killed, joined.
func (c *Client) Kill(ctx context.Context, environments []string, killed any) error {
	return c.order(ctx, "kill", environments, killed)
}

// Recycle has all environments of functions begin no other invocation. It stores and
// returns as Kill does.
func (c *Client) Recycle(ctx context.Context, functions []string, recycled any) error {
	return c.order(ctx, "recycle", functions, recycled)
}
