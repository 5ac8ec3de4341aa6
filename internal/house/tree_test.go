package house

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// modulePath is the path of this module, which go.mod also says (a test
// compares them).
const modulePath = "github.com/coldbrook-dev/coldbrook"

// root is the top of the repository, seen from this package's folder.
const root = "../.."

// source is one Go file.
type source struct {
	path  string // from the root of the repository, with slashes
	text  []byte
	fset  *token.FileSet
	ast   *ast.File
	lines int
}

// at returns where n begins, as path:line.
func (s *source) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", s.path, s.fset.Position(n.Pos()).Line)
}

// dir is the folder of s, "." for the root.
func (s *source) dir() string { return path.Dir(s.path) }

// test reports whether s is built only for tests.
func (s *source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

// parseSource parses a Go file with its comments.
func parseSource(name string, text []byte) (*source, error) {
	return parseInto(token.NewFileSet(), name, text)
}

// parseInto is parseSource with a set of files that others share.
func parseInto(fset *token.FileSet, name string, text []byte) (*source, error) {
	f, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return &source{path: name, text: text, fset: fset, ast: f, lines: bytes.Count(text, []byte("\n"))}, nil
}

// made parses a made-up file of a control.
func made(t *testing.T, name, text string) *source {
	t.Helper()
	s, err := parseSource(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// repositoryFiles lists the files of the repository, from its root, sorted:
// those git has or would take; without git, all that do not lie in a folder
// git would ignore.
var repositoryFiles = sync.OnceValues(func() ([]string, error) {
	git := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	git.Dir = root
	out, err := git.Output()
	if err != nil {
		return walkFiles(root)
	}
	var files []string
	for name := range strings.SplitSeq(string(out), "\x00") {
		// A file that was deleted and not yet committed is still listed.
		if fi, err := os.Lstat(filepath.Join(root, name)); name != "" && err == nil && fi.Mode().IsRegular() {
			files = append(files, name)
		}
	}
	slices.Sort(files)
	return files, nil
})

// walkFiles lists the regular files below dir, sorted.
func walkFiles(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{".git", ".coldbrook", "dist", "node_modules"}, d.Name()) {
			return filepath.SkipDir
		}
		if d.Type().IsRegular() {
			rel, err := filepath.Rel(dir, name)
			if err != nil {
				return err
			}
			files = append(files, filepath.ToSlash(rel))
		}
		return nil
	})
	slices.Sort(files)
	return files, err
}

// goSources parses all Go files of the repository but those in testdata.
var goSources = sync.OnceValues(func() ([]*source, error) {
	names, err := repositoryFiles()
	if err != nil {
		return nil, err
	}
	var sources []*source
	for _, name := range names {
		if !strings.HasSuffix(name, ".go") || slices.Contains(strings.Split(name, "/"), "testdata") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return nil, err
		}
		s, err := parseSource(name, text)
		if err != nil {
			return nil, err
		}
		sources = append(sources, s)
	}
	return sources, nil
})

// theSources returns goSources, and ends the test where they cannot be read.
func theSources(t *testing.T) []*source {
	t.Helper()
	sources, err := goSources()
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) < 10 {
		t.Fatalf("read %d Go files of the repository, want at least 10: this test looks in the wrong place", len(sources))
	}
	return sources
}

// report fails the test once for each complaint.
func report(t *testing.T, complaints []string) {
	t.Helper()
	for _, c := range complaints {
		t.Error(c)
	}
}

// wantComplaint fails the test unless exactly one complaint came, and holds
// all of the parts.
func wantComplaint(t *testing.T, got []string, parts ...string) {
	t.Helper()
	if len(got) != 1 {
		t.Fatalf("got %d complaints %q, want 1", len(got), got)
	}
	for _, p := range parts {
		if !strings.Contains(got[0], p) {
			t.Errorf("got %q, want it to say %q", got[0], p)
		}
	}
}

// wantNone fails the test if there is a complaint.
func wantNone(t *testing.T, got []string) {
	t.Helper()
	if len(got) != 0 {
		t.Errorf("got complaints %q, want none", got)
	}
}
