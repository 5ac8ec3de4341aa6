package control

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// answerJournal sends the journal as it comes. What breaks off on the way has no end that
// its reader would take for one.
func answerJournal(w http.ResponseWriter, r *http.Request, target Target) {
	w.Header().Set("Content-Type", "application/octet-stream")
	control := http.NewResponseController(w)
	target.Journal(r.Context(), w, func() { control.Flush() }, r.URL.Query().Get("follow") == "1")
}

// Journal returns the journal that the instance holds, a journal file on the wire; with
// follow it goes on until the instance ends, or ctx. Close it when done.
func (c *Client) Journal(ctx context.Context, follow bool) (io.ReadCloser, error) {
	verb := "journal"
	if follow {
		verb += "?follow=1"
	}
	response, err := c.send(ctx, http.MethodGet, verb, nil)
	if err != nil {
		return nil, fmt.Errorf("ask for journal: %w", err)
	}
	return response.Body, nil
}
