package sam

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// project writes files, which are "" or have a text, into a folder and reads its
// template.yaml.
func project(t *testing.T, template string, o plan.Options, files ...string) *plan.Plan {
	t.Helper()
	dir := t.TempDir()
	for _, file := range append(files, "template.yaml="+template) {
		name, text, _ := strings.Cut(file, "=")
		write(t, dir, name, text)
	}
	return read(t, dir, "template.yaml", o)
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, dir, name string, o plan.Options) *plan.Plan {
	t.Helper()
	root, err := tree.Load(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	if !Matches(root) {
		t.Fatal("the template does not match")
	}
	p := Read(root, filepath.Join(dir, filepath.Dir(filepath.FromSlash(name))), o)
	valid(t, p)
	return p
}

// valid reports a configuration that the emulator would not take.
func valid(t *testing.T, p *plan.Plan) {
	t.Helper()
	err := p.Config.Validate()
	if err == nil {
		return
	}
	t.Errorf("the configuration is not valid: %v", err)
}

// findings are the findings but those that are taken, one a line, without the columns.
func findings(p *plan.Plan) string {
	var all strings.Builder
	for _, f := range p.Sorted() {
		if f.Verdict != plan.Taken {
			all.WriteString(line(f) + "\n")
		}
	}
	return all.String()
}

func line(f plan.Finding) string {
	s := f.Verdict.String() + ": " + strings.TrimPrefix(f.Resource+"."+f.Key, ".")
	s = strings.TrimSuffix(s, ".") + ": " + f.Text
	if f.Advice != "" {
		s += " (" + f.Advice + ")"
	}
	return s
}

func fmtDifference(name string, got, want any) string {
	return fmt.Sprintf("%s: got %s, want %s", name, deep(got), deep(want))
}

// deep is a value as text, with what pointers point to.
func deep(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%+v", v)
	}
	return string(text)
}

func parse(template string) (*tree.Node, error) { return tree.Parse("template.yaml", []byte(template)) }
