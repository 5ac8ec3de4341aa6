// Package invokeapi is the part of the Lambda API that clients invoke functions
// by, over HTTP on loopback: what the AWS CLI and SDKs use with --endpoint-url.
//
// It decides nothing: a Platform says what is refused and how an invocation ended;
// here it gets the form that it has on the wire.
package invokeapi
