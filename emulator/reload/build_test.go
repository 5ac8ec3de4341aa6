package reload

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	goMod   = "module example.com/ship\n\ngo 1.26\n"
	program = "package main\n\nfunc main() { println(\"built\") }\n"
)

// folder makes a folder with files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// leavesNothing checks that a build leaves no temporary file.
func leavesNothing(t *testing.T) {
	t.Helper()
	temp := t.TempDir()
	for _, key := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(key, temp)
	}
	t.Cleanup(func() {
		if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
			t.Errorf("got %v, %v in the temporary folder, want nothing", left, err)
		}
	})
}

func skipOnWindows(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the command is one of sh")
	}
}

func TestGoCodeIsBuiltWithAGoModAbove(t *testing.T) {
	dir := folder(t, map[string]string{"go.mod": goMod, "functions/ship/main.go": program})
	leavesNothing(t)
	t.Setenv("GOOS", "plan9") // what the user builds for otherwise
	spec := BuildSpec{Function: "a/b", Dir: filepath.Join(dir, "functions", "ship"), Into: filepath.Join(dir, ".coldbrook", "build")}
	for range 2 {
		binary, err := Build(t.Context(), spec)
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(binary).CombinedOutput()
		if err != nil || string(out) != "built\n" {
			t.Errorf("got %q, %v, want built", out, err)
		}
		if rest, err := filepath.Rel(spec.Into, binary); err != nil || strings.HasPrefix(rest, "..") {
			t.Errorf("got %s, want it in %s", binary, spec.Into)
		}
		if files, _ := os.ReadDir(spec.Into); len(files) != 1 {
			t.Errorf("got %v, want the program alone", files)
		}
	}
}

func TestMistakesOfTheCompiler(t *testing.T) {
	for _, test := range []struct {
		name  string
		files map[string]string
		want  []string
		hint  string
	}{
		{"undefined", map[string]string{"main.go": "package main\n\nfunc main() {\n\tx := 1\n\tno()\n}\n"},
			[]string{"main.go:4:2: declared and not used: x", "main.go:5:2: undefined: no"}, ""},
		{"syntax", map[string]string{"main.go": "package main\n\nfunc main( {\n"}, []string{"main.go:3:"}, ""},
		{"in another package", map[string]string{"main.go": "package main\n\nimport _ \"example.com/ship/item\"\n\nfunc main() {}\n",
			"item/item.go": "package item\n\nvar x int = \"a\"\n"}, []string{"item.go:3:13: cannot use"}, ""},
		{"not a program", map[string]string{"ship.go": "package ship\n"}, []string{"is not a program"}, "package main"},
		{"missing module", map[string]string{"main.go": "package main\n\nimport _ \"example.com/other\"\n\nfunc main() {}\n"},
			[]string{"main.go:3:8: no required module provides package example.com/other"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.files["go.mod"] = goMod
			dir := folder(t, test.files)
			leavesNothing(t)
			_, err := Build(t.Context(), BuildSpec{Function: "ship", Dir: dir, Into: t.TempDir()})
			mistake, ok := errors.AsType[*Error](err)
			if !ok || !strings.HasPrefix(err.Error(), "go build: ") {
				t.Fatalf("got %v, want an *Error of go build", err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %q, want it to say %q", err, want)
				}
			}
			if !strings.Contains(mistake.Hint(), test.hint) {
				t.Errorf("got hint %q, want %q", mistake.Hint(), test.hint)
			}
		})
	}
}

