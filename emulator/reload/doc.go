// Package reload turns the code of a function into something that can be
// started. For now it is the build step; watching files and new revisions come
// with the issue on hot reload.
package reload
