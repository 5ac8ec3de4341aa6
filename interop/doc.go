// Package interop tests Coldbrook with the clients that its users have: the AWS
// SDK for Go, boto3 and the AWS CLI, each doing what a user does. It has no code
// of its own. What is not installed skips its tests, with a message.
package interop
