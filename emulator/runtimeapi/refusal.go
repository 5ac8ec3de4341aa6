package runtimeapi

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// refusal is an error that the Runtime API answers.
type refusal struct {
	status             int
	errorType, message string
}

func (r *refusal) write(w http.ResponseWriter) { refuse(w, r.status, r.errorType, r.message) }

func refuse(w http.ResponseWriter, status int, errorType, message string) {
	body := errorDocument{message, errorType}.marshal()
	w.Header()["Content-Type"] = []string{"application/json"}
	w.Header()["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	w.Write(body)
}

// readBody reads what was posted, at most maxResponse bytes.
func readBody(r *http.Request) ([]byte, *refusal) {
	tooLarge := &refusal{http.StatusRequestEntityTooLarge, typeRequestTooLarge, fmt.Sprintf(textRequestTooLarge, maxResponse)}
	if r.ContentLength > maxResponse {
		return nil, tooLarge
	}
	var body []byte
	var err error
	if r.ContentLength >= 0 {
		body = make([]byte, r.ContentLength)
		_, err = io.ReadFull(r.Body, body)
	} else {
		body, err = io.ReadAll(io.LimitReader(r.Body, maxResponse+1))
	}
	switch {
	case err != nil:
		return nil, &refusal{http.StatusBadRequest, typeTruncatedRequest, textTruncatedRequest}
	case len(body) > maxResponse:
		return nil, tooLarge
	}
	return body, nil
}

// discard reads the rest of a request: a client that is still writing would
// see a broken connection instead of the answer.
func discard(r *http.Request) { io.Copy(io.Discard, r.Body) }
