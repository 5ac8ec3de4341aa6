package house

import (
	"fmt"
	"go/ast"
	"regexp"
	"strings"
	"testing"
)

// why is how a comment defends what a rule forbids, on the same line or the
// one above.
const why = "why:"

// defended reports whether n's line, or the one above, has a comment that says
// why.
func (s *source) defended(n ast.Node) bool {
	line := s.fset.Position(n.Pos()).Line
	for _, group := range s.ast.Comments {
		first, last := s.fset.Position(group.Pos()).Line, s.fset.Position(group.End()).Line
		if first <= line && last >= line-1 && strings.Contains(group.Text(), why) {
			return true
		}
	}
	return false
}

// call returns the package and the name of a call of the form pkg.Name(...),
// "" for others. It goes by the name in the source: nobody renames these.
func call(n ast.Node) (pkg, name string) {
	c, ok := n.(*ast.CallExpr)
	if !ok {
		return "", ""
	}
	sel, ok := c.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	if id, ok := sel.X.(*ast.Ident); ok {
		return id.Name, sel.Sel.Name
	}
	return "", ""
}

// checkHabits reports calls that have no place in ours.
func checkHabits(sources []*source) []string {
	var complaints []string
	for _, s := range sources {
		for n := range ast.Preorder(s.ast) {
			if advice := habit(s, n); advice != "" && !s.defended(n) {
				pkg, name := call(n)
				complaints = append(complaints, fmt.Sprintf("%s: %s.%s. Instead: %s", s.at(n), pkg, name, advice))
			}
		}
		complaints = append(complaints, initFunctions(s)...)
		complaints = append(complaints, openComments(s)...)
	}
	return complaints
}

// habit returns what to do in place of the call n, "" if n is no such call.
func habit(s *source, n ast.Node) string {
	pkg, name := call(n)
	example := strings.HasPrefix(s.path, "examples/") // a user's code may sleep to stand for work
	main := s.ast.Name.Name == "main"
	switch {
	case pkg == "time" && name == "Sleep" && !example && !(s.test() && strings.Contains(string(s.text), `"testing/synctest"`)):
		return "select on ctx.Done() and a timer; in a test wait for what you wait for, or use testing/synctest (a comment \"" + why + " ...\" defends an exception)"
	case pkg == "os" && name == "Exit" && !main && !s.test():
		return "return an error: only main ends the program"
	case pkg == "log" && (strings.HasPrefix(name, "Fatal") || strings.HasPrefix(name, "Print")) && !main:
		return "return an error, or hand an entry to the conductor: what the user should see is in the journal"
	case pkg == "context" && name == "TODO":
		return "take the caller's context"
	case pkg == "rand" && !s.test() && seedless[name] && !example:
		return "draw from the seed in Config, so that a run can be repeated"
	}
	return ""
}

// seedless are the functions of math/rand and math/rand/v2 that draw from the
// global source.
var seedless = map[string]bool{"Int": true, "IntN": true, "Intn": true, "Int64": true, "Int64N": true, "Int63": true,
	"Uint32": true, "Uint64": true, "N": true, "Float64": true, "Float32": true, "Perm": true, "Shuffle": true,
	"ExpFloat64": true, "NormFloat64": true}

// initFunctions reports func init: registration at a distance.
func initFunctions(s *source) []string {
	var complaints []string
	for _, d := range s.ast.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" && !s.test() {
			complaints = append(complaints, s.at(f)+": func init. Instead: call it from where the value is needed")
		}
	}
	return complaints
}

var (
	open     = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`)
	issue    = regexp.MustCompile(`issue \d+`)
	silenced = regexp.MustCompile(`^//(nolint|lint:ignore)\s*(\S*)\s*(.*)$`)
)

// openComments reports work left open without an issue, and silenced checks
// without a reason.
func openComments(s *source) []string {
	var complaints []string
	for _, group := range s.ast.Comments {
		for _, c := range group.List {
			if open.MatchString(c.Text) && !issue.MatchString(c.Text) {
				complaints = append(complaints, s.at(c)+": work left open. Do it, or name its issue (\"issue 12\")")
			}
			if m := silenced.FindStringSubmatch(c.Text); m != nil && m[3] == "" {
				complaints = append(complaints, s.at(c)+": a silenced check without a reason. Write the reason behind it")
			}
		}
	}
	return complaints
}

func TestHabits(t *testing.T) {
	var sources []*source
	for _, s := range theSources(t) {
		if !strings.HasPrefix(s.path, "internal/house/") { // its controls spell out what they forbid
			sources = append(sources, s)
		}
	}
	report(t, checkHabits(sources))
}

func TestHabitControls(t *testing.T) {
	check := func(file, head, body string) []string {
		return checkHabits([]*source{made(t, file, head+"\nfunc f() {\n"+body+"\n}\n")})
	}
	wantComplaint(t, check("a/a.go", "package a", "time.Sleep(1)"), "a/a.go:3", "ctx.Done()")
	wantComplaint(t, check("a/a_test.go", "package a", "time.Sleep(1)"), "wait for what you wait for")
	wantNone(t, check("a/a_test.go", "package a\nimport \"testing/synctest\"", "time.Sleep(1)"))
	wantNone(t, check("a/a.go", "package a", "// why: the kernel tells nobody\ntime.Sleep(1)"))
	wantNone(t, check("a/a.go", "package a", "time.Sleep(1) // why: the kernel tells nobody"))
	wantComplaint(t, check("a/a.go", "package a", "// why: too far\n\ntime.Sleep(1)"), "time.Sleep")
	wantComplaint(t, check("a/a.go", "package a", "os.Exit(1)"), "only main")
	wantNone(t, check("cmd/c/main.go", "package main", "os.Exit(1)"))
	wantComplaint(t, check("a/a.go", "package a", "log.Fatalf(`x`)"), "journal")
	wantComplaint(t, check("a/a.go", "package a", "g(context.TODO())"), "caller's context")
	wantComplaint(t, check("a/a.go", "package a", "rand.IntN(3)"), "seed in Config")
	wantNone(t, check("a/a.go", "package a", "r.IntN(3)"))
	wantComplaint(t, check("a/a.go", "package a\nfunc init() {}", ""), "a/a.go:2: func init")
	wantComplaint(t, check("a/a.go", "package a // TODO later", ""), "name its issue")
	wantNone(t, check("a/a.go", "package a // TODO with issue 12", ""))
	wantComplaint(t, check("a/a.go", "package a //nolint", ""), "reason")
	wantComplaint(t, check("a/a.go", "package a", "//lint:ignore SA1000"), "reason")
	wantNone(t, check("a/a.go", "package a", "//lint:ignore SA1000 the pattern is the user's"))
}
