package runtimeapi

// Texts that functions, runtimes and their callers see, as AWS writes them
// (RIE: rapi/rendering, core/states, fatalerror; captures of the Invoke API).
const (
	accepted = `{"status":"OK"}` + "\n"
	pong     = "pong"

	typeInvalidRequestID   = "InvalidRequestID"
	textInvalidRequestID   = "Invalid request ID"
	typeInvalidTransition  = "InvalidStateTransition"
	textInvalidTransition  = "State transition from %s to %s failed for runtime. Error: State transition is not allowed"
	typeRequestTooLarge    = "RequestEntityTooLarge"
	textRequestTooLarge    = "Exceeded maximum allowed payload size (%d bytes)."
	typeTruncatedRequest   = "TruncatedHTTPRequest"
	textTruncatedRequest   = "HTTP request detected as truncated"
	typeInvalidMode        = "InvalidFunctionResponseMode"
	textInvalidMode        = "Invalid function response mode"
	typeResponseTooLarge   = "Function.ResponseSizeTooLarge"
	textResponseTooLarge   = "Response payload size exceeded maximum allowed payload size (%d bytes)."
	typeTruncatedResponse  = "Runtime.TruncatedResponse"
	typeInvalidModeHeader  = "Runtime.InvalidResponseModeHeader"
	typeTimedOut           = "Sandbox.Timedout"
	textTimedOut           = "RequestId: %s Error: Task timed out after %.2f seconds"
	typeExited             = "Runtime.ExitError"
	textExited             = "RequestId: %s Error: %s"
	reasonExited           = "Runtime exited with error: %s"
	reasonExitedWell       = "Runtime exited without providing a reason"
	typeOutOfMemory        = "Runtime.OutOfMemory"
	typeInvalidEntrypoint  = "Runtime.InvalidEntrypoint"
	typeFailure            = "Sandbox.Failure"
	typeUnknown            = "Runtime.Unknown"
	statusExitedWell       = "exit status 0"
	modeStreaming          = "streaming"
	transitionReady        = "Ready"
	transitionResponse     = "InvocationResponse"
	transitionErrorReponse = "InvocationErrorResponse"
	transitionInitError    = "InitError"
)

// maxResponse is the most bytes of a response document: 6 MiB and 100 bytes
// (RIE: interop.MaxPayloadSize).
const maxResponse = 6<<20 + 100

// Headers of the Runtime API.
const (
	headerRequestID    = "Lambda-Runtime-Aws-Request-Id"
	headerDeadline     = "Lambda-Runtime-Deadline-Ms"
	headerARN          = "Lambda-Runtime-Invoked-Function-Arn"
	headerContext      = "Lambda-Runtime-Client-Context"
	headerTrace        = "Lambda-Runtime-Trace-Id"
	headerErrorType    = "Lambda-Runtime-Function-Error-Type"
	headerResponseMode = "Lambda-Runtime-Function-Response-Mode"
)

// The paths of the Runtime API.
const (
	pathNext       = "/2018-06-01/runtime/invocation/next"
	pathInvocation = "/2018-06-01/runtime/invocation/"
	pathInitError  = "/2018-06-01/runtime/init/error"
	pathPing       = "/ping"
)
