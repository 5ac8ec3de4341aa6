package tree

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadText(t *testing.T) {
	dir := t.TempDir()
	small, large := filepath.Join(dir, "small"), filepath.Join(dir, "large")
	for path, size := range map[string]int{small: maxText, large: maxText + 1} {
		if err := os.WriteFile(path, []byte(strings.Repeat("x", size)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := ReadText(small); err != nil || len(text) != maxText {
		t.Errorf("got %d bytes, %v", len(text), err)
	}
	for path, want := range map[string]string{large: "is over the limit of 1048576 bytes", dir: "is not a file"} {
		if _, err := ReadText(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestProjectHolds(t *testing.T) {
	root := t.TempDir()
	inside, outside := filepath.Join(root, "a", "inside"), filepath.Join(t.TempDir(), "outside")
	if err := os.MkdirAll(filepath.Join(root, "a", "b"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{inside, outside, filepath.Join(root, ".git")} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(root, "link")
	if err := os.Symlink(outside, link); err != nil {
		t.Skipf("this system makes no links: %v", err)
	}
	p := ProjectOf(filepath.Join(root, "a", "b"))
	for path, want := range map[string]bool{inside: true, outside: false, link: false, root: true, filepath.Dir(root): false, filepath.Join(root, "gone"): false} {
		if p.Holds(path) != want {
			t.Errorf("%s: want %t", path, want)
		}
	}
	if (Project{}).Holds(inside) {
		t.Error("the zero Project holds a file")
	}
}
