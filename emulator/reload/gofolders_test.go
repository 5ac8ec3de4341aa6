package reload

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestGoFoldersAreThoseOfTheProgramAndNobodyElses(t *testing.T) {
	t.Setenv("GOWORK", "") // CI has it off
	dir := folder(t, map[string]string{
		"go.work":  "go 1.26\n\nuse (\n\t./a\n\t./b\n)\n",
		"a/go.mod": "module example.com/a\n\ngo 1.26\n\nrequire example.com/r v1.0.0\n\nreplace example.com/r => ../r\n",
		"a/functions/ship/main.go": "package main\n\nimport (\n\t\"fmt\"\n\t\"example.com/a/shared\"\n\t\"example.com/b\"\n\t\"example.com/r/deep\"\n)\n\n" +
			"func main() { fmt.Println(shared.X, b.X, deep.X) }\n",
		"a/functions/other/main.go":  "package main\n\nimport \"example.com/a/unused\"\n\nfunc main() { println(unused.X) }\n",
		"a/shared/shared.go":         "package shared\n\nimport \"example.com/a/shared/inner\"\n\nvar X = inner.X\n",
		"a/shared/inner/inner.go":    "package inner\n\nimport _ \"embed\"\n\n//go:embed texts/x.txt\nvar X string\n",
		"a/shared/inner/texts/x.txt": "x",
		"a/unused/unused.go":         "package unused\n\nvar X = 1\n",
		"b/go.mod":                   "module example.com/b\n\ngo 1.26\n",
		"b/b.go":                     "package b\n\nvar X = 1\n",
		"r/go.mod":                   "module example.com/r\n\ngo 1.26\n",
		"r/deep/deep.go":             "package deep\n\nvar X = 1\n",
	})
	dir, err := filepath.EvalSymlinks(dir)
	must(t, err)
	ship := filepath.Join(dir, "a", "functions", "ship")
	want := []string{"a/shared", "a/shared/inner", "a/shared/inner/texts", "b", "r/deep"}
	check := func() {
		t.Helper()
		folders, err := GoFolders(t.Context(), ship)
		must(t, err)
		var got []string
		for _, f := range folders {
			rel, _ := filepath.Rel(dir, f)
			got = append(got, filepath.ToSlash(rel))
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check()
	// Code that does not compile names them still.
	write(t, filepath.Join(dir, "a", "shared", "shared.go"), "package shared\n\nimport \"example.com/a/shared/inner\"\n\nvar X int = inner.X +\n")
	check()
	files := GoFiles(ship)
	if want := []string{filepath.Join(dir, "a", "go.mod"), filepath.Join(dir, "a", "go.sum"), filepath.Join(dir, "go.work"), filepath.Join(dir, "go.work.sum")}; !slices.Equal(files, want) {
		t.Errorf("got %q, want %q", files, want)
	}
	must(t, os.Remove(filepath.Join(dir, "go.work")))
	if files, want := GoFiles(ship), filepath.Join(dir, "a", "go.work"); len(files) != 3 || files[2] != want {
		t.Errorf("without a workspace: got %q, want %s at the end", files, want)
	}
	interrupted := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(interrupted)
	if _, err := GoFolders(ctx, ship); !errors.Is(err, interrupted) {
		t.Errorf("got %v, want %v", err, interrupted)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := GoFolders(t.Context(), ship); err == nil {
		t.Error("got folders without Go")
	}
}
