package invokeapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Codes of errors that are made here. Those of the API model end in Exception;
// the last two are of the front that all services of AWS have.
const (
	notFound         = "ResourceNotFoundException"
	invalidParameter = "InvalidParameterValueException"
	invalidContent   = "InvalidRequestContentException"
	tooLarge         = "RequestTooLargeException"
	tooManyRequests  = "TooManyRequestsException"
	service          = "ServiceException"
	validationFailed = "ValidationException"
	accessDenied     = "AccessDeniedException"
	unknownOperation = "UnknownOperationException"
)

func refuse(status int, code, format string, a ...any) *Error {
	return &Error{Status: status, Code: code, Message: fmt.Sprintf(format, a...)}
}

// capitalized are the exceptions of the API model (botocore, lambda/2015-03-31)
// whose text is in the field Message; that of others is in message.
var capitalized = map[string]bool{
	"CodeSigningConfigNotFoundException": true, "CodeVerificationFailedException": true,
	"DurableExecutionAlreadyStartedException": true, "EC2AccessDeniedException": true, "EC2ThrottledException": true,
	"EC2UnexpectedException": true, "EFSIOException": true, "EFSMountConnectivityException": true,
	"EFSMountFailureException": true, "EFSMountTimeoutException": true, "ENILimitReachedException": true,
	"InvalidCodeSignatureException": true, "InvalidRuntimeException": true, "InvalidSecurityGroupIDException": true,
	"InvalidSubnetIDException": true, "InvalidZipFileException": true, "KMSAccessDeniedException": true,
	"KMSDisabledException": true, "KMSInvalidStateException": true, "KMSNotFoundException": true,
	"NoPublishedVersionException": true, "RecursiveInvocationException": true, "ResourceInUseException": true,
	notFound: true, "S3FilesMountConnectivityException": true, "S3FilesMountFailureException": true,
	"S3FilesMountTimeoutException": true, service: true, "SnapStartException": true, "SnapStartNotReadyException": true,
	"SnapStartTimeoutException": true, "SubnetIPAddressLimitReachedException": true,
}

// errorBody is the body of an error; the order is that of the captures of
// platforms.md 3.1.
type errorBody struct {
	Reason  string `json:"Reason,omitempty"`
	Type    string `json:"Type,omitempty"`
	Message string `json:"Message,omitempty"`
	Lower   string `json:"message,omitempty"`
}

// writeError answers with an error.
func writeError(w http.ResponseWriter, e *Error) {
	body := errorBody{Reason: e.Reason, Type: "User"}
	if e.Status/100 == 5 {
		body.Type = "Service"
	}
	switch {
	case capitalized[e.Code]:
		body.Message = e.Message
	default:
		body.Lower = e.Message
	}
	if e.Code == validationFailed { // whose body has nothing else
		body.Type = ""
	}
	w.Header().Set("X-Amzn-Errortype", e.Code)
	if e.Status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", retryAfter(e.RetryAfter))
	}
	writeJSON(w, e.Status, body)
}

// retryAfter is a wait in whole seconds, 1 at least.
func retryAfter(d time.Duration) string {
	return strconv.FormatInt(max(1, int64((d+time.Second-1)/time.Second)), 10)
}

// writeJSON answers with a document.
func writeJSON(w http.ResponseWriter, status int, document any) {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // names are to be read by people, too
	if err := encoder.Encode(document); err != nil {
		panic(err) // cannot happen: documents are plain values
	}
	writeBody(w, status, []byte(strings.TrimSuffix(text.String(), "\n")))
}

// writeBody answers with a document that is written already.
func writeBody(w http.ResponseWriter, status int, document []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(document)))
	awaitWriting(w)
	w.WriteHeader(status)
	w.Write(document) // a client that has gone is none of our errors
}
