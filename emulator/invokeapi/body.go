package invokeapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"unicode/utf8"
)

// maxCounted is how many bytes of a body that is too large are read to count
// them.
const maxCounted = 256 << 20

// readPayload reads the body of an invocation. One that is longer than the
// platform takes in any way is counted and not kept.
func (s *Server) readPayload(w http.ResponseWriter, r *http.Request, how Type) ([]byte, *Error) {
	done := awaitReading(w)
	defer done()
	limit := s.cfg.RequestMax
	text, err := readUpTo(r.Body, limit+1, r.ContentLength)
	if err != nil {
		return nil, cutOff(err)
	}
	if int64(len(text)) <= limit {
		return text, checkJSON(text)
	}
	more, err := io.CopyN(io.Discard, r.Body, maxCounted)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, cutOff(err)
	}
	if how == Event {
		limit = s.cfg.EventMax
	}
	size := max(int64(len(text))+more, r.ContentLength)
	format := textTooLarge
	if more == maxCounted && r.ContentLength < 0 {
		format = textAtLeast
	}
	return nil, refuse(http.StatusRequestEntityTooLarge, tooLarge, format, size, how, limit)
}

// readUpTo reads at most limit bytes, of which there are expected ones, if that is
// not negative.
func readUpTo(body io.Reader, limit, expected int64) ([]byte, error) {
	if expected < 0 || expected > limit {
		return io.ReadAll(io.LimitReader(body, limit))
	}
	text := make([]byte, expected)
	_, err := io.ReadFull(body, text)
	return text, err
}

// cutOff says that the body did not come: its client has gone or is too slow, or
// sent what is no HTTP.
func cutOff(err error) *Error {
	return refuse(http.StatusBadRequest, invalidContent, textCutOff, err)
}

// checkJSON refuses a payload that is no JSON document. None at all is one.
func checkJSON(text []byte) *Error {
	if len(text) == 0 {
		return nil
	}
	if !utf8.Valid(text) {
		return refuse(http.StatusBadRequest, invalidContent, textNoJSON, "it is not UTF-8")
	}
	if json.Valid(text) {
		return nil
	}
	var anything json.RawMessage
	err := json.Unmarshal(text, &anything)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		line, column := position(text, syntax.Offset)
		err = fmt.Errorf("%v at line %d, column %d", err, line, column)
	}
	return refuse(http.StatusBadRequest, invalidContent, textNoJSON, err)
}

// position is where the byte before offset stands, both from 1.
func position(text []byte, offset int64) (line, column int) {
	line, column = 1, 0
	for _, b := range text[:min(offset, int64(len(text)))] {
		column++
		if b == '\n' {
			line, column = line+1, 0
		}
	}
	return line, max(column, 1)
}
