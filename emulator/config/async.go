package config

import (
	"github.com/goccy/go-yaml/ast"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// async reads how the asynchronous queue of a function works.
func (r *reader) async(a *emulator.Async, path string, n ast.Node) {
	r.object(path, n, fields{
		"maximumRetryAttempts": pointer(&a.MaximumRetryAttempts, r.anyNumber),
		"maximumEventAge":      pointer(&a.MaximumEventAge, r.anyDuration),
		"onSuccess":            r.text(&a.OnSuccess),
		"onFailure":            r.text(&a.OnFailure),
	})
}
