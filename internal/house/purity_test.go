package house

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// pureImports are all that the platform machine may import beside what the
// table allows: packages without clock, I/O, goroutines or randomness.
var pureImports = []string{"bytes", "cmp", "container/heap", "errors", "fmt", "hash/fnv", "iter", "math", "math/bits",
	"slices", "sort", "strconv", "strings", "time"}

// pureTime is what the machine may use of package time. A Duration is a
// number; its methods that give floats are caught as floats.
var pureTime = []string{"Duration", "Nanosecond", "Microsecond", "Millisecond", "Second", "Minute", "Hour"}

// checkPurity reports what makes a package differ from run to run or from
// processor to processor. info is what the type checker found in sources.
func checkPurity(sources []*source, info *types.Info) []string {
	var complaints []string
	for _, s := range sources {
		for _, p := range s.imports() {
			if !strings.HasPrefix(p, modulePath+"/") && !slices.Contains(pureImports, p) {
				complaints = append(complaints, fmt.Sprintf("%s: platform imports %s. Instead: hand what it would find out to Step as an input, or do it in the conductor", s.path, p))
			}
		}
		said := map[string]bool{} // one complaint a line
		for n := range ast.Preorder(s.ast) {
			if advice := impure(n, info); advice != "" && !said[s.at(n)] {
				said[s.at(n)] = true
				complaints = append(complaints, fmt.Sprintf("%s: platform is a pure machine (D1): %s", s.at(n), advice))
			}
		}
	}
	return complaints
}

// impure says what is wrong with n itself, and what to do instead.
func impure(n ast.Node, info *types.Info) string {
	switch n := n.(type) {
	case *ast.GoStmt:
		return "no goroutine. Instead: return an action, and take its result as an input"
	case *ast.SendStmt, *ast.SelectStmt, *ast.ChanType:
		return "no channel. Instead: return an action, and take its result as an input"
	case *ast.RangeStmt:
		if t := info.TypeOf(n.X); t != nil {
			return impureRange(t)
		}
	case *ast.Ident:
		return impureUse(info.Uses[n])
	}
	if e, ok := n.(ast.Expr); ok {
		if t := info.TypeOf(e); t != nil && float(t) {
			return "no floating point, which differs between processors. Instead: integers, in nanoseconds, bytes or millionths"
		}
	}
	return ""
}

// impureRange says what is wrong with ranging over a t.
func impureRange(t types.Type) string {
	switch t.Underlying().(type) {
	case *types.Map:
		return "no ranging over a map, whose order differs. Instead: keep a slice, or the keys sorted beside the map"
	case *types.Chan:
		return "no channel. Instead: take one input per Step"
	}
	return ""
}

// impureUse says what is wrong with using o.
func impureUse(o types.Object) string {
	if o == nil || o.Pkg() == nil {
		return ""
	}
	inPackage := o.Parent() == o.Pkg().Scope()
	if o.Pkg().Path() == "time" && inPackage && !slices.Contains(pureTime, o.Name()) {
		return "no time." + o.Name() + ". Instead: now is the argument of Step, and NextTimer says when to be stepped next"
	}
	return ""
}

// float reports whether t is a floating point or complex number.
func float(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&(types.IsFloat|types.IsComplex) != 0 && b.Info()&types.IsUntyped == 0
}

// typeCheck checks the package of sources, whose imports have the export data
// that lookup gives.
func typeCheck(sources []*source, lookup importer.Lookup) (*types.Info, error) {
	// The files were parsed into sets of their own, and the checker wants one.
	fset := token.NewFileSet()
	var files []*ast.File
	for i, s := range sources {
		again, err := parseInto(fset, s.path, s.text)
		if err != nil {
			return nil, err
		}
		sources[i], files = again, append(files, again.ast)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: importer.ForCompiler(fset, "gc", lookup)}
	_, err := config.Check("p", fset, files, info)
	return info, err
}

// exports finds the export data of a package's imports with the go command.
func exports(pkg string) (importer.Lookup, error) {
	list := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Export", pkg)
	list.Dir = root
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w", pkg, err)
	}
	files := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Export string }
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return func(path string) (io.ReadCloser, error) { return os.Open(files[path]) }, nil
		case err != nil:
			return nil, err
		}
		files[p.ImportPath] = p.Export
	}
}

func TestPlatformIsPure(t *testing.T) {
	var sources []*source
	for _, s := range theSources(t) {
		if s.dir() == "emulator/platform" && !s.test() {
			sources = append(sources, s)
		}
	}
	lookup, err := exports("./emulator/platform")
	if err != nil {
		t.Fatal(err)
	}
	info, err := typeCheck(sources, lookup)
	if err != nil {
		t.Fatal(err)
	}
	report(t, checkPurity(sources, info))
}

func TestPurityControls(t *testing.T) {
	lookup, err := exports("time")
	if err != nil {
		t.Fatal(err)
	}
	check := func(body string) []string {
		sources := []*source{made(t, "emulator/platform/p.go", "package p\n\nimport \"time\"\n\nvar _ time.Duration\nvar m map[int]int\nvar n int\n\n"+body+"\n")}
		info, err := typeCheck(sources, lookup)
		if err != nil {
			t.Fatal(err)
		}
		return checkPurity(sources, info)
	}
	wantComplaint(t, check("func f() { go f() }"), "p.go:9", "no goroutine")
	wantComplaint(t, check("var c chan int"), "no channel")
	wantComplaint(t, check("func f() { select {} }"), "no channel")
	wantComplaint(t, check("func f() { for range m {} }"), "over a map")
	wantComplaint(t, check("type M map[int]int\nvar o M\nfunc f() { for range o {} }"), "over a map")
	wantComplaint(t, check("var x = time.Now"), "no time.Now", "NextTimer")
	wantComplaint(t, check("var x time.Time"), "no time.Time")
	wantComplaint(t, check("var x = float64(n)"), "no floating point")
	wantComplaint(t, check("var x = time.Second.Seconds()"), "no floating point")
	wantComplaint(t, check("var x = 0.5"), "no floating point")
	wantNone(t, check("const x = 1e9\nvar y int64 = x\nvar z = 2 * time.Second\nfunc f() { for range n {}; m[1] = 2 }"))
}

func TestPurityImportControls(t *testing.T) {
	for _, p := range []string{"sync", "math/rand/v2", "os", "maps", "context", "hash/maphash", "log/slog"} {
		s := made(t, "emulator/platform/p.go", fmt.Sprintf("package p\n\nimport _ %q\n", p))
		wantComplaint(t, checkPurity([]*source{s}, &types.Info{}), "platform imports "+p, "input")
	}
	wantNone(t, checkPurity([]*source{made(t, "emulator/platform/p.go", "package p\n\nimport _ \"slices\"\n")}, &types.Info{}))
}
