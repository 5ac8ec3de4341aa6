package emulator

import (
	"cmp"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

const (
	// unhandled is the X-Amz-Function-Error of today; "Handled" was there until
	// 2019.
	unhandled     = "Unhandled"
	errorTooLarge = "Function.ResponseSizeTooLarge"
)

// platformError is the types of errors that the platform gives (the vocabulary of
// fatalerror.go in the runtime interface emulator).
var platformError = regexp.MustCompile(`^(Runtime|Function|Sandbox|Extension)\.[A-Z][A-Za-z]+$`)

// errorPayload is what a caller gets of a function that could not answer, with the
// order of AWS.
type errorPayload struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

// payloadOf is the response of the last attempt: the function's own, or what the
// platform says in place of it.
func (r *openRequest) payloadOf(a *platform.Action) []byte {
	switch {
	case a.Outcome == journal.Succeeded:
		return r.response
	case r.response != nil && r.invocation == a.Invocation && a.Outcome != journal.TimedOut && a.Outcome != journal.Exited:
		return r.response
	}
	p := errorOf(a.Outcome, a.Reason)
	if a.Outcome == journal.TimedOut || a.Outcome == journal.Exited {
		if _, text, named := strings.Cut(p.Message, " Error: "); named && strings.HasPrefix(p.Message, "RequestId: ") {
			p.Message = text
		}
		p.Message = "RequestId: " + r.id + " Error: " + p.Message
	}
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // cannot happen: two strings
	}
	return text
}

// errorOf divides a reason as the journal has it: Type: message (hint: ...).
func errorOf(outcome journal.Outcome, reason string) errorPayload {
	if i := strings.Index(reason, " (hint: "); i >= 0 && outcome == journal.InitFailed {
		reason = reason[:i]
	}
	if kind, message, found := strings.Cut(reason, ": "); found && platformError.MatchString(kind) {
		return errorPayload{kind, message}
	}
	p := errorPayload{Type: "Runtime.Unknown", Message: reason}
	switch {
	case outcome == journal.TimedOut:
		p.Type = "Sandbox.Timedout"
	case outcome == journal.Exited, strings.HasPrefix(reason, "Runtime exited"):
		p.Type = "Runtime.ExitError"
	}
	return p
}

// took is how long an invocation really took, in ns.
func took(r function.Response) int64 { return int64(cmp.Or(r.Real, r.Took)) }
