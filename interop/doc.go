// Package interop tests Coldbrook with the clients that its users have: the AWS
// SDK for Go, boto3, the AWS CLI, and the official runtime clients of Go, Python
// and Node, each doing what a user does. It has no code of its own but handlers.
// What is not installed, and cannot be, skips its tests, with a message.
package interop
