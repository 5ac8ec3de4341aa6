package templates

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
)

// A list of services names one of them.
func TestReadOfSeveralServices(t *testing.T) {
	file := filepath.Join(t.TempDir(), "serverless-compose.yml")
	if err := os.WriteFile(file, []byte("services:\n  a: {path: apps/a}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Read(file, plan.Options{})
	wrong, ok := errors.AsType[*Error](err)
	want := "give the file of one of its services: " + filepath.ToSlash(filepath.Join(filepath.Dir(file), "apps/a/serverless.yml"))
	if !ok || wrong.Hint() != want {
		t.Errorf("got %v, want the hint %q", err, want)
	}
}
