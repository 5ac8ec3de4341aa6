package invokeapi

// Texts that clients get, as AWS writes them.
const (
	// platforms.md 3.1: verbatim, of the synchronous and the asynchronous type.
	textTooLarge = "%d byte payload is too large for the %s invocation type (limit %d bytes)"
	// platforms.md 3.1; what follows it is the JSON reader's, here Go's.
	textNoJSON = "Could not parse request body into json: %v"
	// platforms.md 3.1.
	textNoFunction = "Function not found: %s"
	// github.com/boto/boto3/issues/2153 has it verbatim.
	textClientContext = "Client context must be a valid Base64-encoded JSON object."
	// github.com/ex-aws/ex_aws/pull/442 has the first verbatim, with its headers;
	// the others are the same validation.
	textNotInSet  = "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy enum value set: [%s]"
	textNoPattern = "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy regular expression pattern: %s"
	textTooLong   = "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must have length less than or equal to %d"
	textTooSmall  = "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must have value greater than or equal to %d"
	textTooBig    = "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must have value less than or equal to %d"
	// As AWS was seen to answer; no document has them.
	textQualifiers = "The derived qualifier from the function name does not match the specified qualifier."
	textNoMapping  = "The resource you requested does not exist."
)

// Texts of Coldbrook's own, where nobody knows those of AWS.
const (
	textContextLong = "Client context of %d bytes is longer than the limit of %d bytes."
	textAtLeast     = "A payload of more than %d bytes is too large for the %s invocation type (limit %d bytes)"
	textCutOff      = "The request body ended before its end: %v"
	textPanic       = "Coldbrook failed while it answered; its output has the reason."
	textEnding      = "The invocation was given up: %v"
)
