package reload

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func archive(t *testing.T, files map[string]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "common.zip")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(out)
	for name, text := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestUnzip(t *testing.T) {
	into := t.TempDir()
	path := archive(t, map[string]string{"python/words.py": "word = 1", "nodejs/": ""})
	dir, err := Unzip(path, into)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "python", "words.py"))
	if err != nil || string(text) != "word = 1" {
		t.Errorf("got %q, %v", text, err)
	}
	if again, err := Unzip(path, into); err != nil || again != dir {
		t.Errorf("got %q, %v, want the folder that is there", again, err)
	}
	other, err := Unzip(archive(t, map[string]string{"python/words.py": "word = 2"}), into)
	if err != nil || other == dir {
		t.Errorf("got %q, %v, want another folder for another content", other, err)
	}
	if left, err := os.ReadDir(into); err != nil || len(left) != 2 {
		t.Errorf("got %d entries, %v, want the two folders alone", len(left), err)
	}
}

func TestUnzipRefuses(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.zip")
	if err := os.WriteFile(broken, []byte("no archive"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		archive(t, map[string]string{"../outside": "x"}): `"../outside" leads out of it`,
		broken:                     "not a valid zip file",
		filepath.Join(broken, "x"): "unpack",
	} {
		into := t.TempDir()
		if _, err := Unzip(path, into); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %q", err, want)
		}
		if left, _ := os.ReadDir(into); len(left) != 0 {
			t.Errorf("got %v left of %s", left, path)
		}
	}
}
