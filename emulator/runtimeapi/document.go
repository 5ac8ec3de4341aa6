package runtimeapi

import (
	"cmp"
	"encoding/json"
	"errors"
)

// errorDocument is what the Runtime API and AWS's callers are told of an error.
// The order of its fields is that of AWS.
type errorDocument struct {
	Message string `json:"errorMessage"`
	Type    string `json:"errorType"`
}

func (d errorDocument) marshal() []byte {
	text, err := json.Marshal(d)
	if err != nil {
		panic(err) // cannot happen: two strings
	}
	return text
}

// readError reads the error a runtime posted. Its body is passed on as it is if
// it is JSON, else as the message of a document made for it.
func readError(body []byte, headerType string) (document errorDocument, payload []byte) {
	err := json.Unmarshal(body, &document)
	var mistyped *json.UnmarshalTypeError
	switch {
	case err == nil:
		payload = body
	case errors.As(err, &mistyped):
		payload = body // JSON, but not an error document
	default:
		document = errorDocument{Message: string(body)}
	}
	document.Type = cmp.Or(document.Type, headerType, typeUnknown)
	if payload == nil {
		payload = document.marshal()
	}
	return document, payload
}
