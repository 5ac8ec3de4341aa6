// Package reload turns the code of a function into something that can be
// started: by the user's own command or, for Go code, with go build. For now it
// is the build step; watching files and new revisions come with the issue on
// hot reload.
//
// A build is a program with its family (package process): when its context
// ends, compiler and children are killed. Build runs in the goroutine of its
// caller.
package reload
