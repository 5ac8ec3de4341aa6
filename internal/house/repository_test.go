package house

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// hosts are registries. A file that names one works only where that one is
// reached; which one is used belongs to the machine's own settings. They are
// put together here so that this file does not name them.
var hosts = strings.Join([]string{
	`(proxy|sum)\.` + `golang\.org`, `registry\.` + `npmjs\.org`, `registry\.` + `yarnpkg\.com`,
	`pypi\.` + `org`, `files\.` + `pythonhosted\.org`, `(static\.)?` + `crates\.io`, `deb\.` + `debian\.org`,
	`repo1?\.` + `maven(\.apache)?\.org`,
}, "|")

var (
	// machinePath is a folder of somebody's machine: a home, or where this
	// project happens to be checked out.
	machinePath  = regexp.MustCompile(`(^|[^\w.~/-])/(` + strings.Join([]string{"wo" + "rk", "ro" + "ot", "fa" + "rm", "ho" + `me/\w+`, "Us" + `ers/\w+`}, "|") + `)/`)
	registryHost = regexp.MustCompile(`\b(` + hosts + `)\b`)
)

// checkText reports lines of a file that are true only on one machine.
func checkText(name string, text []byte) []string {
	if bytes.IndexByte(text, 0) >= 0 {
		return nil // not a text
	}
	var complaints []string
	n := 0
	for line := range bytes.Lines(text) {
		n++
		if m := machinePath.Find(line); m != nil {
			complaints = append(complaints, fmt.Sprintf("%s:%d: the path %q is of one machine. Instead: a path from the root of the repository, or t.TempDir()", name, n, bytes.TrimSpace(m)))
		}
		if m := registryHost.Find(line); m != nil {
			complaints = append(complaints, fmt.Sprintf("%s:%d: names the registry %s. Instead: leave the choice to the settings of the machine", name, n, m))
		}
	}
	return complaints
}

// checkGoMod reports a replace directive: with one, nobody can install the
// command by its path, and what is built differs from what go.mod requires. The
// modules of the user and of interop, which nobody requires, may say in which
// folder this one is.
func checkGoMod(name string, text []byte) []string {
	var complaints []string
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		if above := ownModules[strings.TrimSuffix(name, "/go.mod")]; above != "" && strings.TrimSpace(line) == "replace "+modulePath+" => "+above {
			continue
		}
		if fields := strings.Fields(line); len(fields) > 0 && fields[0] == "replace" {
			complaints = append(complaints, fmt.Sprintf("%s:%d: replace. Instead: require a version that is published; to try two modules together, use a go.work file outside the repository", name, n))
		}
	}
	return complaints
}

func TestNothingOfOneMachine(t *testing.T) {
	files, err := repositoryFiles()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		report(t, checkText(name, text))
		if path.Base(name) == "go.mod" {
			report(t, checkGoMod(name, text))
		}
	}
}

func TestMachineControls(t *testing.T) {
	check := func(text string) []string { return checkText("a.md", []byte(text)) }
	wantComplaint(t, check("one\nsee /"+"work/main/x"), "a.md:2", "root of the repository")
	wantComplaint(t, check(`"/`+`root/go"`), "of one machine")
	wantComplaint(t, check("cd /"+"home/ann/src"), "of one machine")
	wantComplaint(t, check("GOPROXY=https://proxy."+"golang.org"), "settings of the machine")
	wantComplaint(t, check("from registry."+"npmjs.org"), "registry")
	wantNone(t, check("https://example.org/work/x, net/work/x, ~/"+"work/x, ./home/x and golang.org/x/sys"))
	wantNone(t, check("\x00/"+"work/main/"))

	mod := func(text string) []string { return checkGoMod("go.mod", []byte(text)) }
	wantComplaint(t, mod("module m\n\nreplace a => ../a\n"), "go.mod:3", "published")
	wantComplaint(t, mod("module m\n\nreplace (\n\ta => ../a\n)\n"), "go.mod:3")
	wantNone(t, mod("module m\n\nrequire example.org/replace v1.0.0 // replaces x\n"))
	own := []byte("module m\n\nreplace " + modulePath + " => ../..\n")
	wantNone(t, checkGoMod(usersModule+"/go.mod", own))
	wantComplaint(t, checkGoMod("go.mod", own), "go.mod:3")
	wantComplaint(t, checkGoMod("interop/go.mod", own), "go.mod:3")
	wantNone(t, checkGoMod("interop/go.mod", []byte("module m\n\nreplace "+modulePath+" => ../\n")))
	wantComplaint(t, checkGoMod(usersModule+"/go.mod", []byte("replace a => ../a")), "published")
}

