// Package templates takes over projects that were made for other tools: it reads an AWS SAM
// or CloudFormation template or a file of the Serverless Framework into a configuration of
// the emulator, says what became of each part of it, and writes coldbrook.yaml.
//
// It never changes the project's own files, never runs code of the project, and reaches no
// cloud: what only a cloud knows is named as missing.
//
// It starts no goroutine.
package templates

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/sam"
	"github.com/coldbrook-dev/coldbrook/templates/serverless"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// Error is why nothing of a file can be taken over.
type Error struct {
	Message string
	Advice  string
}

func (e *Error) Error() string { return e.Message }

// Hint says what to do.
func (e *Error) Hint() string { return e.Advice }

// programs are files that only running them would tell what they say.
var programs = []string{".ts", ".js", ".mjs", ".cjs", ".py"}

// Read makes a plan of a file. It returns an *Error or a *tree.Error if nothing of the file
// can be taken over; what is wrong with parts of it is a finding, and the rest is taken over.
func Read(path string, o plan.Options) (*plan.Plan, error) {
	path = filepath.Clean(path)
	if slices.Contains(programs, filepath.Ext(path)) {
		return nil, &Error{Message: fmt.Sprintf("%s is a program, which is not run", filepath.ToSlash(path)),
			Advice: "write out what it makes and give that: npx serverless print --format yaml > printed.yml, or cdk synth > template.yaml"}
	}
	root, err := tree.Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{Message: fmt.Sprintf("there is no %s", filepath.ToSlash(path)), Advice: "give a SAM template (template.yaml) or a Serverless Framework file (serverless.yml)"}
	}
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(path)
	switch {
	case sam.Matches(root):
		return sam.Read(root, dir, o), nil
	case serverless.Matches(root):
		return serverless.Read(root, dir, o), nil
	}
	if folders := serverless.Services(root); folders != nil {
		return nil, &Error{Message: fmt.Sprintf("%s is a list of services, and has no functions itself", filepath.ToSlash(path)),
			Advice: "give the file of one of its services: " + filepath.ToSlash(filepath.Join(dir, folders[0], "serverless.yml"))}
	}
	return nil, &Error{Message: fmt.Sprintf("%s is neither a SAM or CloudFormation template, which has Resources, nor a file of the Serverless Framework, which has service and provider", filepath.ToSlash(path)),
		Advice: "give a SAM template (template.yaml) or a Serverless Framework file (serverless.yml)"}
}
