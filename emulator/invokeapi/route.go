package invokeapi

import (
	"net/http"
	"net/url"
	"strings"
)

// operation is one call of the API.
type operation struct {
	name, method, path string
	// call answers; argument is what stands for the {} of path.
	call func(s *Server, w http.ResponseWriter, r *http.Request, argument string) *Error
}

// operations are all that there are, with the paths of the API model. AWS lets
// clients read the concurrency at 2019-09-30 and set it at 2017-10-31; here both
// can be read.
func operations() []operation {
	return []operation{
		{"Invoke", http.MethodPost, "/2015-03-31/functions/{}/invocations", (*Server).invoke},
		{"InvokeAsync", http.MethodPost, "/2014-11-13/functions/{}/invoke-async", (*Server).invokeAsync},
		{"GetFunction", http.MethodGet, "/2015-03-31/functions/{}", (*Server).getFunction},
		{"GetFunctionConfiguration", http.MethodGet, "/2015-03-31/functions/{}/configuration", (*Server).getConfiguration},
		{"GetFunctionConcurrency", http.MethodGet, "/2019-09-30/functions/{}/concurrency", (*Server).getConcurrency},
		{"GetFunctionConcurrency", http.MethodGet, "/2017-10-31/functions/{}/concurrency", (*Server).getConcurrency},
		{"ListFunctions", http.MethodGet, "/2015-03-31/functions", (*Server).listFunctions},
		{"GetEventSourceMapping", http.MethodGet, "/2015-03-31/event-source-mappings/{}", (*Server).getMapping},
		{"ListEventSourceMappings", http.MethodGet, "/2015-03-31/event-source-mappings", (*Server).listMappings},
	}
}

// route has the operation that the request asks for answer it.
func (s *Server) route(w http.ResponseWriter, r *http.Request) *Error {
	segments, ok := segmentsOf(r.URL)
	if !ok {
		return refuse(http.StatusNotFound, unknownOperation, "%s is no path. %s", quoted(r.URL.EscapedPath()), whatThereIs())
	}
	other := ""
	for _, o := range operations() {
		argument, ok := o.match(segments)
		switch {
		case ok && o.method == r.Method:
			return o.call(s, w, r, argument)
		case ok:
			other = o.method
		}
	}
	if other != "" {
		w.Header().Set("Allow", other)
		return refuse(http.StatusMethodNotAllowed, unknownOperation, "%s of %s is not emulated, only %s. %s",
			quoted(r.Method), quoted(r.URL.Path), other, whatThereIs())
	}
	return refuse(http.StatusNotFound, unknownOperation, "%s %s is not emulated. %s", r.Method, quoted(r.URL.Path), whatThereIs())
}

// segmentsOf is the parts of a path between slashes, each decoded by itself: an
// ARN may come with its colons, or anything else, escaped.
func segmentsOf(u *url.URL) ([]string, bool) {
	segments := strings.Split(strings.TrimSuffix(u.EscapedPath(), "/"), "/")
	for i, escaped := range segments {
		segment, err := url.PathUnescape(escaped)
		if err != nil {
			return nil, false
		}
		segments[i] = segment
	}
	return segments, true
}

// match says whether a path is the operation's, and what stands for its {}.
func (o *operation) match(segments []string) (argument string, ok bool) {
	want := strings.Split(o.path, "/")
	if len(want) != len(segments) {
		return "", false
	}
	for i := range want {
		switch {
		case want[i] == "{}" && segments[i] != "":
			argument = segments[i]
		case want[i] != segments[i]:
			return "", false
		}
	}
	return argument, true
}

// whatThereIs names the operations.
func whatThereIs() string {
	var names []string
	for _, o := range operations() {
		if len(names) == 0 || names[len(names)-1] != o.name {
			names = append(names, o.name)
		}
	}
	return "Coldbrook has " + strings.Join(names, ", ") + "; functions and mappings are made in coldbrook.yaml"
}
