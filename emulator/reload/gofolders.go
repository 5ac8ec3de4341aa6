package reload

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/coldbrook-dev/coldbrook/emulator/process"
)

// goFolders has go list print the folders of packages that are not of modules
// which were downloaded: of the main modules (several in a workspace), and of
// those that a replace directive takes from a folder; then the files that
// packages embed.
const goFolders = `{{with .Module}}{{if or .Main (and .Replace (not .Replace.Version))}}{{$.Dir}}{{range $.EmbedFiles}}
{{$.Dir}}/{{.}}{{end}}{{end}}{{end}}`

// GoFolders returns the folders, apart from dir, that the Go program in dir is
// made of: those of the packages that it imports, however indirectly, from its
// own module, others of its workspace, and modules that are replaced by folders,
// and those of the files that these embed. They are absolute and sorted, and each
// counts without the folders below: roots that are Shallow; with "*_test.go"
// excluded, as go build does.
//
// Code that does not compile has the folders that it still names. It returns a
// *MissingError if Go is not installed, an *Error if go list fails, and the cause
// of ctx if that ended first; then go list is killed. It is safe for concurrent use.
func GoFolders(ctx context.Context, dir string) ([]string, error) {
	tool, err := exec.LookPath("go")
	if err != nil {
		return nil, &MissingError{}
	}
	own, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("list Go packages: %w", err)
	}
	if real, err := filepath.EvalSymlinks(own); err == nil {
		own = real
	}
	var (
		mu    sync.Mutex // guards found, which two goroutines write
		found = map[string]bool{}
	)
	s := BuildSpec{Dir: dir, Command: "go list", Output: func(stream, line string) {
		if path := strings.TrimSpace(line); stream == "stdout" && filepath.IsAbs(path) {
			if info, err := os.Stat(path); err == nil && !info.IsDir() {
				path = filepath.Dir(path)
			}
			mu.Lock()
			defer mu.Unlock()
			found[filepath.Clean(path)] = true
		}
	}}
	err = s.run(ctx, process.Spec{Path: tool, Args: []string{"list", "-e", "-deps", "-f", goFolders, "."}})
	if err != nil {
		return nil, err
	}
	mu.Lock()
	defer mu.Unlock()
	delete(found, own)
	return slices.Sorted(maps.Keys(found)), nil
}

// GoFiles returns the files above dir, or in it, that say what go build takes
// packages from: go.mod and go.sum, and go.work and go.work.sum if there is a
// workspace. They are absolute; those that could be made later are among them.
func GoFiles(dir string) []string {
	at, err := filepath.Abs(dir)
	if err != nil {
		return nil // there is no working directory
	}
	var files []string
	for _, name := range []string{"go.mod", "go.work"} {
		for folder := at; ; folder = filepath.Dir(folder) {
			path := filepath.Join(folder, name)
			if _, err := os.Stat(path); err == nil {
				files = append(files, path, strings.Replace(path+".sum", "go.mod.sum", "go.sum", 1))
				break
			} else if !errors.Is(err, os.ErrNotExist) || filepath.Dir(folder) == folder {
				if len(files) > 0 && name == "go.work" { // it would most likely be made there
					files = append(files, filepath.Join(filepath.Dir(files[0]), name))
				}
				break
			}
		}
	}
	return files
}
