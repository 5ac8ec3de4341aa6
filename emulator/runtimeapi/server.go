package runtimeapi

import (
	"io"
	"net/http"
	"strings"
)

// serve is the Runtime API.
func (e *environment) serve(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case path == pathNext:
		e.method(w, r, http.MethodGet, e.next)
	case path == pathInitError:
		e.method(w, r, http.MethodPost, e.postInitError)
	case path == pathCode:
		e.method(w, r, http.MethodGet, e.code)
	case path == pathPing:
		e.method(w, r, http.MethodGet, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, pong) })
	case strings.HasPrefix(path, pathInvocation):
		id, verb, _ := strings.Cut(path[len(pathInvocation):], "/")
		switch verb {
		case "response":
			e.method(w, r, http.MethodPost, func(w http.ResponseWriter, r *http.Request) {
				e.post(w, r, id, transitionResponse, e.readResponse)
			})
		case "error":
			e.method(w, r, http.MethodPost, func(w http.ResponseWriter, r *http.Request) {
				e.post(w, r, id, transitionErrorReponse, e.readErrorResponse)
			})
		default:
			http.NotFound(w, r)
		}
	default:
		http.NotFound(w, r)
	}
}

func (e *environment) method(w http.ResponseWriter, r *http.Request, method string, serve http.HandlerFunc) {
	if r.Method != method {
		w.Header().Set("Allow", method)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	serve(w, r)
}
