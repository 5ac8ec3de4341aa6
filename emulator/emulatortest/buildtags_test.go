package emulatortest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

func buildOf(settings ...debug.BuildSetting) *debug.BuildInfo {
	return &debug.BuildInfo{Settings: settings}
}

func TestHasTagReadsTheRecordOfTheBuild(t *testing.T) {
	compiler := debug.BuildSetting{Key: "-compiler", Value: "gc"}
	tags := func(value string) debug.BuildSetting { return debug.BuildSetting{Key: "-tags", Value: value} }
	for name, c := range map[string]struct {
		build      *debug.BuildInfo
		has, known bool
	}{
		"alone":      {buildOf(compiler, tags("synctests")), true, true},
		"among some": {buildOf(tags("a,synctests,b")), true, true},
		"spaces":     {buildOf(tags("a synctests")), true, true},
		"another":    {buildOf(tags("nosynctests,synctests2")), false, true},
		"none":       {buildOf(compiler), false, true},
		"no record":  {buildOf(), false, false},
	} {
		if has, known := hasTag(c.build, "synctests"); has != c.has || known != c.known {
			t.Errorf("%s: got %v, %v, want %v, %v", name, has, known, c.has, c.known)
		}
		if note := noteFor(c.build); (note != "") != (!c.has && c.known) {
			t.Errorf("%s: got note %q", name, note)
		}
	}
	if note := noteFor(buildOf(compiler)); !strings.Contains(note, "go test -tags synctests") {
		t.Errorf("got %q, want it to say what to run", note)
	}
}

// TestGoTestRecordsTags fails if go test ceases to record the tags of a build.
func TestGoTestRecordsTags(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil || testing.Short() {
		t.Skip("it needs the go command, and a second")
	}
	t.Parallel()
	source, err := os.ReadFile("buildtags.go")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":       "module tagged\n\ngo 1.26.0\n",
		"buildtags.go": string(source),
		"tagged_test.go": `package emulatortest
import ("fmt"; "testing")
func TestTagged(t *testing.T) { fmt.Printf("tagged %v, note %v\n", builtWith("synctests"), synctestsNote() != "") }`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ tags, flags, want string }{
		{"a,synctests", "", "tagged true, note false"},
		{"", "-tags=synctests", "tagged true, note false"},
	} {
		cmd := exec.CommandContext(t.Context(), "go", "test", "-v", "-run", "TestTagged", ".")
		if c.tags != "" {
			cmd.Args = slices.Insert(cmd.Args, 2, "-tags", c.tags)
		}
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS="+c.flags, "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), c.want) {
			t.Errorf("tags %q, GOFLAGS %q: got %v\n%s\nwant %q", c.tags, c.flags, err, out, c.want)
		}
	}
}
