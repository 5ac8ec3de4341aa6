package control

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
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

// send sends an order, and returns the answer if it is none of a failure. Its body is to
// be closed.
func (c *Client) send(ctx context.Context, method, verb string, body []byte) (*http.Response, error) {
	// The host is not looked up: the dialer knows the way.
	request, err := http.NewRequestWithContext(ctx, method, "http://coldbrook/v1/"+verb, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if c.instance.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.instance.Token)
	}
	response, err := c.http.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, err
	}
	if response.StatusCode/100 == 2 {
		return response, nil
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("%s: %s", response.Status, strings.TrimSpace(string(answer)))
}