func TestRepositoryIsComplete(t *testing.T) {
	for name, says := range map[string]string{
		"LICENSE":         "Apache License\n                           Version 2.0",
		"README.md":       "go test ./...",
		"ARCHITECTURE.md": "This copy counts",
		"CHANGELOG.md":    "## ",
		"CONTRIBUTING.md": "go test ./...",
		"go.mod":          "module " + modulePath + "\n",
		".ci/run":         "#!/usr/bin/env bash",
		"scripts/release": "#!/usr/bin/env bash",
	} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Errorf("%v: the repository is not complete without it", err)
		} else if !strings.Contains(string(text), says) {
			t.Errorf("%s: does not say %q", name, says)
		}
	}
}

// rootEntries are all that may lie in the root.
var rootEntries = []string{".ci", ".github", ".gitignore", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md",
	"cases", "cmd", "docs", "emulator", "examples", "fixtures", "go.mod", "go.sum", "internal", "interop", "scripts", "staticcheck.conf", "templates", "tui"}

// strays reports what lies in the root and does not belong there.
func strays(files []string) []string {
	var complaints []string
	seen := map[string]bool{}
	for _, name := range files {
		top, _, _ := strings.Cut(name, "/")
		if !seen[top] && !slices.Contains(rootEntries, top) {
			complaints = append(complaints, fmt.Sprintf("%s: does not belong into the root. Instead: remove it, or put it into the room it is about", top))
		}
		seen[top] = true
	}
	return complaints
}

func TestRootHoldsNoStrays(t *testing.T) {
	files, err := repositoryFiles()
	if err != nil {
		t.Fatal(err)
	}
	report(t, strays(files))
	wantNone(t, strays([]string{"README.md", "emulator/doc.go"}))
	wantComplaint(t, strays([]string{"README.md", "out/a", "out/b"}), "out: does not belong")
}

var (
	// link is a link to a file in a text of Markdown.
	link = regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	// code is a block of it, in which a call of Go may look like a link.
	code = regexp.MustCompile("(?s)\n" + fence + ".*?\n" + fence)
)

// deadLinks reports links of the text at name to files that has does not know.
func deadLinks(name, text string, has func(string) bool) []string {
	var complaints []string
	for _, m := range link.FindAllStringSubmatch(code.ReplaceAllString(text, ""), -1) {
		if to := path.Join(path.Dir(name), m[1]); !has(to) {
			complaints = append(complaints, fmt.Sprintf("%s: links to %s, which is not there", name, to))
		}
	}
	return complaints
}

func TestLinksLeadSomewhere(t *testing.T) {
	files, err := repositoryFiles()
	if err != nil {
		t.Fatal(err)
	}
	has := func(name string) bool {
		return slices.ContainsFunc(files, func(f string) bool { return inside(f, name) })
	}
	for _, name := range files {
		if path.Ext(name) != ".md" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		report(t, deadLinks(name, string(text), has))
	}
	none := func(string) bool { return false }
	wantComplaint(t, deadLinks("docs/a.md", "see [b](../b.md#c) and [d](https://example.org/d)", none), "b.md, which is not there")
	wantComplaint(t, deadLinks("a.md", "x\n"+fence+"go\nf[int](x)\n"+fence+"\n[b](b.md)\n"+fence+"\nc\n"+fence, none), "b.md, which is not there")
}
