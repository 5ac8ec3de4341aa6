package invokeapi

import (
	"context"
	"time"
)

// Type is how an invocation is asked for: the header X-Amz-Invocation-Type.
type Type string

// The invocation types.
const (
	// RequestResponse waits for the response. It is the default.
	RequestResponse Type = "RequestResponse"
	// Event puts the event into the function's asynchronous queue.
	Event Type = "Event"
	// DryRun only checks that the function could be invoked.
	DryRun Type = "DryRun"
)

// Invocation is one call of Invoke.
type Invocation struct {
	// Function is the plain name of a function; the ARN forms are taken apart
	// before.
	Function string
	Type     Type
	// Payload is the event document: JSON. Empty stands for null.
	Payload []byte
	// ClientContext is the header X-Amz-Client-Context, base64; "" for none. It
	// is passed on for RequestResponse only.
	ClientContext string
}

// Result is how an invocation was answered.
type Result struct {
	// RequestID is the UUID of the invocation.
	RequestID string
	// Payload is the response document, or the error document of a function
	// error; nil for Event and DryRun.
	Payload []byte
	// FunctionError is "Unhandled" when the function failed, "" otherwise.
	FunctionError string
	// Log is what the invocation printed, its last 4 KB at least.
	Log []byte
}

// Error is a refusal by the platform: the function was not invoked.
type Error struct {
	// Status is the HTTP status, Code the exception of the API model of
	// botocore (2026-08-07): TooManyRequestsException.
	Status int
	Code   string
	// Message is the platform's text.
	Message string
	// Reason is that of a TooManyRequestsException, RetryAfter how long a
	// client should wait at least; "" and 0 otherwise.
	Reason     string
	RetryAfter time.Duration
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Function is what GetFunction tells of a function.
type Function struct {
	Name, ARN, Runtime, Handler string
	// Memory is in bytes, EphemeralStorage (/tmp) too; 0 is the default.
	Memory, EphemeralStorage int64
	Timeout                  time.Duration
	Architecture             string
	Environment              map[string]string
	// Reserved is the reserved concurrency; nil means none.
	Reserved *int
}

// Mapping is what ListEventSourceMappings tells of an event source mapping.
type Mapping struct {
	// Name is its consumer group; its UUID is derived from it.
	Name, Topic, FunctionARN, EventSourceARN, Bootstrap string
	// Source is msk or self-managed.
	Source, StartingPosition, OnFailure string
	BatchSize                           int
	BatchWindow                         time.Duration
	// Retries and RecordAge are -1 for unlimited.
	Retries   int
	RecordAge time.Duration
	Bisect    bool
	// PartialResponse is ReportBatchItemFailures.
	PartialResponse bool
	Filters         []string
	// Pollers is set in provisioned mode, 0 otherwise.
	Pollers int
}

// Platform is what the API drives. Its methods are safe for concurrent use.
type Platform interface {
	// Invoke invokes a function and waits for its response (RequestResponse),
	// for its place in the queue (Event), or for nothing. What the platform
	// refuses is an *Error; any other error is one of the run, which ends.
	Invoke(ctx context.Context, in Invocation) (Result, error)
	Functions() []Function
	Mappings() []Mapping
}
