// Package invokeapi is the part of the Lambda API that clients invoke functions
// by, over HTTP on loopback: what the AWS CLI and SDKs use with --endpoint-url.
//
// It decides nothing: a Platform says what is refused and how an invocation ended;
// here it gets the form that it has on the wire. Requests, answers and the fields
// of errors are those of the API model of botocore (lambda/2015-03-31); texts that
// it does not have are what AWS was seen to answer, and stand in texts.go with
// their sources.
//
// There are Invoke, InvokeAsync, GetFunction, GetFunctionConfiguration,
// GetFunctionConcurrency, ListFunctions, GetEventSourceMapping and
// ListEventSourceMappings. Whatever else is asked for, response streaming too, is
// refused with a sentence that says so. The signature of a request is not looked
// at: any credentials do, and none. Who may use the API is decided by where it
// listens, on loopback, and by guard.go, which keeps the pages of browsers out.
//
// As for the runtime interface emulator of AWS, the name "function" stands for the
// project's function where there is exactly one, and none of that name.
//
// Goroutines: Server.Serve starts one, net/http's accept loop, which owns one per
// connection; Server.Close waits for the first and cuts the others off.
//
// Non-obvious: a client that sends its whole request before it reads would see a
// broken connection instead of an early refusal, so a body that is too large is
// read to its end, counted and not kept. net/http notices that a client has gone
// only once the body is read.
package invokeapi
