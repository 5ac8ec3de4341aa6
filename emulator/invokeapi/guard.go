package invokeapi

import (
	"net"
	"net/http"
)

// guard says why a request may be a page's in a browser and not a program's, or
// "". A page of any site can make the browser send requests to loopback; it cannot
// choose their Host, Origin and Sec-Fetch-Site.
//
//   - Host must be loopback with our port: a name that somebody's DNS lets point
//     here (DNS rebinding) is not.
//   - Origin, which browsers send with each POST, must be missing or ours, and
//     Sec-Fetch-Site must not tell of another site. Programs send neither.
func guard(r *http.Request, port string) string {
	host, at, err := net.SplitHostPort(r.Host)
	if err != nil || at != port || host != "localhost" && host != "127.0.0.1" && host != "::1" {
		return "the Invoke API answers at http://127.0.0.1:" + port + " only, and the request is for " + quoted(r.Host)
	}
	const others = "; pages in browsers must not invoke functions"
	for _, origin := range r.Header.Values("Origin") {
		if origin != "http://"+r.Host {
			return "the request comes from a page of " + quoted(origin) + others
		}
	}
	for _, site := range r.Header.Values("Sec-Fetch-Site") {
		if site != "same-origin" && site != "none" {
			return "the request comes from a page of another site (Sec-Fetch-Site: " + quoted(site) + ")" + others
		}
	}
	return ""
}

// quoted is what a client sent, short enough to be shown.
func quoted(s string) string {
	const longest = 200
	if len(s) > longest {
		s = s[:longest] + "..."
	}
	return "\"" + s + "\""
}
