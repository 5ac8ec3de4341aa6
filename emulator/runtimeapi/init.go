package runtimeapi

import (
	"fmt"
	"io"
	"net/http"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
)

// postInitError takes the error of a failed init.
func (e *environment) postInitError(w http.ResponseWriter, r *http.Request) {
	body, refused := readBody(r)
	if refused == nil {
		refused = e.failInit(body, r.Header.Get(headerErrorType))
	}
	if refused != nil {
		discard(r)
		refused.write(w)
		return
	}
	w.Header()["Content-Type"] = []string{"application/json"}
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, accepted)
}

func (e *environment) failInit(body []byte, headerType string) *refusal {
	document, _ := readError(body, headerType)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.state != started {
		return &refusal{http.StatusForbidden, typeInvalidTransition,
			fmt.Sprintf(textInvalidTransition, e.state, transitionInitError)}
	}
	e.state = initFailed
	e.initFailure = &function.InitFailure{Type: document.Type, Message: e.told(document.Message), Hint: e.initHint(document)}
	close(e.initDone)
	return nil
}

func (e *environment) initHint(document errorDocument) string {
	if document.Type == "Runtime.ImportModuleError" {
		if hint := importHint(e.config, document.Message); hint != "" {
			return hint
		}
	}
	return initHints[document.Type]
}

// initHints says what to do about the errors of our bootstraps.
var initHints = map[string]string{
	"Runtime.ImportModuleError":         "install what it imports into the folder of the code, or do so with build:",
	"Runtime.HandlerNotFound":           "handler is file.function; the function must be exported under that name",
	"Runtime.UserCodeSyntaxError":       "the file does not parse; what is not JavaScript or Python has to be compiled with build:",
	"Runtime.MalformedHandlerName":      "handler is file.function",
	"Runtime.CallbackHandlerDeprecated": "make it an async function without a third parameter",
}
