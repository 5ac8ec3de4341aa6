package emulatortest_test

import (
	"errors"
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// docsPage is the page whose blocks are run; moduleRoot is where.
const (
	docsPage   = "../../docs/testing.md"
	moduleRoot = "../.."
)

// docsBlock is a block of code of a page. A block of a file that is not Go has
// the file's name behind its language.
type docsBlock struct {
	language, file string
	text           string
}

// docsBlocks returns the blocks of a text of Markdown.
func docsBlocks(text string) []docsBlock {
	const fence = "```"
	var all []docsBlock
	for {
		_, rest, found := strings.Cut(text, "\n"+fence)
		if !found {
			return all
		}
		head, rest, _ := strings.Cut(rest, "\n")
		block, after, _ := strings.Cut(rest, "\n"+fence)
		language, file, _ := strings.Cut(head, " ")
		all, text = append(all, docsBlock{language, file, block + "\n"}), after
	}
}

var (
	docsTest = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	// docsOutput is how outputs name the test that they are of.
	docsOutput = regexp.MustCompile(`^(?:--- FAIL: |emulatortest: )(Test\w+)`)
)

// test is the name of the test in a block of Go, "" for none.
func (b docsBlock) test() string {
	if m := docsTest.FindStringSubmatch(b.text); b.language == "go" && m != nil {
		return m[1]
	}
	return ""
}

// docsImports are what fragments import, where they use it.
var docsImports = []string{
	"context", "errors", "slices", "testing", "time",
	"github.com/aws/aws-lambda-go/events",
	"github.com/coldbrook-dev/coldbrook/emulator",
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest",
	"github.com/twmb/franz-go/pkg/kgo",
}

// source is a block of Go as a file: with a package clause and imports, if it has
// none.
func (b docsBlock) source() string {
	if strings.HasPrefix(b.text, "package ") {
		return b.text
	}
	imports := ""
	for _, path := range docsImports {
		name := path[strings.LastIndex(path, "/")+1:]
		if regexp.MustCompile(`(^|[^.\w])` + name + `\.[A-Z]`).MatchString(b.text) {
			imports += fmt.Sprintf("\t%q\n", path)
		}
	}
	return "package orders\n\nimport (\n" + imports + ")\n\n" + b.text
}

// docs is a page, taken apart.
type docs struct {
	tests   []docsBlock       // blocks of Go that are tests
	outputs map[string]string // by test
	dir     string            // where its files are
}

// readDocs reads the page and writes its files into a folder.
func readDocs(t *testing.T) *docs {
	t.Helper()
	text, err := os.ReadFile(docsPage)
	if err != nil {
		t.Fatal(err)
	}
	d := &docs{outputs: map[string]string{}, dir: t.TempDir()}
	for _, b := range docsBlocks(string(text)) {
		switch m := docsOutput.FindStringSubmatch(b.text); {
		case b.test() != "":
			d.tests = append(d.tests, b)
			d.write(t, strings.ToLower(strings.TrimPrefix(b.test(), "Test"))+"_test.go", b.source())
		case b.language == "text" && m != nil:
			d.outputs[m[1]] = b.text
		case b.file != "":
			d.write(t, b.file, b.text)
		case b.language != "go":
			t.Errorf("%s: a block of %q that nothing checks:\n%s", docsPage, b.language, b.text)
		}
		if b.language == "go" {
			if formatted, err := format.Source([]byte(b.text)); err != nil || string(formatted) != b.text {
				t.Errorf("%s: a block that gofmt would write otherwise (error %v):\n%s", docsPage, err, b.text)
			}
		}
	}
	return d
}

func (d *docs) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(d.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// compile makes a test binary of files of the page, with the go command and this
// module.
func (d *docs) compile(t *testing.T, name string, files ...string) string {
	t.Helper()
	binary := filepath.Join(d.dir, name+".exe")
	build := exec.CommandContext(t.Context(), "go", append([]string{"test", "-c", "-o", binary}, files...)...)
	build.Dir = moduleRoot
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the blocks of %s do not compile: %v\n%s", docsPage, err, out)
	}
	return binary
}

// run runs tests of a binary and returns what they print, and whether they pass.
func (d *docs) run(t *testing.T, binary string, flags ...string) (output string, passed bool) {
	t.Helper()
	command := exec.CommandContext(t.Context(), binary, append(flags, "-test.timeout=1m")...)
	command.Dir = d.dir
	out, err := command.CombinedOutput()
	if err != nil {
		if _, exited := errors.AsType[*exec.ExitError](err); !exited {
			t.Fatalf("run %s %v: %v", binary, flags, err)
		}
	}
	return string(out), err == nil
}

// TestDocs runs what docs/testing.md shows: its first block alone, as somebody
// who pastes it, then all that are tests, and compares the outputs that it shows.
func TestDocs(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles and links two programs")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skipf("the blocks of %s are run with the go command, which is not there: %v", docsPage, err)
	}
	t.Parallel()
	d := readDocs(t)
	if len(d.tests) == 0 || !strings.HasPrefix(d.tests[0].text, "package ") {
		t.Fatalf("%s: the first test is not a file that can be pasted", docsPage)
	}
	first := strings.TrimPrefix(d.tests[0].test(), "Test")
	file := filepath.Join(d.dir, strings.ToLower(first)+"_test.go")
	if out, passed := d.run(t, d.compile(t, "pasted", file)); !passed {
		t.Errorf("the first block of %s, alone:\n%s", docsPage, out)
	}
	files, err := filepath.Glob(filepath.Join(d.dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	d.checkTests(t, d.compile(t, "all", files...))
}

func (d *docs) checkTests(t *testing.T, binary string) {
	t.Helper()
	_, noNode := exec.LookPath("node")
	var good []string
	for _, b := range d.tests {
		name := b.test()
		switch want, fails := d.outputs[name]; {
		case fails:
			out, passed := d.run(t, binary, "-test.run=^"+name+"$")
			if missing := missingLine(out, want); passed || missing != "" {
				t.Errorf("%s: passed: %v; the page shows the line %q, which is not in its output:\n%s", name, passed, missing, out)
			}
			delete(d.outputs, name)
		case noNode != nil && strings.Contains(b.text, "Load("):
			t.Logf("%s is not run: %v", name, noNode)
		default:
			good = append(good, name)
		}
	}
	for name := range d.outputs {
		t.Errorf("%s shows an output of %s, which it does not show", docsPage, name)
	}
	out, passed := d.run(t, binary, "-test.v", "-test.run=^("+strings.Join(good, "|")+")$")
	for _, name := range good {
		if !passed || !strings.Contains(out, "\n--- PASS: "+name+" ") {
			t.Fatalf("%s: not all of %v passed:\n%s", docsPage, good, out)
		}
	}
}

// docsVarying is what differs from run to run in what a test prints, or because
// files of the page are a package without a path here.
var docsVarying = regexp.MustCompile(`\(\d+\.\d+s\)|goroutine \d+|bubble \d+|\w+_test\.go:\d+|0x[0-9a-f]+\??|(example\.com/|\b)orders\.Test|command-line-arguments\.Test`)

// missingLine returns the first line of want that output does not have behind
// those before it, "" for none. A line "..." stands for any.
func missingLine(output, want string) string {
	have := docsLines(output)
	for _, line := range docsLines(want) {
		at := slices.Index(have, line)
		switch {
		case line == "...":
		case at < 0:
			return line
		default:
			have = have[at+1:]
		}
	}
	return ""
}

func docsLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(docsVarying.ReplaceAllString(line, "~")); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func TestMissingLine(t *testing.T) {
	const output = "=== RUN TestX\n--- FAIL: TestX (0.02s)\n    x_test.go:12: a\n    b\n\n  goroutine 7 at 0xff\n"
	for _, c := range []struct{ want, missing string }{
		{"--- FAIL: TestX (1.30s)\n    y_test.go:9: a\n...\ngoroutine 8 at 0xaf\n", ""},
		{"b\na\n", "a"},
		{"--- FAIL: TestY (0.02s)\n", "--- FAIL: TestY ~"},
	} {
		if got := missingLine(output, c.want); got != c.missing {
			t.Errorf("missingLine(%q): got %q, want %q", c.want, got, c.missing)
		}
	}
}

func TestDocsBlocks(t *testing.T) {
	got := docsBlocks("x\n```go\nfunc TestA(t *testing.T) {}\n```\n\n```js a/b.js\n1\n\n2\n```\n")
	want := []docsBlock{{"go", "", "func TestA(t *testing.T) {}\n"}, {"js", "a/b.js", "1\n\n2\n"}}
	if !slices.Equal(got, want) || got[0].test() != "TestA" || got[1].test() != "" {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if s := got[0].source(); !strings.Contains(s, "\"testing\"\n)") || strings.Contains(s, "context") {
		t.Errorf("got the source\n%s", s)
	}
}
