package control

import (
	"context"
	"encoding/json"
	"net/http"
)

// ReadyTarget is what the control API asks how far an instance is. Its method is called
// by many goroutines.
type ReadyTarget interface {
	// Readiness returns what the instance waits for, a value for encoding/json.
	Readiness(ctx context.Context) (any, error)
}

func handleReadiness(mux *http.ServeMux, target ReadyTarget) {
	mux.HandleFunc("GET /v1/readiness", func(w http.ResponseWriter, r *http.Request) {
		readiness, err := target.Readiness(r.Context())
		writeAnswer(w, readiness, err)
	})
}

// Readiness stores how far the instance is in readiness, a pointer to what its
// ReadyTarget.Readiness returns.
func (c *Client) Readiness(ctx context.Context, readiness any) error {
	return c.ask(ctx, http.MethodGet, "readiness", json.RawMessage("null"), readiness)
}
