package emulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// eventRecord is what a destination gets of an event (docs:
// invocation-async-retain-records).
type eventRecord struct {
	Version         string          `json:"version"`
	Timestamp       string          `json:"timestamp"`
	RequestContext  requestContext  `json:"requestContext"`
	RequestPayload  json.RawMessage `json:"requestPayload"`
	ResponseContext *eventResponse  `json:"responseContext,omitempty"`
	ResponsePayload json.RawMessage `json:"responsePayload,omitempty"`
}

type requestContext struct {
	RequestID   string `json:"requestId"`
	FunctionARN string `json:"functionArn"`
	Condition   string `json:"condition"`
	InvokeCount int    `json:"approximateInvokeCount"`
}

type eventResponse struct {
	Status          int    `json:"statusCode"`
	ExecutedVersion string `json:"executedVersion"`
	FunctionError   string `json:"functionError,omitempty"`
}

// busEvent is the record in the form of EventBridge (developer guide,
// invocation-async; which resources it names is inferred).
type busEvent struct {
	Version    string      `json:"version"`
	ID         string      `json:"id"`
	DetailType string      `json:"detail-type"`
	Source     string      `json:"source"`
	Account    string      `json:"account"`
	Time       string      `json:"time"`
	Region     string      `json:"region"`
	Resources  []string    `json:"resources"`
	Detail     eventRecord `json:"detail"`
}

// endedEvent is what is known of an event when its records are made.
type endedEvent struct {
	id, arn, function string
	payload, response []byte
	condition         string
	invoked           int
	outcome           journal.Outcome // of the last invocation
	reason            string
	at                time.Time
}

func (e *Emulator) endedEvent(a *platform.Action) endedEvent {
	open, name := e.conductor.requests.open[a.Request], e.parts().functions[a.Function].config.Name
	ended := endedEvent{
		id: open.id, arn: functionARN(name), function: name, payload: open.payload, condition: a.Condition,
		invoked: int(a.Attempt), outcome: a.Outcome, reason: a.Reason, at: time.Now().UTC(),
	}
	if a.Invocation != 0 {
		ended.response = open.payloadOf(a)
	}
	return ended
}

// record is the document for a destination. An event that was never invoked has
// no response.
func (v *endedEvent) record() eventRecord {
	r := eventRecord{
		Version: "1.0", Timestamp: v.at.Format("2006-01-02T15:04:05.000Z"), RequestPayload: v.payload,
		RequestContext: requestContext{v.id, v.arn + ":$LATEST", v.condition, v.invoked},
	}
	if v.invoked == 0 {
		return r
	}
	r.ResponseContext = &eventResponse{Status: 200, ExecutedVersion: "$LATEST"}
	if v.outcome != journal.Succeeded {
		r.ResponseContext.FunctionError = unhandled
	}
	r.ResponsePayload = asJSON(v.response)
	return r
}

// asJSON makes a document of what a handler gave that may be none.
func asJSON(payload []byte) json.RawMessage {
	if len(payload) == 0 {
		return json.RawMessage("null")
	}
	if json.Valid(payload) {
		return payload
	}
	text, err := json.Marshal(string(payload))
	if err != nil {
		panic(err) // cannot happen: a string
	}
	return text
}

// document is what a target gets.
func (v *endedEvent) document(t eventTarget) ([]byte, error) {
	if t.service != toBus {
		return json.Marshal(v.record())
	}
	outcome := "Success"
	if v.outcome != journal.Succeeded {
		outcome = "Failure"
	}
	return json.Marshal(busEvent{
		Version: "0", ID: v.id, DetailType: "Lambda Function Invocation Result – " + outcome, Source: "lambda",
		Account: account, Time: v.at.Format(time.RFC3339), Region: region, Resources: []string{t.arn, v.arn + ":$LATEST"},
		Detail: v.record(),
	})
}

// objectKey is the name of the object in an S3 bucket.
func (v *endedEvent) objectKey() []byte {
	return fmt.Appendf(nil, "aws/lambda/async/%s/%s/%s-%s", v.function, v.at.Format("2006/01/02"),
		v.at.Format("2006-01-02T15.04.05"), v.id)
}

// errorMessageMax is how much of it a dead letter has (developer guide,
// invocation-async).
const errorMessageMax = 1 << 10

// deadLetter is the attributes of what the dead-letter queue gets.
func (v *endedEvent) deadLetter() map[string]string {
	status, message := "429", v.reason
	if v.invoked > 0 {
		status = "200"
		var document errorPayload
		if json.Unmarshal(v.response, &document) == nil {
			message = cmp.Or(document.Message, message)
		}
	}
	return map[string]string{"RequestID": v.id, "ErrorCode": status, "ErrorMessage": message[:min(len(message), errorMessageMax)]}
}
