package serverless

import (
	"path/filepath"
	"testing"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// A monorepo of Go has a folder for each service, with the program and the part of the
// file that is about it, and all of them are called bootstrap.
func TestServicesOfGoAreFound(t *testing.T) {
	dir := project(t, map[string]string{
		"go.mod":                            "module ferries\n",
		"serverless.yml":                    "service: ferries\nprovider: {name: aws, runtime: provided.al2}\nfunctions:\n  - ${file(./services/board/serverless.yml)}\n  - ${file(./services/sail-late/serverless.yml)}\n",
		"services/board/serverless.yml":     "board: {handler: bootstrap, package: {artifact: bin/board/board.zip}, events: [{msk: {arn: 'arn:x', topic: tickets}}]}\n",
		"services/board/main.go":            "package main\n",
		"services/sail-late/serverless.yml": "sail-late: {handler: bootstrap, package: {artifact: bin/sail/sail.zip}}\n",
		"services/sail-late/main.go":        "package main\n",
	})
	root, err := tree.Load(filepath.Join(dir, "serverless.yml"))
	if err != nil {
		t.Fatal(err)
	}
	p := Read(root, dir, plan.Options{})
	got := map[string]string{}
	for i := range p.Config.Functions {
		got[p.Config.Functions[i].Name] = p.Config.Functions[i].Code
	}
	if len(got) != 2 || got["board"] != "services/board" || got["sail-late"] != "services/sail-late" || p.Count(plan.Wrong) != 0 {
		t.Errorf("code %v, findings %v", got, p.Findings)
	}
}