func TestPlacesAreRelativeToWhereWeAre(t *testing.T) {
	var r report
	for _, line := range []string{"# example.com/ship", "./main.go:5:2: undefined: no", "../item/item.go:3:13: cannot use", "\t./x.go:1", "main.go:1:1"} {
		r.add("stderr", line)
	}
	got := filepath.ToSlash(r.text(filepath.Join("functions", "ship")))
	want := "functions/ship/main.go:5:2: undefined: no\nfunctions/item/item.go:3:13: cannot use\n\t./x.go:1\nmain.go:1:1"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestReportKeepsTheEnd(t *testing.T) {
	var r report
	for i := range 30 {
		r.add("stdout", fmt.Sprint("line ", i))
	}
	lines := strings.Split(r.text(""), "\n")
	if len(lines) != 21 || lines[0] != "(after 10 other lines)" || lines[20] != "line 29" {
		t.Errorf("got %q", lines)
	}
}

func TestCommandOfTheUser(t *testing.T) {
	skipOnWindows(t)
	dir := folder(t, nil)
	leavesNothing(t)
	var mu sync.Mutex
	var output []string
	spec := BuildSpec{Function: "ship", Dir: dir, Command: `touch built; touch "$TMPDIR/left"; echo "to $0" && echo done >&2`,
		Output: func(stream, line string) {
			mu.Lock()
			defer mu.Unlock()
			output = append(output, stream+": "+line)
		}}
	binary, err := Build(t.Context(), spec)
	if err != nil || binary != "" {
		t.Errorf("got %q, %v, want no binary and no error", binary, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "built")); err != nil {
		t.Error(err)
	}
	if len(output) != 2 {
		t.Errorf("got %q, want two lines", output)
	}
	spec.Command = "echo the compiler says no; exit 2"
	if _, err := Build(t.Context(), spec); err == nil || err.Error() != spec.Command+": the compiler says no" {
		t.Errorf("got %v, want what was printed", err)
	}
	spec.Command = "exit 2"
	if _, err := Build(t.Context(), spec); err == nil || err.Error() != "exit 2: exit status 2" {
		t.Errorf("got %v, want the status", err)
	}
}

func TestContextEndsTheBuildAndItsChildren(t *testing.T) {
	skipOnWindows(t)
	dir := folder(t, nil)
	leavesNothing(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	interrupted := errors.New("interrupted")
	var pid int
	_, err := Build(ctx, BuildSpec{Dir: dir, Command: "sh -c 'echo $$; exec sleep 1000' & wait", Output: func(_, line string) {
		pid, _ = strconv.Atoi(line)
		cancel(interrupted)
	}})
	if !errors.Is(err, interrupted) {
		t.Errorf("got %v, want %v", err, interrupted)
	}
	if child, err := os.FindProcess(pid); err == nil && child.Signal(syscall.Signal(0)) == nil {
		t.Errorf("process %d is still there", pid)
	}
}

func TestBuildsTakeTurns(t *testing.T) {
	skipOnWindows(t)
	dir := folder(t, nil)
	var mu sync.Mutex
	running, most := 0, 0
	var all sync.WaitGroup
	for range 3 * cap(slots) {
		all.Go(func() {
			_, err := Build(t.Context(), BuildSpec{Dir: dir, Command: "echo +; sleep 0.05; echo -", Output: func(_, line string) {
				mu.Lock()
				defer mu.Unlock()
				if line == "+" {
					running++
					most = max(most, running)
				} else {
					running--
				}
			}})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most > cap(slots) {
		t.Errorf("got %d builds at once, want at most %d", most, cap(slots))
	}
	// One that waits for its turn ends with its context.
	for range cap(slots) {
		slots <- struct{}{}
	}
	defer func() {
		for range cap(slots) {
			<-slots
		}
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := Build(ctx, BuildSpec{Dir: dir, Command: "exit 0"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want that the context ended", err)
	}
}

func TestIsGo(t *testing.T) {
	module := folder(t, map[string]string{"go.mod": goMod, "main.go": program, "functions/ship/main.go": program, "shell/bootstrap": ""})
	loose := folder(t, map[string]string{"main.go": program})
	for dir, want := range map[string]bool{
		module: true, module + "/functions/ship": true, module + "/shell": false, module + "/no": false, loose: false,
	} {
		if got := (&BuildSpec{Dir: dir}).IsGo(); got != want {
			t.Errorf("%s: got %v, want %v", dir, got, want)
		}
	}
}

func TestWithoutGo(t *testing.T) {
	dir := folder(t, map[string]string{"go.mod": goMod, "main.go": program})
	leavesNothing(t)
	t.Setenv("PATH", t.TempDir())
	_, err := Build(t.Context(), BuildSpec{Function: "ship", Dir: dir, Into: t.TempDir()})
	if missing, ok := errors.AsType[*MissingError](err); !ok || !strings.Contains(missing.Hint(), "install Go") {
		t.Errorf("got %v, want a *MissingError", err)
	}
}
