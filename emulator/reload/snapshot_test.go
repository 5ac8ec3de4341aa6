package reload

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestSnapshotIsTheCodeAndLinksToTheRest(t *testing.T) {
	skipOnWindows(t) // links need a right there
	project := folder(t, map[string]string{
		"shared/x.js": "shared", "ship/index.js": "good", "ship/lib/a.js": "a", "ship/node_modules/m/index.js": "m",
		"ship/.env": "KEY=1", "ship/__pycache__/a.pyc": "old", "ship/run": "#!",
	})
	dir := filepath.Join(project, "ship")
	if err := os.Chmod(filepath.Join(dir, "run"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../shared/x.js", filepath.Join(dir, "link.js")); err != nil {
		t.Fatal(err)
	}
	into := filepath.Join(dir, ".coldbrook", "good")
	code, err := Snapshot(dir, into, func(rel string, isDir bool) bool {
		return rel == "node_modules" && isDir || rel == ".env"
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"index.js", "lib/a.js", "node_modules/m/index.js", ".env"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("bad"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"index.js": "good", "lib/a.js": "a", "link.js": "shared", "../shared/x.js": "shared",
		"node_modules/m/index.js": "bad", ".env": "bad",
	} {
		if got, err := os.ReadFile(code + "/" + name); err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, want)
		}
	}
	if info, err := os.Stat(filepath.Join(code, "run")); err != nil || info.Mode()&0o111 == 0 {
		t.Errorf("got %v, %v, want a program", info, err)
	}
	for _, name := range []string{"__pycache__", ".coldbrook/good"} {
		if _, err := os.Lstat(filepath.Join(code, name)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: got %v, want that it is left out", name, err)
		}
	}
	if err := os.RemoveAll(into); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(project, "shared", "x.js"), filepath.Join(dir, "node_modules", "m", "index.js")} {
		if _, err := os.Stat(path); err != nil {
			t.Errorf("the copy took along what it linked to: %v", err)
		}
	}
}

func TestSnapshotOfTooMuch(t *testing.T) {
	skipOnWindows(t)
	dir := folder(t, map[string]string{"index.js": "x"})
	if err := os.Truncate(filepath.Join(dir, "index.js"), snapshotBytes+1); err != nil {
		t.Fatal(err)
	}
	into := filepath.Join(t.TempDir(), "good")
	_, err := Snapshot(dir, into, nil)
	if large, ok := errors.AsType[*TooLargeError](err); !ok || large.Hint() == "" {
		t.Errorf("got %v, want a *TooLargeError", err)
	}
	if _, err := os.Stat(into); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want nothing", err)
	}
	if _, err := Snapshot(dir, into, func(rel string, _ bool) bool { return rel == "index.js" }); err != nil {
		t.Errorf("what is skipped counts: %v", err)
	}
}

func TestExcludedIsWhatTheUserNames(t *testing.T) {
	excludes, err := Excluded(Root{Owner: "ship", Dir: "ship", Exclude: []string{"*.bin", "data/", "/top.js", "lib/x/**"}})
	must(t, err)
	for path, want := range map[string]bool{"big.bin": true, "lib/big.bin": true, "top.js": true, "lib/top.js": false, "lib/x/y.js": true, "index.js": false} {
		if got := excludes(filepath.FromSlash(path), false); got != want {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
	if !excludes("data", true) || excludes("data", false) {
		t.Error("data/ is a folder of that name, and no file")
	}
	if _, err := Excluded(Root{Owner: "ship", Dir: "ship", Exclude: []string{"["}}); err == nil {
		t.Error("got no error for a pattern that is none")
	}
}
